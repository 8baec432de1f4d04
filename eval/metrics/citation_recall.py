"""Citation recall: were the words that an answer needs cited?"""

from collections.abc import Mapping

from eval.data.questions import Question
from eval.metrics.coverage import cited, uncovered
from eval.metrics.score import Score
from rag.types.answer import Answer

__all__ = ["citation_recall"]


def citation_recall(question: Question, answer: Answer, texts: Mapping[str, str]) -> Score | None:
    """Score 1 when every expected span lies in the citations of one of the question's documents.

    All or nothing; an answer without citations, such as a refusal, scores 0. Quoting a lot costs
    nothing here. None for a question without spans, as are the unanswerable.
    """
    if not question.spans:
        return None
    return Score(int(not uncovered(question.spans, question.documents, cited(answer), texts)))
