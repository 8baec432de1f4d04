"""The questions of our own that recipes learn from, beside the public ones."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rag.models.reader import CrossReader
from rag.pipeline import Pipeline
from rag.types.document import Span
from rag.types.query import Turn

__all__ = ["Asked", "Facts", "QuestionsOver", "asked_elsewhere"]

Facts = Sequence[Sequence[str]]
"""What an answer must hold: of each fact, one of the ways to say it."""


class Asked(NamedTuple):
    """A reference question, the raw spans that answer it by document, none if it has no answer, its facts.

    A near miss is one that has no answer though the documents treat its subject.
    """

    question: str
    history: Sequence[Turn]
    answers: Mapping[str, Sequence[Span]]
    facts: Facts = ()
    near_miss: bool = False


class QuestionsOver(NamedTuple):
    """A library, the questions about it, and a pretrained reader that learnt from none of them."""

    pipeline: Pipeline
    questions: Sequence[Asked]
    reader: CrossReader | None = None  # the shipped one


def asked_elsewhere(
    own: Sequence[QuestionsOver], most: int, seed: int
) -> Iterator[tuple[Asked, Pipeline, CrossReader | None]]:
    """Yield questions that stand alone with another library than the one that answers them."""
    source = random.Random(seed)  # noqa: S311 - a sample, not a secret
    for pipeline in dict.fromkeys(over.pipeline for over in own):
        others = [
            (Asked(asked.question, (), {}), pipeline, over.reader)
            for over in own
            for asked in over.questions
            if over.pipeline is not pipeline and asked.answers and not asked.history
        ]
        yield from source.sample(others, min(most, len(others)))
