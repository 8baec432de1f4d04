"""The reference questions over the five files of `seeds/` stay what the figures say they are.

The others are there to learn from: they are held to less.
"""

from collections import Counter
from pathlib import Path

import pytest

from eval.data.questions import TYPES, Question, read_questions
from rag.text.normalize import fold, language_of

ROOT = Path(__file__).parents[2]

LEAST_OF_A_TYPE = {
    "fact": 150,
    "list": 80,
    "paraphrase": 45,
    "across": 25,
    "follow-up": 45,
    "unanswerable": 85,
}
LEAST_OF_A_LANGUAGE = {"zh-Hans": 240, "zh-Hant": 110, "en": 60}
METHODS = (
    "三正三创",
    "跨村联建",
    "三类课堂",
    "三项举措",
    "四位一体",
    "党员示范岗与攻关队",
    "绿色关爱行动",
    "问题管理1234",
    "开放式党课",
    "亮晒作",
    "党群同心圆",
    "黎城街道",
    "云南园区",
    "支部植根行动",
    "三线一岗",
    "霍城三个着力点",
    "新时代讲习所",
    "浦东政协",
    "315模式",
    "五个坚持",
)
ASKS = {
    "who",
    "when",
    "where",
    "how-many",
    "what-is",
    "why",
    "how",
    "which",
    "list",
    "respectively",
    "kinds",
    "compare",
    "yes-no",
    "other",
}
ELSEWHERE = sorted((ROOT / "eval" / "practice").glob("questions*.jsonl"))


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return read_questions(ROOT / "eval" / "questions" / "seeds.jsonl")


@pytest.fixture(scope="module")
def practice() -> list[Question]:
    return read_questions(ROOT / "eval" / "practice" / "seeds.jsonl")


@pytest.fixture(scope="module")
def elsewhere() -> list[Question]:
    """Those about other documents."""
    return [q for file in ELSEWHERE for q in read_questions(file)]


@pytest.fixture(params=["questions", "practice", "elsewhere"])
def any_of_them(request) -> list[Question]:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    folders = (ROOT / "seeds", ROOT / "eval" / "practice" / "documents")
    return {path.name: path.read_bytes().decode("utf-8") for f in folders for path in f.glob("*.txt")}


def test_there_are_enough_and_each_is_its_own(questions):
    assert len(questions) >= 420
    repeated = Counter((question.question, question.history) for question in questions)
    assert [asked for asked, times in repeated.items() if times > 1] == []


def test_ids_are_unique(any_of_them):
    assert len({question.id for question in any_of_them}) == len(any_of_them)


def test_no_question_to_learn_from_is_a_reference_question(questions, practice, elsewhere):
    asked = {(question.question, question.history) for question in questions}
    assert [q.id for q in (*practice, *elsewhere) if (q.question, q.history) in asked] == []


def test_no_document_is_asked_about_by_both_parts_of_what_is_learnt_from():
    parts = [{name for q in read_questions(file) for name in q.documents} for file in ELSEWHERE]

    assert len(parts) == 2
    assert all(parts)
    assert not parts[0] & parts[1]


def test_what_is_learnt_from_is_half_unanswerable(practice, elsewhere):
    assert 0.4 <= sum(not q.answerable for q in (*practice, *elsewhere)) / len([*practice, *elsewhere]) <= 0.6


def test_every_type_is_asked_often_enough(questions):
    asked = Counter(question.type for question in questions)
    assert set(asked) == set(TYPES)
    assert {type_: asked[type_] for type_, least in LEAST_OF_A_TYPE.items() if asked[type_] < least} == {}


def test_every_language_is_asked_often_enough_and_no_other(questions):
    asked = Counter(question.lang for question in questions)
    assert set(asked) == set(LEAST_OF_A_LANGUAGE)
    assert {lang: asked[lang] for lang, least in LEAST_OF_A_LANGUAGE.items() if asked[lang] < least} == {}


def test_the_language_of_a_question_can_be_told_from_its_words(questions):
    assert [(q.id, q.lang) for q in questions if language_of(q.question) != q.lang] == []


def test_every_span_stands_in_its_document(any_of_them, texts):
    lost = [
        (question.id, words)
        for question in any_of_them
        for words in question.spans
        if not any(words in texts[name] for name in question.documents or texts)
    ]
    assert lost == []


def methods(question: Question) -> list[str]:
    method = question.labels["method"]
    return str(method).split("＋") if method else []


def test_each_of_the_twenty_methods_is_asked_often_enough(questions):
    asked = Counter(method for question in questions for method in methods(question))
    assert set(asked) == set(METHODS)
    assert {method: times for method, times in asked.items() if times < 14} == {}


def test_each_method_is_asked_about_in_each_way(questions):
    asked = {(method, question.type) for question in questions for method in methods(question)}
    missing = {(method, type_) for method in METHODS for type_ in TYPES} - asked
    assert missing == set()


def test_every_line_says_what_it_asks_for_and_every_kind_is_there(questions):
    assert {question.labels["asks"] for question in questions} == ASKS


def test_only_the_unanswerable_have_nothing_to_be_held_to(any_of_them):
    assert [q.id for q in any_of_them if q.answerable and not (q.spans and q.facts)] == []
    assert [q.id for q in any_of_them if not q.answerable and (q.spans or q.facts)] == []


def test_a_follow_up_follows_something(any_of_them):
    assert [q.id for q in any_of_them if q.type == "follow-up" and not q.history] == []


def test_most_follow_ups_come_in_chains(questions):
    chained = [len(q.history) for q in questions if q.type == "follow-up" and q.history]
    assert len(chained) >= 40
    assert len([turns for turns in chained if turns >= 4]) >= 10


def test_a_history_goes_back_and_forth_and_ends_with_an_answer(any_of_them):
    odd = [
        question.id
        for question in any_of_them
        if [turn.role for turn in question.history] != ["user", "assistant"] * (len(question.history) // 2)
    ]
    assert odd == []


def test_half_of_the_unanswerable_are_near_misses(questions):
    near = [q.labels["near_miss"] for q in questions if not q.answerable]
    assert 0.4 <= near.count(True) / len(near) <= 0.6
    assert [q.id for q in questions if q.answerable and "near_miss" in q.labels] == []


def test_a_near_miss_names_its_method_and_what_is_off_topic_names_none(questions):
    unanswerable = [q for q in questions if not q.answerable]
    assert [q.id for q in unanswerable if bool(q.labels["near_miss"]) != bool(methods(q))] == []


def test_no_alternative_is_a_single_character(questions):
    short = [(q.id, fact) for q in questions for group in q.facts for fact in group if len(fact.strip()) < 2]
    assert short == []


def test_a_fact_stands_in_what_must_be_cited_or_is_a_rewording_beside_one_that_does(questions):
    lost = [
        (question.id, group)
        for question in questions
        for group in question.facts
        if not any(fold(fact) in fold("".join(question.spans)) for fact in group)
    ]
    assert lost == []


def test_a_question_across_rests_on_more_than_one_place(questions):
    assert [q.id for q in questions if q.type == "across" and len(q.spans) < 2] == []
    several = [q for q in questions if q.type == "across" and len(q.documents) > 1]
    assert len(several) >= 10
