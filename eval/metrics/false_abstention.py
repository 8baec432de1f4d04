"""False abstention: how often does it refuse what the documents do answer?"""

from collections.abc import Mapping

from eval.data.questions import Question
from eval.metrics.score import Score
from rag.types.answer import Answer

__all__ = ["false_abstention"]


def false_abstention(question: Question, answer: Answer, texts: Mapping[str, str]) -> Score | None:
    """Score 1 when an answerable question was not answered; higher is worse.

    Whoever answers everything scores 0, wrong answers included: those show in `fact_recall`. None
    for unanswerable ones.
    """
    return Score(int(answer.abstained)) if question.answerable else None
