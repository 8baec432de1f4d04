"""Bootstrap confidence intervals (Efron 1979): how far a figure may move with other questions.

They are percentile intervals. Where no question differs from another (all right, all wrong) no draw
does either, and the interval has no width: that is no certainty. As many as 3 in n questions may
still come out otherwise (the rule of three, Hanley & Lippman-Hand 1983).
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Difference", "interval", "paired_difference", "paired_ratio_difference", "ratio_interval"]

_LEVELS: Final = (2.5, 97.5)
_AT_ONCE: Final = 1_000_000  # draws held in memory: 2,000 x 10,000 questions would not fit small machines
_RESAMPLES: Final = 2000

Ratio = tuple[float, float]
"""A numerator and its denominator, of one question."""


class Difference(NamedTuple):
    """How much higher `second` is than `first` over the same questions and its 95 % interval."""

    mean: float
    low: float
    high: float


def interval(values: Sequence[float], resamples: int = _RESAMPLES, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean of `values`, one a question."""
    return ratio_interval(values, [1.0] * len(values), resamples, seed)


def ratio_interval(
    numerators: Sequence[float], denominators: Sequence[float], resamples: int = _RESAMPLES, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % percentile interval of `sum(numerators) / sum(denominators)`.

    One of each a question: questions are drawn again, not their parts, since the citations of one
    answer stand or fall together. Every denominator is above 0.
    """
    top, bottom = np.asarray(numerators, dtype=np.float64), np.asarray(denominators, dtype=np.float64)
    if not top.size or top.shape != bottom.shape or not (bottom > 0).all():
        raise ValueError("expected as many numerators as denominators, one or more, none divided by 0")
    return _percentiles(
        [top[drawn].sum(axis=1) / bottom[drawn].sum(axis=1) for drawn in _draws(top.size, resamples, seed)]
    )


def paired_difference(
    first: Sequence[float], second: Sequence[float], resamples: int = _RESAMPLES, seed: int = 0
) -> Difference:
    """Return how much better `second` is than `first` on the same questions, in the same order.

    An interval that leaves out 0 is a difference that other questions would likely show too.
    """
    differences = [b - a for a, b in zip(first, second, strict=True)]
    low, high = interval(differences, resamples, seed)
    return Difference(sum(differences) / len(differences), low, high)


def paired_ratio_difference(
    first: Sequence[Ratio], second: Sequence[Ratio], resamples: int = _RESAMPLES, seed: int = 0
) -> Difference:
    """Return how much higher the ratio of sums of `second` is than that of `first`.

    Both ratios are taken over the same draw of questions, in the same order. A question may have
    nothing to divide by, (0, 0); a draw in which a whole side has nothing is left out. Where every
    denominator is 1 this is `paired_difference`.
    """
    pairs = np.array([(*a, *b) for a, b in zip(first, second, strict=True)], dtype=np.float64).reshape(-1, 4)
    totals = pairs.sum(axis=0)
    if not (totals[1] > 0 and totals[3] > 0):
        raise ValueError("expected something to divide by on either side")
    found = []
    for drawn in _draws(len(pairs), resamples, seed):
        sums = pairs[drawn].sum(axis=1)
        sums = sums[(sums[:, 1] > 0) & (sums[:, 3] > 0)]
        found.append(sums[:, 2] / sums[:, 3] - sums[:, 0] / sums[:, 1])
    return Difference(float(totals[2] / totals[3] - totals[0] / totals[1]), *_percentiles(found))


def _draws(size: int, resamples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield rows of places to draw from, `resamples` in all, some at a time."""
    draw = np.random.default_rng(seed)
    rows = max(1, _AT_ONCE // size)
    for start in range(0, resamples, rows):
        yield draw.integers(0, size, (min(rows, resamples - start), size))


def _percentiles(parts: Sequence[NDArray[np.float64]]) -> tuple[float, float]:
    low, high = np.percentile(np.concatenate(parts), _LEVELS)
    return float(low), float(high)
