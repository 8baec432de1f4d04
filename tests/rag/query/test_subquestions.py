"""The questions that one question puts at once."""

import pytest

from rag.query.rewrite import rewrite
from rag.query.subquestions import subquestions_of


def parts(question: str) -> list[str]:
    return [query.focus for query in subquestions_of(rewrite(question))]


@pytest.mark.parametrize(
    ("question", "looked_for"),
    [
        ("果园在哪里？“三查”是谁提的？", [False, True]),
        ("渡口管理由哪个船队负责，末班是几点？", [True, False]),
        ("Where is the orchard, and which boat runs to the northern island?", [False, True]),
        ("Who built the new ferry pier, and when did they open it to people?", [True, False]),
        ("Where does Li, one of the pilots who steer the new ferry, come from?", [False, False]),
    ],
)
def test_a_part_that_names_what_it_asks_about_is_looked_for_alone(question, looked_for):
    assert [query.text == query.focus for query in subquestions_of(rewrite(question))] == looked_for


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("倡议书有多少字，是谁宣读的？", ["倡议书有多少字", "是谁宣读的"]),
        ("渡口何时建成，2024年运了多少人？", ["渡口何时建成", "2024年运了多少人"]),
        (
            "A tenant pays £1,200 a month. Can he keep a dog, and how big may it be?",
            ["Can he keep a dog", "how big may it be"],
        ),
        ("合作社是谁牵头、由几个村办的？", ["合作社是谁牵头", "由几个村办的"]),
        ("果园在哪里？种了多少棵树？", ["果园在哪里", "种了多少棵树"]),
        ("果园节水多少？渡口的新船每月又能省多少油？", ["果园节水多少", "渡口的新船每月又能省多少油"]),
        ("果园在哪里又种了多少棵树？", ["果园在哪里", "种了多少棵树"]),
        (
            "Who led the project, and how many villages took part?",
            ["Who led the project", "how many villages took part"],
        ),
    ],
)
def test_a_question_that_asks_twice_is_two_questions(question, expected):
    assert parts(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "果园采取了哪三项措施改良土壤？",
        "为了改良土壤，果园采取了哪些措施？",
        "施肥、浇水、修剪分别由谁负责？",
        "图书馆的馆长是谁",
        "What are the three measures?",
    ],
)
def test_a_question_that_asks_once_stays_whole(question):
    assert parts(question) == [question]


def test_each_part_is_searched_for_with_the_whole_question():
    first, second = subquestions_of(rewrite("倡议书有多少字，是谁宣读的？"))

    assert first.text == second.text == "倡议书有多少字，是谁宣读的？"


def test_those_few_that_are_spoken_of_ask_nothing():
    assert parts("清河县那几个村的水渠，哪些先修，哪些后修？") == ["哪些先修", "哪些后修"]
