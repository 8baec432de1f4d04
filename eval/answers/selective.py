"""How well an answer's confidence tells the questions that can be answered from those that cannot.

Risk and coverage after El-Yaniv & Wiener 2010, the area under their curve (AURC) after Geifman &
El-Yaniv 2017 (arXiv:1705.08500), the expected calibration error (ECE) after Guo et al. 2017
(arXiv:1706.04599).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Final, NamedTuple, Protocol

from eval.metrics.wilson import wilson_interval

__all__ = ["Bin", "Judged", "Point", "Selective", "selective"]

_BINS: Final = 10


class Judged(Protocol):
    """What is looked at of a question."""

    @property
    def answerable(self) -> bool: ...  # noqa: D102
    @property
    def abstained(self) -> bool: ...  # noqa: D102
    @property
    def confidence(self) -> float | None: ...  # noqa: D102
    @property
    def missing_facts(self) -> Sequence[object]: ...  # noqa: D102


class Point(NamedTuple):
    """With all questions answered down to `confidence`: their share, and the share of faults among them."""

    coverage: float
    risk: float
    confidence: float


class Bin(NamedTuple):
    """The questions whose confidence lies from `low` up to `high` (the last bin holds 1 as well)."""

    low: float
    high: float
    questions: int
    answerable: int
    confidence: float  # their mean

    @property
    def share(self) -> float:
        """The share of answerable questions."""
        return self.answerable / self.questions

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of that share (Wilson 1927), which holds for few questions, too."""
        return wilson_interval(self.answerable, self.questions)


@dataclass(frozen=True, slots=True)
class Selective:
    """Every question that has a confidence, most confident first.

    `curve`: risk is the share of unanswerable questions among those answered. That is known for
    every question, those refused included; whether an answer is right is known only for what was
    answered, so `wrong_curve` (unanswerable, or a fact missing) ends where the answers end.
    Questions of equal confidence come in at once, at one point. `aurc` is the mean risk over all
    coverages 1/n … 1, `aurc_best` what a perfect order would give, `aurc_random` no order at all;
    `ece` compares confidence and share of answerable questions in ten bins of equal width.
    `chosen` is what the run did: the share it answered, the unanswerable among them, and the lowest
    confidence with which it answered; None if it answered nothing.
    """

    questions: int
    without_confidence: int
    curve: tuple[Point, ...]
    wrong_curve: tuple[Point, ...]
    chosen: Point | None
    aurc: float
    aurc_best: float
    aurc_random: float
    ece: float
    bins: tuple[Bin, ...]

    def as_dict(self) -> dict[str, object]:
        """Return it as it is written: named points and bins, curves as lists of their points."""
        return asdict(self) | {
            "chosen": self.chosen and self.chosen._asdict(),
            "bins": [found._asdict() for found in self.bins],
        }


def selective(rows: Sequence[Judged]) -> Selective | None:
    """Work out the curve and the calibration; None if no question has a confidence."""
    known = sorted(
        ((row.confidence, row) for row in rows if row.confidence is not None), key=lambda pair: -pair[0]
    )
    if not known:
        return None
    total = len(known)
    faults = [not row.answerable for _, row in known]
    bins = _bins(known)
    answered = [(confidence, row) for confidence, row in known if not row.abstained]
    unanswerable = sum(not row.answerable for _, row in answered)
    return Selective(
        questions=total,
        without_confidence=len(rows) - total,
        curve=_curve(known, lambda row: not row.answerable, total),
        wrong_curve=_curve(answered, lambda row: not row.answerable or bool(row.missing_facts), total),
        chosen=Point(len(answered) / total, unanswerable / len(answered), answered[-1][0])
        if answered
        else None,
        aurc=_area(known),
        aurc_best=_mean_risk([float(fault) for fault in sorted(faults)]),
        aurc_random=sum(faults) / total,
        ece=sum(abs(found.answerable - found.confidence * found.questions) for found in bins) / total,
        bins=bins,
    )


def _curve(
    known: Sequence[tuple[float, Judged]], is_fault: Callable[[Judged], bool], total: int
) -> tuple[Point, ...]:
    points, seen, faults = [], 0, 0
    for confidence, equal in groupby(known, key=lambda pair: pair[0]):
        for _, row in equal:
            seen += 1
            faults += is_fault(row)
        points.append(Point(seen / total, faults / seen, confidence))
    return tuple(points)


def _area(known: Sequence[tuple[float, Judged]]) -> float:
    # In any order, equal questions add their mean fault each: the file's order is not to matter.
    losses: list[float] = []
    for _, equal in groupby(known, key=lambda pair: pair[0]):
        faults = [not row.answerable for _, row in equal]
        losses += [sum(faults) / len(faults)] * len(faults)
    return _mean_risk(losses)


def _mean_risk(losses: Sequence[float]) -> float:
    risks, sum_so_far = 0.0, 0.0
    for seen, loss in enumerate(losses, 1):
        sum_so_far += loss
        risks += sum_so_far / seen
    return risks / len(losses)


def _bins(known: Sequence[tuple[float, Judged]]) -> tuple[Bin, ...]:
    found: dict[int, list[tuple[float, Judged]]] = {}
    for confidence, row in known:
        found.setdefault(min(int(confidence * _BINS), _BINS - 1), []).append((confidence, row))
    return tuple(
        Bin(
            place / _BINS,
            (place + 1) / _BINS,
            len(rows),
            sum(row.answerable for _, row in rows),
            sum(confidence for confidence, _ in rows) / len(rows),
        )
        for place, rows in sorted(found.items())
    )
