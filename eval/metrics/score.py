"""What a measure of an answer gives."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from eval.data.questions import Question
from rag.types.answer import Answer

__all__ = ["Measure", "Score"]


class Score(NamedTuple):
    """`hits` out of `of`: over many questions a measure is the sum of hits over the sum of `of`.

    `of` is above 0. A question to which a measure does not apply has None instead and counts neither
    way; every measure says when that is.
    """

    hits: int
    of: int = 1

    @property
    def share(self) -> float:
        """The measure of this one question."""
        return self.hits / self.of


Measure = Callable[[Question, Answer, Mapping[str, str]], Score | None]
"""Scores an answer given the raw text of every document it names; None where it does not apply."""
