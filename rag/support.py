"""How likely it is that what was found answers the question.

A logistic regression over a few plain signs, fitted by `yinju train support` on reference
questions, the unanswerable ones included.
"""

import json
import math
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from rag.words import MODELS

__all__ = ["SUPPORT_MODEL", "Signs", "SupportModel", "load_support_model"]

SUPPORT_MODEL: Final = MODELS / "support.json"


class Signs(NamedTuple):
    """What is seen of a question and what was found for it.

    unseen: share of the question's words, weighed by rarity, that stand nowhere in the library
    (0 for an English question: its words need not). dense: best cosine of a chunk. passage: best
    score of a chunk by both legs. english: 1 or 0. no_cue: 1 if the best sentence lacks what a question of
    its kind asks for: a number, a date, a name. nothing_shared: 1 if none of the best sentences,
    nor what they stand under, has a term of a Chinese question.
    """

    unseen: float
    dense: float
    passage: float
    english: float
    no_cue: float
    nothing_shared: float


class SupportModel(NamedTuple):
    """Weights of the signs, intercept, and the probability below which an answer is withheld."""

    weights: Sequence[float]
    intercept: float
    threshold: float

    def probability(self, signs: Signs) -> float:
        """Return the probability that the question can be answered."""
        logit = self.intercept + sum(w * s for w, s in zip(self.weights, signs, strict=True))
        return 1 / (1 + math.exp(-logit))


@cache
def load_support_model() -> SupportModel:
    """Read the shipped model."""
    data = json.loads(SUPPORT_MODEL.read_text(encoding="utf-8"))
    return SupportModel(
        [data["weights"][name] for name in Signs._fields], data["intercept"], data["threshold"]
    )
