"""Questions whose sentences are judged: does each of them answer?"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.answer.extractive.answerability import signs_of_question
from rag.answer.extractive.close_reading import look_closely_at
from rag.models.reader import CrossReader
from rag.pipeline import Pipeline
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.train.data.own_questions import Asked, Facts
from rag.types.evidence import Evidence

__all__ = ["Judged", "Outcome", "of_own_question"]

Outcome = Literal["answered", "not told", "not treated"]


class Judged(NamedTuple):
    """One question: a row a sentence, 1 for those that answer, and what its signs are made of."""

    rows: Floats
    labels: NDArray[np.int8]
    of_question: Floats  # what is seen of the question as a whole
    outcome: Outcome
    is_reference: bool
    is_judged_on: bool = False  # the threshold and the figures are made for questions like it
    seen: tuple[Relevance, Evidence, Facts] | None = None  # of a reference question

    def weight(self, of_own: float, of_judged: float) -> float:
        """Return its weight, `of_own` for a reference question, where a public one weighs 1."""
        own = of_own * (of_judged if self.is_judged_on else 1.0)
        return own if self.is_reference else 1.0


def of_own_question(asked: Asked, pipeline: Pipeline, reader: CrossReader | None) -> Judged:
    """Ask a question of our own, with the reader given or the shipped one."""
    plan = pipeline.found_alone(asked.question, asked.history)
    question, evidence = plan.question, plan.evidence
    if reader:
        question.cross_reader = reader
    labels = [
        any(span.start < sentence.span.end and sentence.span.start < span.end for span in spans)
        for passage in evidence.passages
        for spans in [asked.answers.get(passage.document, ())]
        for sentence in passage.sentences
    ]
    rows = look_closely_at(question, evidence.passages, evidence.documents)
    return Judged(
        rows,
        np.array(labels, np.int8),
        signs_of_question(question, evidence),
        "answered" if asked.answers else "not told" if asked.near_miss else "not treated",
        is_reference=True,
        seen=(question, evidence, asked.facts),
    )
