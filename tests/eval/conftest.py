"""The reference questions, and reports on answers that were given before."""

from collections.abc import Sequence
from pathlib import Path

from eval.answers.run import evaluate
from eval.answers.summary import Report
from eval.data.questions import Question
from rag.pipeline import Pipeline
from rag.types.answer import Answer
from rag.types.query import Turn

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "eval" / "questions" / "seeds.jsonl"


class Asked:
    """Gives the answers that a pipeline gave before."""

    def __init__(self, pipeline: Pipeline, answers: Sequence[tuple[Question, Answer]]) -> None:
        self._answers = {(question.question, question.history): answer for question, answer in answers}
        self.document = pipeline.document

    def ask(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        return self._answers[question, tuple(history)]


def report_on(pipeline: Pipeline, answers: Sequence[tuple[Question, Answer]]) -> Report:
    """Return the report on questions that were asked before."""
    return evaluate(Asked(pipeline, answers), [question for question, _ in answers])
