"""Bootstrap confidence intervals (Efron 1979): how far a figure may move with other questions."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

__all__ = ["Difference", "interval", "paired_difference", "ratio_interval"]

_LEVELS: Final = (2.5, 97.5)


class Difference(NamedTuple):
    """The mean of `second - first` over the same questions and its 95 % interval."""

    mean: float
    low: float
    high: float


def interval(values: Sequence[float], resamples: int = 2000, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean of `values`, one a question."""
    return ratio_interval(values, [1.0] * len(values), resamples, seed)


def ratio_interval(
    numerators: Sequence[float], denominators: Sequence[float], resamples: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % percentile interval of `sum(numerators) / sum(denominators)`.

    One of each a question: questions are drawn again, not their parts, since the citations of one
    answer stand or fall together. Every denominator is above 0.
    """
    top, bottom = np.asarray(numerators, dtype=np.float64), np.asarray(denominators, dtype=np.float64)
    if not top.size or top.shape != bottom.shape or not (bottom > 0).all():
        raise ValueError("expected as many numerators as denominators, one or more, none divided by 0")
    draw = np.random.default_rng(seed)
    ratios = np.empty(resamples)
    for i in range(resamples):  # one draw at a time: 2,000 x 10,000 questions would not fit small machines
        chosen = draw.integers(0, top.size, top.size)
        ratios[i] = top[chosen].sum() / bottom[chosen].sum()
    low, high = np.percentile(ratios, _LEVELS)
    return float(low), float(high)


def paired_difference(
    first: Sequence[float], second: Sequence[float], resamples: int = 2000, seed: int = 0
) -> Difference:
    """Return how much better `second` is than `first` on the same questions, in the same order.

    An interval that leaves out 0 is a difference that other questions would likely show too.
    """
    differences = [b - a for a, b in zip(first, second, strict=True)]
    low, high = interval(differences, resamples, seed)
    return Difference(sum(differences) / len(differences), low, high)
