"""Of several versions of one document the one asked about is answered from."""

import pytest

from rag.retrieve.versions import versions_among
from tests.doubles import document_of

NEW = "差旅费管理办法\n第一条　本办法自2025年1月1日起施行。\n第二条　住宿费每人每天不超过500元。\n"
OLD = (
    "差旅费管理办法（2022年修订）\n第一条　本办法自2022年3月1日起施行。\n"
    "第二条　住宿费每人每天不超过350元。\n"
)
OTHER = "食堂管理办法\n第一条　本办法自2020年1月1日起施行。\n第二条　早餐每份6元。\n"


@pytest.fixture
def rules(pipeline_of):
    return pipeline_of({"新.txt": NEW, "旧.txt": OLD, "食堂.txt": OTHER}, embedder="static")


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("住宿费每天最多多少元？", "500", "350"),
        ("2022年的办法里住宿费每天最多多少元？", "350", "500"),
        ("早餐每份多少元？", "6元", "500"),
    ],
)
def test_the_newest_is_asked_unless_another_is_named(rules, question, holds, lacks):
    answer = rules.ask(question)

    assert holds in answer.answer
    assert lacks not in answer.answer


def test_who_compares_versions_is_shown_all(rules):
    names = {passage.document for passage in rules.ask("新旧两版住宿费有什么变化？").passages}

    assert {"新.txt", "旧.txt"} <= names


@pytest.mark.parametrize(
    "texts",
    [
        ("2023年培训工作总结\n全年培训十二场。\n", "2024年培训工作总结\n全年培训十八场。\n"),
        ("甲部职工考勤管理办法\n病假每年十天。\n", "乙部职工考勤管理办法\n病假每年八天。\n"),
    ],
)
def test_reports_of_two_years_and_rules_of_two_units_are_no_versions(texts):
    assert versions_among(document_of(text, f"{n}.txt") for n, text in enumerate(texts)) == []
