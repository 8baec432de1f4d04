"""What a question asks of the versions of a document."""

import pytest

from rag.query.versions import asks_for_changes, aspects_of, compares_versions, version_named

ABOUT = ["青浦泵业有限公司 仓库管理办法（2021年修订）"]


@pytest.mark.parametrize(
    "question",
    [
        "新旧两版仓库办法在盘点上有什么不同？",
        "新的仓库办法跟2021年那版比，出库手续有什么变化？",
        "2021年版和2024年版的盘点周期各是多少？",
        "操作规程V2.1和V2.0相比改了什么？",
        "How does the 2024 edition differ from the 2021 edition on stocktaking?",
    ],
)
def test_a_question_that_names_versions_compares_them(question):
    assert compares_versions(question)


@pytest.mark.parametrize(
    "question",
    [
        "仓库管理办法（2023年修订）里多久盘点一次？",
        "甲仓库和乙仓库的盘点有什么不同？",
        "Under the rules now in force, how often is stock taken, and where does it differ?",
    ],
)
def test_one_version_alone_or_none_is_no_comparison_of_versions(question):
    assert not compares_versions(question)


@pytest.mark.parametrize(
    ("question", "aspects"),
    [
        ("新旧两版仓库办法，在年度盘点和违规处理上差别在哪里？", ("年度盘点", "违规处理")),
        ("新的仓库办法跟2021年那版比，夜间出库的手续有什么变化？", ("夜间出库的手续",)),
        ("青浦泵业仓库盘点这一块，2021年的老办法和现行办法有哪些变化？", ("青浦泵业仓库盘点",)),
        ("仓库新旧两版办法在盘点上有什么不同？", ("盘点",)),
        ("2021年版和2024年版的盘点周期各是多少？", ("盘点周期是多少",)),
        ("How does the 2024 edition differ from the 2021 edition on lost tools?", ("lost tools",)),
        ("仓库管理办法新旧两版有什么不同？", ()),
    ],
)
def test_what_is_asked_of_each_version_is_told_from_what_they_are_called(question, aspects):
    assert aspects_of(question, ABOUT) == aspects


def test_a_version_is_named_by_its_year():
    assert version_named("仓库管理办法（2023年修订）里多久盘点一次？") == "2023"
    assert version_named("2023年盘点了几次？") == ""


def test_what_changed_is_asked_of_one_version_too():
    assert asks_for_changes("仓库办法2021年版改了什么？")
    assert not asks_for_changes("仓库办法2021年版里多久盘点一次？")
