"""Passage recall: were the words that an answer needs among the passages?"""

from collections.abc import Mapping

from eval.coverage import retrieved, uncovered
from eval.metrics.score import Score
from eval.questions import Question
from rag.types import Answer

__all__ = ["passage_recall"]


def passage_recall(question: Question, answer: Answer, texts: Mapping[str, str]) -> Score | None:
    """Score 1 when every expected span lies in the passages of one of the question's documents."""
    if not question.spans:
        return None
    return Score(int(not uncovered(question.spans, question.documents, retrieved(answer), texts)))
