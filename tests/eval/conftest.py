"""The reference questions, and the answers of today to a sample of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from eval.answers.run import evaluate
from eval.answers.summary import Report
from eval.data.questions import Question, read_questions
from rag.pipeline import Pipeline
from rag.types.answer import Answer
from rag.types.query import Turn

ROOT: Final = Path(__file__).parents[2]
QUESTIONS: Final = ROOT / "eval" / "questions" / "seeds.jsonl"
ONE_IN: Final = 4  # questions: a second of processor time each; `make eval` asks them all

Answered = list[tuple[Question, Answer]]


def sample_of(questions: Iterable[Question], one_in: int = ONE_IN) -> list[Question]:
    """Return one question in so many of each type in each language, at least one, the same in every run.

    Their ids' hashes choose, so that a question that is added moves few others in or out.
    """
    alike: dict[tuple[str, str], list[Question]] = defaultdict(list)
    for question in questions:
        alike[question.type, question.lang].append(question)
    return [
        question
        for group in alike.values()
        for question in sorted(group, key=lambda question: sha256(question.id.encode()).digest())[
            : -(-len(group) // one_in)
        ]
    ]


class _Asked:
    """Gives the answers that a pipeline gave before."""

    def __init__(self, pipeline: Pipeline, answers: Answered) -> None:
        self._answers = {(question.question, question.history): answer for question, answer in answers}
        self.document = pipeline.document

    def ask(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        return self._answers[question, tuple(history)]


@pytest.fixture(scope="session")
def reference_answers(seeds: Pipeline) -> Answered:
    """The sample of the reference questions and their answers over the seeds: minutes, so ask once.

    tests/conftest.py keeps the files that want them in one process.
    """
    sample = sample_of(read_questions(QUESTIONS))
    return [(each, seeds.ask(each.question, history=each.history)) for each in sample]


@pytest.fixture(scope="session")
def reference_report(seeds: Pipeline, reference_answers: Answered) -> Report:
    """The report on these answers."""
    return evaluate(_Asked(seeds, reference_answers), [question for question, _ in reference_answers])
