"""What joins two things is told from the same character within a word, each way for its own texts."""

import re

import pytest

from rag.text.coordination import JOINT, joining_words
from rag.text.marks import quoted
from rag.text.patterns import any_of


@pytest.mark.parametrize(
    ("question", "joints"),
    [
        ("果园和茶场各有多少亩", ["和"]),
        ("和谐社区与参与率", ["与"]),
        ("甲、乙以及丙", ["、", "以及"]),
        ("青禾区和柳塘街道同时开会", ["和"]),
    ],
)
def test_a_question_is_judged_by_the_neighbours(question, joints):
    assert JOINT.findall(question) == joints


@pytest.mark.parametrize(
    ("sentence", "joints"),
    [("建立果园和茶场", ["和"]), ("提高参与率", []), ("茶场以及果园", ["以及"]), ("和谐", [])],
)
def test_a_sentence_is_judged_by_its_words(sentence, joints):
    assert [sentence[start:end] for start, end in joining_words(sentence)] == joints


def test_a_quoted_name_has_no_closing_mark_in_it():
    name = re.compile(quoted("{2,4}"))

    assert name.findall("“三亲”「两联」“一”“五个字的名”『四必”』") == ["三亲", "两联", "四必"]


def test_what_is_barred_opens_the_name_anew():
    assert re.findall(quoted("{2,4}", barred="“「『"), "“见“三亲”") == ["三亲"]


def test_the_way_named_first_counts():
    assert re.findall(any_of("公里", "公", "里"), "两公里") == ["公里"]
