"""Whether a question is answered, over small documents made by hand."""

from types import SimpleNamespace
from typing import cast

import pytest

from rag.answer.extractive.answerability import answer_row
from rag.answer.extractive.answerability_features import FEATURES
from rag.answer.extractive.parts import sureness
from rag.answer.plan import Plan

REPORT = """松涛镇文化站工作情况
二〇二三年，文化站办戏曲讲座十八场。
读者把书还到一楼柜台。
"""
LEAVE = """浦山厂休假办法
第一条 工龄满3年不满8年的，年休假6天；满8年的，年休假9天。
第二条 休假由车间主任批准。
"""
PARTS = """设备清单
BX-21阀门存放在东库。
CQ-40水泵存放在西库。
"""


@pytest.fixture
def feature(pipeline_of):
    def of(name: str, question: str, text: str) -> float:
        plan = pipeline_of({"a.txt": text}, embedder="static").found_alone(question)
        return float(answer_row(plan.question, plan.choices, plan.evidence)[0, FEATURES.index(name)])

    return of


@pytest.mark.parametrize(
    ("name", "question", "text", "seen"),
    [
        ("named", "2023年办了几场戏曲讲座？", REPORT, 0.0),
        ("named", "2021年办了几场戏曲讲座？", REPORT, -1.0),
        ("named", "BX-21存放在哪里？", PARTS, 1.0),
        ("named", "DK-77存放在哪里？", PARTS, -1.0),
        ("falls_into", "工龄5年有几天年休假？", LEAVE, 1.0),
        ("falls_into", "年休假由谁批准？", LEAVE, 0.0),
        ("money", "办讲座花了多少钱？", REPORT, 1.0),
        ("money", "What did the lectures COST?", REPORT, 1.0),
        ("names_nobody", "读者把书还给谁？", REPORT, 1.0),
    ],
)
def test_what_is_asked_for_is_seen_to_be_there_or_not(feature, name, question, text, seen):
    assert feature(name, question, text) == seen


def plans(label: str, *sure: float) -> list[Plan]:
    return [cast(Plan, SimpleNamespace(label=label, confidence=one)) for one in sure]


def test_a_question_in_parts_is_as_sure_as_the_least_sure_of_them():
    whole, *parts = plans("", 0.2, 0.9, 0.5)

    assert sureness(whole, parts) == 0.5


def test_of_several_things_the_surest_counts():
    whole, *parts = plans("某", 0.2, 0.9, 0.5)

    assert sureness(whole, parts) == 0.9
