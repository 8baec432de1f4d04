"""The reference questions over the five files of `seeds/` stay what the figures say they are."""

from collections import Counter
from pathlib import Path

import pytest

from eval.questions import TYPES, Question, read_questions

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    return read_questions(ROOT / "eval" / "questions" / "seeds.jsonl")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {path.name: path.read_bytes().decode("utf-8") for path in (ROOT / "seeds").glob("*.txt")}


def test_there_are_enough_and_each_is_its_own(questions):
    assert len(questions) >= 80
    repeated = Counter((question.question, question.history) for question in questions)
    assert [asked for asked, times in repeated.items() if times > 1] == []


def test_ids_are_unique(questions):
    assert len({question.id for question in questions}) == len(questions)


def test_every_type_is_there(questions):
    assert {question.type for question in questions} == set(TYPES)


def test_every_language_is_there_and_no_other(questions):
    assert {question.lang for question in questions} == {"zh-Hans", "zh-Hant", "en"}


def test_every_span_stands_in_its_document(questions, texts):
    lost = [
        (question.id, words)
        for question in questions
        for words in question.spans
        if not any(words in texts[name] for name in question.documents or texts)
    ]
    assert lost == []


def test_all_twenty_methods_are_covered(questions):
    assert len({question.labels["method"] for question in questions if question.labels.get("method")}) >= 20


def test_only_the_unanswerable_have_nothing_to_be_held_to(questions):
    assert [q.id for q in questions if q.answerable and not (q.spans and q.facts)] == []
    assert [q.id for q in questions if not q.answerable and (q.spans or q.facts)] == []


def test_a_follow_up_follows_something(questions):
    assert [q.id for q in questions if q.type == "follow-up" and not q.history] == []
