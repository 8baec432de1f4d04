"""Passage recall: were the words that an answer needs among the passages?"""

from collections.abc import Mapping

from eval.data.questions import Question
from eval.metrics.coverage import retrieved, uncovered
from eval.metrics.score import Score
from rag.types.answer import Answer

__all__ = ["passage_recall"]


def passage_recall(question: Question, answer: Answer, texts: Mapping[str, str]) -> Score | None:
    """Score 1 when every expected span lies in the passages of one of the question's documents.

    All or nothing, abstained answers included: they have passages, too. How many passages there are
    and how long costs nothing here. None for a question without spans, as are the unanswerable.
    """
    if not question.spans:
        return None
    return Score(int(not uncovered(question.spans, question.documents, retrieved(answer), texts)))
