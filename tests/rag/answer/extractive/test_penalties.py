"""A deed and its penalty, which two articles of a rule tell: 违反第X条规定的."""

import pytest

from rag.ingest.outline import find_outline
from rag.text.provisions import provisions_of, refers_to
from rag.types.document import Document

PARK = """青河市公园管理办法
第一条　为了加强公园管理，制定本办法。
第二条　公园由市园林主管部门管理，每日六时开放。
第三条　公园内禁止下列行为：
（一）攀折花木；
（二）在湖中游泳；
（三）放飞风筝或者无人机。
第四条　商户不得占道经营。
第五条　违反本办法第三条规定的，由园林主管部门按照下列规定处理：
（一）违反第一项规定的，责令赔偿，处五十元以上一百元以下罚款；
（二）违反第二项、第三项规定的，给予警告；拒不改正的，处二百元罚款。
第六条　违反本办法第四条规定，占道经营的，处五百元罚款。
"""


@pytest.fixture
def answered(pipeline_of):
    def ask(question: str):
        return pipeline_of({"a.txt": PARK}, embedder="static").ask(question)

    return ask


@pytest.mark.parametrize(
    ("question", "deed", "penalty", "other"),
    [
        ("在公园湖里游泳会被罚款吗？", "（二）在湖中游泳", "处二百元罚款", "五十元以上"),
        ("在公园里攀折花木会被罚款吗？", "（一）攀折花木", "处五十元以上一百元以下罚款", "二百元"),
        ("公园商户占道经营会被罚款吗？", "占道经营", "处五百元罚款", "二百元"),
    ],
)
def test_a_deed_is_told_with_what_it_is_punished_with(answered, question, deed, penalty, other):
    answer = answered(question)

    assert deed in answer.answer
    assert penalty in answer.answer
    assert other not in answer.answer
    assert all(claim.supported for claim in answer.claims)


def test_what_does_not_ask_for_a_penalty_is_answered_without_one(answered):
    assert "罚款" not in answered("公园每日几时开放？").answer


def test_a_provision_refers_to_the_items_that_it_names():
    document = Document("a.txt", PARK, find_outline(PARK), "utf-8", "", "")
    by_place = {(one.article, one.item): one for one in provisions_of(document)}

    assert refers_to(by_place[5, 2], by_place[3, 3])
    assert not refers_to(by_place[5, 2], by_place[3, 1])
    assert refers_to(by_place[6, 0], by_place[4, 0])
    assert not refers_to(by_place[6, 0], by_place[3, 1])
    assert by_place[3, 3].lead is by_place[3, 0]


def test_a_text_without_articles_has_no_provisions():
    text = "公园游览须知\n（一）不要攀折花木；\n（二）不要在湖中游泳。\n"

    assert provisions_of(Document("a.txt", text, find_outline(text), "utf-8", "", "")) == ()
