"""A sentence cut down to the clauses that answer."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.clean import clauses_of, clean
from rag.compose.cues import has_cue
from rag.compose.expected import expected, meets
from rag.lens import Lens
from rag.rerank.matching import Floats
from rag.types import Document, Sentence

__all__ = ["part_of", "trimmed"]

_SHORT_ENOUGH: Final = 72  # characters of a sentence that is left whole
_LONGEST_LIST: Final = 200  # characters
_SEMICOLONS: Final = re.compile("[；;].*[；;]", re.DOTALL)
_NEAR, _READ = 0.3, 0.6
_BOTH: Final = 2  # the thing, and beside what is counted
_STRIPPED: Final = " ，,；;、"


def trimmed(lens: Lens, sentence: Sentence, document: Document) -> Sentence:
    """Return the sentence without the clauses before and behind that the question did not ask for.

    Kept are the clause that answers best and all between it and the clauses in which the question's
    own words stand; the sentence as it is where it is short.
    """
    if len(sentence.text) <= _SHORT_ENOUGH:
        return sentence
    clauses = clauses_of(sentence.text)
    if len(clauses) < 2 or _is_list(lens, sentence):
        return sentence
    first, last = _kept(lens, [sentence.text[start:end] for start, end in clauses])
    # What answers often stands behind what the question repeats, and may stand before it.
    while last + 1 < len(clauses) and clauses[last + 1].end - clauses[first].start <= _SHORT_ENOUGH:
        last += 1
    while first and clauses[last].end - clauses[first - 1].start <= _SHORT_ENOUGH:
        first -= 1
    return part_of(sentence, document, clauses[first].start, clauses[last].end)


def part_of(sentence: Sentence, document: Document, start: int, end: int) -> Sentence:
    """Return a stretch of a sentence, in characters of its text, as a sentence of its own."""
    text = sentence.text[start:end]
    stripped = text.strip(_STRIPPED)
    if not stripped:
        return sentence
    start += text.index(stripped[0])
    end = start + len(stripped)
    whole = clean(document.shown, [sentence.span])
    offset = whole.text.find(sentence.text)
    if offset < 0:
        return sentence
    return Sentence(stripped, whole.span(offset + start, offset + end), sentence.block, sentence.is_heading)


def _read(lens: Lens, texts: Sequence[str]) -> Floats:
    """Return 1 for the clauses that the reader's answer stands in."""
    ends = np.cumsum([len(text) for text in texts])
    starts = ends - np.array([len(text) for text in texts])
    text = "".join(texts)
    span = lens.read([text])[0].best_span()
    if span is None:
        return np.zeros(len(texts))
    return np.asarray((starts < span.end) & (span.start < ends), dtype=np.float64)


def _is_list(lens: Lens, sentence: Sentence) -> bool:
    """Tell whether a sentence lists what cannot be told from the question to be unneeded."""
    asked = expected(lens.query.focus)
    lists = _SEMICOLONS.search(sentence.text) is not None
    return lists and asked.anything and len(sentence.text) <= _LONGEST_LIST


def _kept(lens: Lens, texts: Sequence[str]) -> tuple[int, int]:
    held = np.array([lens.held(text) for text in texts])
    total = float(lens.weights.sum()) or 1.0
    read = _read(lens, texts)
    score = held @ lens.weights / total + _NEAR * lens.similarity(texts) + _READ * read
    best = int(score.argmax())
    needed = [best, *_showing(lens, texts, best), *np.flatnonzero(read).tolist()]
    # The nearest clause that holds each of the question's words that the best one lacks.
    for term in np.flatnonzero(held.any(axis=0) & ~held[best]).tolist():
        needed.append(_nearest(np.flatnonzero(held[:, term]), best))
    return min(needed), max(needed)


def _showing(lens: Lens, texts: Sequence[str], best: int) -> list[int]:
    """Return the clause nearest to the best one that shows the kind of thing that is asked for."""
    wanted = expected(lens.query.focus)
    if wanted.anything and lens.asks != "place":
        return []
    shows = [
        has_cue("place", text) if wanted.anything else sum(meets(wanted, text)[:2]) == _BOTH for text in texts
    ]
    places = np.flatnonzero(shows)
    return [_nearest(places, best)] if len(places) else []


def _nearest(places: NDArray[np.int64], best: int) -> int:
    return int(places[np.abs(places - best).argmin()])
