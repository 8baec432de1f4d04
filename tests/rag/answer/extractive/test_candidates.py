"""The ways to answer are put together from the documents' own words."""

from dataclasses import replace

import pytest

from rag.answer.extractive.answer_forms import Candidate, part_of
from rag.answer.extractive.form_ranker import FEATURES, look_at_candidates
from rag.pipeline import Pipeline
from rag.types.document import Span
from rag.types.evidence import Sentence
from tests.doubles import document_of

SPREAD = (
    "石桥镇企业支部建设情况\n一、做强“三个一批”,扩大覆盖。在摸清底数以后,通过招聘职工等方式,单独组建一批,帮助建立支部。"
    "在企业中开展评选,巩固提升一批,把骨干培养成党员。按照以点带面的思路,示范带动一批,培育典型。\n"
    "二、落实保障。每年安排经费二十万元。\n"
)
LONGER = "云岭乡干部作风\n云岭乡要求干部做到“三铁”，培树铁一般信念、铁一般担当、铁一般纪律、好干部典型。\n"
RUN_IN = (
    "河湾社区服务办法\n（一）上门办事。社区每周派人上门收件。老人不用出门。\n"
    "（二）错时办事。窗口中午不关门。\n"
)


def ways(pipeline: Pipeline, question: str) -> list[Candidate]:
    return [way for way, _ in pipeline.found_alone(question).ways]


def items(way: Candidate) -> list[str]:
    return [item.text for item in way.items]


def test_what_a_counting_name_counts_is_gathered_from_the_clauses_of_its_section(pipeline_of):
    found = ways(pipeline_of({"a.txt": SPREAD}, embedder="static"), "石桥镇的“三个一批”是哪三个？")

    spread = [way for way in found if way.kind == "spread"]
    assert [items(way) for way in spread] == [["单独组建一批", "巩固提升一批", "示范带动一批"]]
    assert "三个一批" in spread[0].lead.text
    for item in spread[0].items:
        assert SPREAD[slice(*item.span)] == item.text


def test_of_a_longer_row_the_items_that_hold_the_counted_name_are_a_way_too(pipeline_of):
    found = ways(pipeline_of({"a.txt": LONGER}, embedder="static"), "云岭乡的“三铁”是哪三个“铁一般”？")

    rows = [items(way) for way in found if way.kind == "row"]
    assert ["培树铁一般信念", "铁一般担当", "铁一般纪律"] in rows


def test_the_sentences_of_a_heading_that_runs_into_its_paragraph_are_a_way(pipeline_of):
    found = ways(pipeline_of({"a.txt": RUN_IN}, embedder="static"), "上门办事怎么办？")

    below = [items(way) for way in found if way.kind == "below"]
    assert ["社区每周派人上门收件。", "老人不用出门。"] in below


def test_the_sentences_chosen_are_the_first_way_and_every_way_says_something(small):
    found = ways(small, "青石镇采取了哪三项措施改良土壤？")

    assert found[0].kind == "sentences"
    assert {"sentences", "outline"} <= {way.kind for way in found}
    assert all(way.items and way.text for way in found)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("青石镇采取了哪三项措施改良土壤？", "outline"),
        ("轮船末班是几点？", "sentences"),
    ],
)
def test_the_way_that_fits_the_question_is_taken(small, question, kind):
    plan = small.found_alone(question)

    assert plan.best
    way, _ = plan.best
    assert way.kind == kind
    assert plan.source == (way.document, way.items[0].span)


def test_there_is_a_row_of_finite_numbers_for_each_way(small):
    plan = small.found_alone("青石镇采取了哪三项措施改良土壤？")
    found = [way for way, _ in plan.ways]

    rows = look_at_candidates(plan.question, plan.choices, found)

    assert rows.shape == (len(found), len(FEATURES))
    assert abs(rows).max() < 1e6


def test_of_no_sentence_nothing_is_decided(small):
    found = small.found_alone("轮船末班是几点？")
    plan = replace(found, evidence=replace(found.evidence, passages=[]))

    assert (plan.best, plan.source, plan.confidence) == (None, None, 0.0)


def test_a_section_whose_items_are_what_a_name_counts_is_the_answer(pipeline_of):
    text = (
        "河湾社区服务心得\n一、坚守岗位，方便群众\n窗口中午不关门。\n二、坚守底线，公开账目\n每月公布收支。\n"
        "三、坚守初心，走访老人\n每周上门一次。坚守岗位、坚守阵地、守望相助成了风气。\n"
    )
    found = ways(pipeline_of({"a.txt": text}, embedder="static"), "三个坚守是哪三个？")

    assert {way.kind for way in found} == {"outline"}
    assert all("坚守" in item for item in items(found[0]))


def test_of_two_rows_in_one_sentence_that_which_holds_the_counted_name_is_the_answer(pipeline_of):
    text = (
        "南坪乡干部管理\n南坪乡逐级开展“三查、三访”，做到忘事必查、误事必查、出事必查，"
        "生病必访、困难必访、立功必访。\n"
    )

    found = ways(pipeline_of({"a.txt": text}, embedder="static"), "南坪乡的“三访”是哪三访？")

    rows = [items(way) for way in found if way.kind == "row" and len(way.items) == 3]
    assert rows == [["生病必访", "困难必访", "立功必访"]]


def test_a_part_of_a_sentence_keeps_its_place_in_the_raw_text():
    raw = "果园\n天晴，果农\n下田；天阴，果农修剪。\n"
    document = document_of(raw)
    sentence = Sentence("天晴，果农下田；天阴，果农修剪。", Span(raw.index("天晴"), len(raw) - 1), 0)

    part = part_of(sentence, document, 3, 8)

    assert part.text == "果农下田"
    assert raw[part.span.start : part.span.end] == "果农\n下田"
