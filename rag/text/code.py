"""Code as the text holds it, a line a block: each block of code is one unit."""

from bisect import bisect_right
from functools import lru_cache

from rag.types.document import Document, Markup, Span

__all__ = ["code_at"]


def code_at(document: Document, position: int) -> Span | None:
    """Return the block of code that a position stands in, None outside of code."""
    found = _code_of(document)
    place = bisect_right(found, position, key=lambda mark: mark.start) - 1
    return Span(found[place].start, found[place].end) if place >= 0 and position < found[place].end else None


@lru_cache(maxsize=64)
def _code_of(document: Document) -> tuple[Markup, ...]:
    return tuple(mark for mark in document.markup if mark.kind == "verbatim")
