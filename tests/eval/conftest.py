"""The report on the reference questions, whose answers the other tests look at as well."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.questions import Question
from eval.report import Report
from eval.run import evaluate
from rag.pipeline import Pipeline
from rag.types import Answer, Turn

ROOT = Path(__file__).parents[2]


class Asked:
    """Gives the answers that a pipeline gave before."""

    def __init__(self, pipeline: Pipeline, answers: Sequence[tuple[Question, Answer]]) -> None:
        self._answers = {(question.question, question.history): answer for question, answer in answers}
        self.document = pipeline.document

    def ask(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        return self._answers[question, tuple(history)]


@pytest.fixture(scope="session")
def reference_report(seeds: Pipeline, reference_answers: list[tuple[Question, Answer]]) -> Report:
    """The report on every reference question over the seeds."""
    return evaluate(Asked(seeds, reference_answers), [question for question, _ in reference_answers])
