"""Fact recall: does the answer say what it should?"""

from collections.abc import Mapping

from eval.metrics.score import Score
from eval.questions import Question
from rag.statements import without_markers
from rag.text import fold
from rag.types import Answer

__all__ = ["fact_recall", "missing_facts"]


def fact_recall(question: Question, answer: Answer, texts: Mapping[str, str]) -> Score | None:
    """Score 1 when the answer holds an alternative of every group of facts."""
    if not question.facts:
        return None
    return Score(int(not missing_facts(question, answer)))


def missing_facts(question: Question, answer: Answer) -> list[tuple[str, ...]]:
    """Return the groups none of whose alternatives the answer holds; markers are no part of it."""
    said = fold(without_markers(answer.answer))
    return [group for group in question.facts if not any(fold(fact) in said for fact in group)]
