"""A sentence cut down to the clauses that answer."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from rag.clean import clean
from rag.compose.cues import has_cue, has_unit
from rag.lens import Lens
from rag.types import Document, Sentence, Span

__all__ = ["Clause", "clauses_of", "trimmed"]

_BORDER: Final = re.compile("[,，;；。！？!?]+[”’」』）)\"']*")
_OPENING: Final = "“‘「『（(《【〔"
_CLOSING: Final = "”’」』）)》】〕"
_SHORT_ENOUGH: Final = 60  # characters of a sentence that is left whole
_STRIPPED: Final = " ，,；;、"
_CONNECTIVE: Final = re.compile("^(?:但是?|而且?|并且?|同时|此外|另外|因此|所以|其中)[,，]?")


class Clause(NamedTuple):
    """A stretch of a sentence up to its border, in characters of the sentence's text."""

    start: int
    end: int


def clauses_of(text: str) -> list[Clause]:
    """Cut a sentence at its commas and semicolons, not inside quotation marks or brackets."""
    found: list[Clause] = []
    start = 0
    for border in _BORDER.finditer(text):
        before = text[start : border.start()]
        if sum(map(before.count, _OPENING)) > sum(map(before.count, _CLOSING)):
            continue
        if before.strip():
            found.append(Clause(start, border.end()))
            start = border.end()
    if text[start:].strip():
        found.append(Clause(start, len(text)))
    return found


def trimmed(lens: Lens, sentence: Sentence, document: Document) -> Sentence:
    """Return the sentence without the clauses before and behind that the question did not ask for.

    Kept are the clause that answers best and all between it and the clauses in which the question's
    own words stand; the sentence as it is where it is short.
    """
    if len(sentence.text) <= _SHORT_ENOUGH:
        return sentence
    clauses = clauses_of(sentence.text)
    if len(clauses) < 2:
        return sentence
    first, last = _kept(lens, [sentence.text[start:end] for start, end in clauses])
    return part_of(sentence, document, clauses[first].start, clauses[last].end)


def part_of(sentence: Sentence, document: Document, start: int, end: int) -> Sentence:
    """Return a stretch of a sentence, in characters of its text, as a sentence of its own."""
    text = sentence.text[start:end]
    stripped = text.strip(_STRIPPED)
    start += text.index(stripped[0])
    end = start + len(stripped)
    whole = clean(document.shown, [sentence.span])
    offset = whole.text.find(sentence.text)
    if offset < 0 or not stripped:
        return sentence
    return Sentence(stripped, whole.span(offset + start, offset + end), sentence.block, sentence.is_heading)


def _kept(lens: Lens, texts: Sequence[str]) -> tuple[int, int]:
    held = np.array([lens.held(text) for text in texts])
    weights = lens.weights
    total = float(weights.sum()) or 1.0
    covers = held @ weights / total
    shows = np.array([has_cue(lens.asks, text) + has_unit(lens.query.focus, text) for text in texts], float)
    near = lens.similarity(texts)
    score = covers + 0.5 * shows + 0.3 * near
    best = int(score.argmax())
    first = last = best
    missing = held.any(axis=0) & ~held[best]
    # The nearest clause that holds each of the question's words that the best one lacks.
    for term in np.flatnonzero(missing):
        places = np.flatnonzero(held[:, term])
        nearest = int(places[np.abs(places - best).argmin()])
        first, last = min(first, nearest), max(last, nearest)
    return first, last


SpanOf = Span
