"""A follow-up takes from the documents what the turns before leave out."""

import pytest

from rag.types.query import Turn
from tests.doubles import ORCHARD

ASKED = (
    Turn("user", "青石镇采取了哪三项措施改良土壤？第一项是什么？"),
    Turn("assistant", "第一项是施用有机肥。"),
)


@pytest.mark.parametrize(
    ("question", "item"),
    [("第三项呢？", "轮作绿肥"), ("第二项呢？", "修建蓄水池"), ("最后一项呢？", "轮作绿肥")],
)
def test_an_ordinal_points_to_the_item_of_the_list_in_the_document(small, question, item):
    answer = small.ask(question, history=ASKED)

    assert not answer.abstained
    assert answer.answer.startswith(item)
    first = answer.citations[0]
    assert ORCHARD[first.start : first.end] == first.quote
    assert item in answer.understood


def test_an_ordinal_beyond_every_list_is_left_as_it_is(small):
    assert "第九项呢？" in small.ask("第九项呢？", history=ASKED).understood


def test_an_item_is_answered_where_the_question_itself_names_the_list(small):
    answer = small.ask("青石镇改良土壤的三项措施，第二项是什么？")

    assert answer.answer.startswith("修建蓄水池")
    assert "施用有机肥" not in answer.answer


def test_one_item_more_than_the_list_has_is_not_answered(small):
    assert small.ask("果园实行的“五查”里第六查是什么？").abstained


def test_a_question_that_is_not_answered_alone_takes_the_topic_along(pipeline_of):
    texts = {
        "a.txt": "白石村渡口\n白石村渡口有渡船五艘，船工每季度轮换一次。\n",
        "b.txt": "青山林场\n青山林场的护林员每年体检一次，林场有瞭望塔三座。\n",
    }
    history = (Turn("user", "白石村渡口有多少艘渡船？"), Turn("assistant", "五艘。[1]"))
    answer = pipeline_of(texts, embedder="static").ask("船工又是多久轮换一次的呢请问？", history=history)

    assert "每季度" in answer.answer


def test_a_question_that_stands_alone_is_not_given_the_topic(small):
    history = (Turn("user", "轮船末班是几点？"), Turn("assistant", "晚上八点。[1]"))
    question = "青石镇采取了哪三项措施改良土壤？"

    assert small.ask(question, history=history).understood == question


@pytest.mark.parametrize(
    ("question", "refused"), [("第三项呢？", False), ("第三项的总设计师是哪国人？", True)]
)
def test_an_item_alone_answers_which_one_it_is_and_not_what_is_asked_of_it(
    small, monkeypatch, question, refused
):
    monkeypatch.setattr("rag.answer.plan.threshold", lambda: 2.0)  # nothing is sure enough

    assert small.ask(question, history=ASKED).abstained is refused


def test_an_english_ordinal_points_into_the_document_too(small):
    answer = small.ask("And the third one?", history=ASKED)

    assert "轮作绿肥" in answer.answer
