"""A run beside an earlier one, question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from eval.answers.baseline import Baseline
from eval.answers.summary import Row
from eval.metrics import MEASURES, Score
from eval.metrics.bootstrap import Difference, paired_ratio_difference

__all__ = ["LOWER_IS_BETTER", "Change", "Comparison", "Verdict", "compare"]

LOWER_IS_BETTER: Final = frozenset({"false_abstention", "noise", "cut_sentences"})

Verdict = Literal["better", "worse", "same"]

_NOTHING: Final = Score(0, 0)


@dataclass(frozen=True, slots=True)
class Change:
    """One measure in both runs, over the same questions; `difference` is now less before.

    `better` and `worse` are the ids of the questions that changed.
    """

    measure: str
    questions: int
    before: float
    now: float
    difference: Difference
    better: tuple[str, ...]
    worse: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Whether the measure changed significantly: its 95 % interval leaves out 0.

        The bootstrap is quick to say so where few questions changed: of a hundred, four that moved
        one way while none moved the other are enough, as only 2 % of the draws hold none of them.
        """
        if self.difference.low <= 0 <= self.difference.high:
            return "same"
        rose = self.difference.low > 0
        return "better" if rose != (self.measure in LOWER_IS_BETTER) else "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """All measures that both runs have, and the questions that were left out.

    `added` and `removed` are in one run alone; `edited` are those whose question, expected words or
    facts are no longer the same.
    """

    baseline: str
    questions: int
    changes: Mapping[str, Change]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    edited: tuple[str, ...]

    @property
    def dropped(self) -> list[Change]:
        """The measures that got significantly worse."""
        return [change for change in self.changes.values() if change.verdict == "worse"]

    def as_dict(self) -> dict[str, object]:
        """Return it as it is written."""
        return {
            "baseline": self.baseline,
            "questions": self.questions,
            "metrics": {name: _written(change) for name, change in self.changes.items()},
            "added": self.added,
            "removed": self.removed,
            "edited": self.edited,
        }


def compare(rows: Sequence[Row], baseline: Baseline) -> Comparison:
    """Compare question by question those that both runs asked."""
    asked = {row.id: row for row in rows}
    common = [row for row in rows if row.id in baseline.rows]
    edited = {row.id for row in common if baseline.rows[row.id].fingerprint not in ("", row.fingerprint)}
    same = [row for row in common if row.id not in edited]
    changes = {name: change for name in MEASURES if (change := _change(name, same, baseline))}
    return Comparison(
        baseline=baseline.name,
        questions=len(same),
        changes=changes,
        added=tuple(id_ for id_ in asked if id_ not in baseline.rows),
        removed=tuple(id_ for id_ in baseline.rows if id_ not in asked),
        edited=tuple(row.id for row in common if row.id in edited),
    )


def _change(name: str, rows: Sequence[Row], baseline: Baseline) -> Change | None:
    pairs = {row.id: (baseline.rows[row.id].scores[name], row.scores[name]) for row in rows}
    # An answer without citations adds none to their ratio. It stays among the questions drawn, as
    # the other run may have cited there; where neither did, it is no question of this measure.
    pairs = {id_: pair for id_, pair in pairs.items() if pair != (None, None)}
    first = [before or _NOTHING for before, _ in pairs.values()]
    second = [now or _NOTHING for _, now in pairs.values()]
    of_first, of_second = sum(score.of for score in first), sum(score.of for score in second)
    if not of_first or not of_second:
        return None
    sign = -1 if name in LOWER_IS_BETTER else 1
    gains = {id_: sign * (now.share - before.share) for id_, (before, now) in pairs.items() if before and now}
    return Change(
        measure=name,
        questions=len(pairs),
        before=sum(score.hits for score in first) / of_first,
        now=sum(score.hits for score in second) / of_second,
        difference=paired_ratio_difference(first, second),
        better=tuple(id_ for id_, gain in gains.items() if gain > 0),
        worse=tuple(id_ for id_, gain in gains.items() if gain < 0),
    )


def _written(change: Change) -> dict[str, object]:
    return {
        "questions": change.questions,
        "before": change.before,
        "now": change.now,
        "difference": change.difference.mean,
        "ci95": (change.difference.low, change.difference.high),
        "verdict": change.verdict,
        "better": change.better,
        "worse": change.worse,
    }
