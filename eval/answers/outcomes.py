"""What became of each question: the first step at which it was lost, if it was."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from eval.answers.summary import Row

__all__ = ["Outcome", "count_outcomes", "outcome"]


class Outcome(StrEnum):
    """Every question has one; the answerable ones first, in the order in which they are lost."""

    RIGHT = "right"
    NOT_FOUND = "not found"
    REFUSED = "refused"
    FACTS_MISSING = "facts missing"
    NOT_CITED = "not cited"
    RIGHTLY_REFUSED = "rightly refused"
    WRONGLY_ANSWERED = "wrongly answered"

    @property
    def is_right(self) -> bool:
        """Whether nothing was lost."""
        return self in (Outcome.RIGHT, Outcome.RIGHTLY_REFUSED)

    @property
    def meaning(self) -> str:
        """The outcome in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Outcome.RIGHT: "every fact is said and every expected span cited",
    Outcome.NOT_FOUND: "an expected span is not among the passages",
    Outcome.REFUSED: "the passages hold what is needed, but it was not answered",
    Outcome.FACTS_MISSING: "the passages hold what is needed, but the answer lacks a fact",
    Outcome.NOT_CITED: "every fact is said, but an expected span is not cited",
    Outcome.RIGHTLY_REFUSED: "no document holds an answer, and none was given",
    Outcome.WRONGLY_ANSWERED: "no document holds an answer, but one was given",
}


def outcome(row: Row) -> Outcome:
    """Tell what became of a question."""
    if not row.answerable:
        return Outcome.RIGHTLY_REFUSED if row.abstained else Outcome.WRONGLY_ANSWERED
    if not row.abstained and not row.missing_facts:
        return Outcome.NOT_CITED if row.uncovered_by_citations else Outcome.RIGHT
    if row.uncovered_by_passages:
        return Outcome.NOT_FOUND
    return Outcome.REFUSED if row.abstained else Outcome.FACTS_MISSING


def count_outcomes(rows: Iterable[Row]) -> dict[Outcome, int]:
    """Count every outcome, those that nothing came to included."""
    found = Counter(map(outcome, rows))
    return {each: found[each] for each in Outcome}
