"""What readers thought of the answers: how many are usable, over all and by group, and how far they agree."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.data.grades import GRADES, Grade, GradeName
from eval.metrics.cohen_kappa import cohen_kappa
from eval.metrics.wilson import wilson_interval

__all__ = ["Agreement", "Graded", "GradedRow", "Shares", "graded"]


class GradedRow(Protocol):
    """What is looked at of a question and its answer."""

    @property
    def grade(self) -> Grade | None: ...  # noqa: D102
    @property
    def lang(self) -> str: ...  # noqa: D102
    @property
    def documents(self) -> tuple[str, ...]: ...  # noqa: D102
    def label(self, name: str, /) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Shares:
    """How often each grade was given to some answers, and how many of them have none."""

    counts: Mapping[GradeName, int]
    ungraded: int

    @property
    def graded(self) -> int:
        """How many answers have a grade."""
        return sum(self.counts.values())

    def share(self, grade: GradeName) -> float | None:
        """Return the share of a grade among the graded answers, None if there are none."""
        return self.counts[grade] / self.graded if self.graded else None

    def interval(self, grade: GradeName) -> tuple[float, float] | None:
        """Return the 95 % interval of that share."""
        return wilson_interval(self.counts[grade], self.graded) if self.graded else None

    def as_dict(self) -> dict[str, object]:
        """Return it as it is written."""
        return {
            "graded": self.graded,
            "ungraded": self.ungraded,
            "counts": self.counts,
            "shares": {grade: self.share(grade) for grade in GRADES},
            "ci95": {grade: self.interval(grade) for grade in GRADES},
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the first two readers gave the same grade; `kappa` leaves out what chance would."""

    answers: int
    agreed: int
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Graded:
    """The grades of a run, over all answers and by group."""

    overall: Shares
    by_form: Mapping[str, Shares]
    by_set: Mapping[str, Shares]
    by_doc: Mapping[str, Shares]
    by_lang: Mapping[str, Shares]
    agreement: Agreement

    @property
    def groups(self) -> dict[str, Mapping[str, Shares]]:
        """All groups, in the order of the report, all answers first."""
        return {
            "all": {"answers": self.overall},
            "form": self.by_form,
            "set": self.by_set,
            "document": self.by_doc,
            "language": self.by_lang,
        }

    def as_dict(self) -> dict[str, object]:
        """Return it as it is written."""
        return {
            **self.overall.as_dict(),
            "by_form": _written(self.by_form),
            "by_set": _written(self.by_set),
            "by_doc": _written(self.by_doc),
            "by_lang": _written(self.by_lang),
            "agreement": {
                "answers": self.agreement.answers,
                "agreed": self.agreement.agreed,
                "cohen_kappa": self.agreement.kappa,
            },
        }


def graded(rows: Sequence[GradedRow]) -> Graded:
    """Count the grades of some answers."""
    return Graded(
        overall=_shares(rows),
        by_form=_by(rows, lambda row: row.label("form")),
        by_set=_by(rows, lambda row: row.label("set")),
        by_doc=_by(rows, lambda row: row.documents),
        by_lang=_by(rows, lambda row: (row.lang,)),
        agreement=_agreement([row.grade for row in rows if row.grade]),
    )


def _shares(rows: Iterable[GradedRow]) -> Shares:
    found = Counter(row.grade.grade if row.grade else None for row in rows)
    return Shares({grade: found[grade] for grade in GRADES}, found[None])


def _by(rows: Iterable[GradedRow], keys: Callable[[GradedRow], Iterable[str]]) -> dict[str, Shares]:
    groups: dict[str, list[GradedRow]] = {}
    for row in rows:
        for key in keys(row):
            groups.setdefault(key, []).append(row)
    return {key: _shares(group) for key, group in sorted(groups.items())}


def _agreement(grades: Sequence[Grade]) -> Agreement:
    first, second = ([grade.grades[reader] for grade in grades] for reader in (0, 1))
    agreed = sum(a == b for a, b in zip(first, second, strict=True))
    return Agreement(len(grades), agreed, cohen_kappa(first, second))


def _written(groups: Mapping[str, Shares]) -> dict[str, object]:
    return {key: shares.as_dict() for key, shares in groups.items()}
