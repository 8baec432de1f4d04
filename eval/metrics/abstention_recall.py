"""Abstention recall: does it say so when the documents hold no answer?"""

from collections.abc import Mapping

from eval.data.questions import Question
from eval.metrics.score import Score
from rag.types.answer import Answer

__all__ = ["abstention_recall"]


def abstention_recall(question: Question, answer: Answer, texts: Mapping[str, str]) -> Score | None:
    """Score 1 when an unanswerable question was not answered; lower is worse.

    Whoever refuses everything scores 1: read it beside `false_abstention`. None for answerable ones.
    """
    return None if question.answerable else Score(int(answer.abstained))
