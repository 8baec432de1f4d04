"""What is asked for by nearly its name, over documents made by hand."""

import pytest

NOTICE = """关于推行“一站三快”服务的通知

窗口推行“一站三快”服务，即一站受理、快审、快批、快送。各窗口每周报送一次办件量。
"""
MINUTES = """石岭街道办公会纪要

会议听取石岭街道环境整治情况汇报。石岭街道本月清运垃圾四十六车，新增分类亭九座。
"""


@pytest.fixture
def asked(pipeline_of):
    return pipeline_of({"notice.txt": NOTICE, "minutes.txt": MINUTES}, embedder="static").ask


@pytest.mark.parametrize(
    ("question", "name", "said"),
    [
        ("“一站四快”服务是什么？", "一站四快", ["文档里没有“一站四快”，有“一站三快”：", "快审"]),
        ("「一站四快」服務是什麼？", "一站四快", ["文檔裏沒有“一站四快”，有“一站三快”：", "快審"]),
        ("石邻街道本月清运了多少车垃圾？", "石邻街道", ["没有“石邻街道”，有“石岭街道”", "四十六车"]),
    ],
)
def test_it_is_answered_by_the_name_that_is_written_and_says_so(asked, question, name, said):
    answer = asked(question)

    assert not answer.abstained
    assert (answer.form, answer.missing) == ("near-miss", (name,))
    assert [words for words in said if words not in answer.answer] == []
    assert answer.citations


def test_by_its_own_name_nothing_is_said_of_names(asked):
    answer = asked("“一站三快”服务是什么？")

    assert "没有" not in answer.answer
    assert answer.missing == ()


def test_of_a_name_that_nothing_is_like_nothing_is_told(asked):
    assert asked("“五联六创”是什么？").abstained


def test_of_what_is_treated_the_detail_that_is_not_told_is_named_as_such(asked):
    answer = asked("石岭街道新增的分类亭一共花了多少钱？")

    assert answer.abstained
    assert answer.form == "near-miss"
    assert answer.answer.startswith("文档里没有写明这一点，写到的是：")
    assert "分类亭九座" in answer.answer
    assert answer.citations == ()


def test_of_what_is_not_treated_nothing_is_quoted(asked):
    answer = asked("火星上有几座环形山？")

    assert (answer.abstained, answer.form) == (True, "nothing")
    assert "写到的是" not in answer.answer
