"""What went wrong, question by question, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eval.answers.summary import Row

__all__ = ["Miss", "find_misses"]


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not answered as it should be, and all that was missing."""

    id: str
    question: str
    missing: tuple[str, ...]


def find_misses(rows: Iterable[Row]) -> list[Miss]:
    """Return the rows where something was missing, in their order."""
    found = (Miss(row.id, row.question, tuple(_missing(row))) for row in rows)
    return [miss for miss in found if miss.missing]


def _missing(row: Row) -> Iterator[str]:
    if row.inexact:
        yield f"quotes that are not the document's text: {_markers(row.inexact)}"
    yield from (f"cut before its end: {_short(sentence)}" for sentence in row.cut)
    if row.type == "unanswerable":
        if not row.abstained:
            yield "answered, though no document holds it"
        return
    if row.abstained:
        yield "abstained"
    yield from (f"fact: {' / '.join(group)}" for group in row.missing_facts)
    yield from (f"not in the passages: {_short(words)}" for words in row.uncovered_by_passages)
    # What was not retrieved could not be cited: say it once.
    not_cited = [words for words in row.uncovered_by_citations if words not in row.uncovered_by_passages]
    yield from (f"not cited: {_short(words)}" for words in not_cited)
    if unsupported := [support.marker for support in row.supports if not support.supported]:
        yield f"does not support its sentence: {_markers(unsupported)}"


def _markers(markers: Iterable[int]) -> str:
    return "".join(f"[{marker}]" for marker in sorted(set(markers)))


def _short(words: str) -> str:
    joined = "".join(words.splitlines())
    return joined if len(joined) <= 40 else f"{joined[:40]}…"
