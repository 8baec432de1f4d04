"""What a model is told of a plan, and what becomes of what small models say."""

import pytest

from rag.text.normalize import convert
from tests.libraries import made_library
from tests.llm_server import saying
from tests.rag.answer.llm.conftest import KEY, PATIENT, QUESTION

NOTICE = """关于做好防汛值班的通知
一、严格值班制度
各站每日两人值班，不得脱岗。值班电话24小时畅通。
二、加强巡查
每两小时巡堤一次，发现险情10分钟内上报。
三、备足物资
编织袋不少于5000条，冲锋舟2艘。
"""
MANUAL = """供水站操作手册
一、开机
先开进水阀，再按启动键。
二、停机
先按停止键，30秒后关进水阀。
"""
TEXTS = {"notice.txt": NOTICE, "manual.txt": MANUAL}
SUMMARY = "简要总结防汛值班通知的要求"


@pytest.fixture(scope="module")
def works(tmp_path_factory, module_server):
    """A notice and a manual, and a model that says what a test lets it say."""
    more = {"backend": "openai", "llm_url": module_server.url, "llm_model": "tiny", "llm_key": KEY}
    with made_library(tmp_path_factory.mktemp("works"), TEXTS, **more, **PATIENT) as pipeline:
        yield pipeline


def passages_in(prompt: str) -> str:
    return prompt[prompt.index("<<<") : prompt.rindex(">>>")]


def test_of_a_summary_the_headings_are_shown_in_order_and_no_other_article(works, server):
    works.ask(SUMMARY)
    shown = passages_in(server.prompt)

    order = [shown.index(words) for words in ("严格值班制度", "不得脱岗", "加强巡查", "备足物资", "5000条")]
    assert order == sorted(order)
    assert "进水阀" not in shown
    assert "共3项。" in server.prompt


def test_of_a_fact_the_sentence_is_shown_with_its_neighbours_alone(works, server):
    works.ask("停机时多少秒后关进水阀？")

    assert "30秒后关进水阀" in passages_in(server.prompt)
    assert "编织袋" not in server.prompt
    assert "直接回答" in server.prompt


def test_of_several_things_each_has_its_passages(pipeline, server):
    pipeline.ask("白沙渡口和雲山圖書館的开门时间有什么不同？")

    assert "“白沙渡口”只看第1段。“云山图书馆”只看第2段。" in server.prompt
    shown = passages_in(server.prompt)
    assert shown.index("[1] ferry.txt") < shown.index("[2] reading-room.txt")
    assert "青石镇" not in shown


def test_what_nothing_is_told_about_is_asked_of_all_that_was_found(pipeline, server):
    answer = pipeline.ask("月球基地的火箭燃料由哪家公司供应？")

    assert all(passage.text in server.prompt for passage in answer.passages)
    assert "Be short" in server.prompt


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (QUESTION, "用一两句完整的话直接回答"),
        (convert(QUESTION, "zh-Hant"), "用一兩句完整的話直接回答"),
        ("When does the reading room close?", "Answer in one or two whole sentences"),
    ],
)
def test_the_form_is_told_in_the_askers_language(pipeline, server, question, told):
    pipeline.ask(question)

    assert told in server.prompt


# What small models say


def test_one_that_forgets_its_markers_is_cited(works, server):
    server.behave = saying("每两小时巡堤一次，", "发现险情10分钟内上报。")
    answer = works.ask("多久巡堤一次？")

    assert answer.answer == "每两小时巡堤一次，发现险情10分钟内上报。[1]"
    assert [citation.quote for citation in answer.citations] == ["每两小时巡堤一次，发现险情10分钟内上报。"]
    assert answer.claims[0].supported


def test_one_that_joins_two_sources_cites_both(works, server):
    server.behave = saying("各站每日两人值班，发现险情10分钟内上报。[1]")
    answer = works.ask(SUMMARY)

    assert answer.answer == "各站每日两人值班[1]，发现险情10分钟内上报。[2]"
    assert all(claim.supported for claim in answer.claims)


def test_one_that_invents_a_number_is_not_believed(works, server):
    server.behave = saying("每两小时巡堤一次。[1]发现险情15分钟内上报。[1]")
    answer = works.ask("多久巡堤一次？")

    assert [claim.supported for claim in answer.claims] == [True, False]


def test_one_that_answers_in_another_script_is_cited_all_the_same(works, server):
    server.behave = saying("發現險情10分鐘內上報。")
    answer = works.ask("发现险情多久上报？")

    assert answer.answer == "发现险情10分钟内上报。[1]"
    assert answer.claims[0].supported


@pytest.mark.parametrize(
    "said", ["NOT_FOUND", "文档中没有提到这个问题的答案。", "未找到相关内容。", "沒有找到。"]
)
def test_one_that_finds_nothing_where_the_text_is_plain_is_overruled(works, server, said):
    server.behave = saying(said)
    answer = works.ask("停机时多少秒后关进水阀？")

    assert not answer.abstained
    assert answer.backend == "extractive"
    assert "30秒后关进水阀" in answer.answer
    assert answer.notice == "语言模型没有找到回答，以下回答直接摘自文档。"


def test_one_that_finds_nothing_where_nothing_is_told_is_believed(works, server):
    server.behave = saying("文档没有提到月球基地。")
    answer = works.ask("月球基地的火箭燃料由哪家公司供应？")

    assert answer.abstained
    assert answer.backend == "openai"


@pytest.mark.parametrize(
    "said",
    [
        "没有提供证明的，不予报销。",
        "脱岗的没有找到合适理由，按缺勤处理。",
        "文档没有提到人数，但写明两人值班。",
    ],
)
def test_an_answer_about_what_is_missing_is_an_answer(works, server, said):
    server.behave = saying(said)

    assert works.ask("停机时多少秒后关进水阀？").backend == "openai"
