"""The part of a passage that a reader needs to see, its quoted words marked."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

from rag.text.sentences import Clean, clean, sentence_ends
from rag.types.document import Document, Span

__all__ = ["Excerpt", "Quote", "excerpt_of"]

_SHORT: Final = 260  # characters: a passage up to here is shown whole
_AROUND: Final = 70  # characters shown before and after a quotation
_LEAST: Final = 15  # characters shown after one, though that cut a sentence
_HEADING: Final = 40  # characters: a paragraph up to here may be a heading
_UNQUOTED: Final = 160  # characters shown of a passage that nothing quotes
_ELLIPSIS: Final = '<span class="cut">……</span>'


@dataclass(frozen=True, slots=True)
class Quote:
    """Raw text that a marker points to."""

    marker: int
    span: Span


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage as HTML: `short` around its quotations, `whole` None where that is all of it."""

    short: str
    whole: str | None
    characters: int


@dataclass(frozen=True, slots=True)
class _Mark:
    """Shown text from `start` up to `end`, relied on by `markers`."""

    start: int
    end: int
    markers: tuple[int, ...]


def excerpt_of(document: Document, spans: Sequence[Span], quotes: Sequence[Quote] = ()) -> Excerpt:
    """Show the given raw text of a document, shortened around the quotations if it is long."""
    shown = clean(document.shown, _pieces(document, spans))
    marks = _marks(shown, quotes)
    everything = [Span(0, len(shown.text))]
    windows = _windows(shown.text, marks)
    if sum(end - start for start, end in windows) > 0.8 * len(shown.text):
        windows = everything
    whole = None if windows == everything else _markup(shown.text, everything, marks)
    return Excerpt(_markup(shown.text, windows, marks), whole, len(shown.text))


def _pieces(document: Document, spans: Sequence[Span]) -> list[Span]:
    """Cut spans at the paragraphs of their document; junk between paragraphs is left out."""
    blocks = document.outline.blocks
    pieces: list[Span] = []
    for span in spans:
        inside = [
            Span(max(block.start, span.start), min(block.end, span.end))
            for block in blocks
            if block.start < span.end and span.start < block.end
        ]
        pieces += inside or [span]
    return pieces


def _marks(shown: Clean, quotes: Sequence[Quote]) -> list[_Mark]:
    """Turn raw quotations into stretches of shown text that do not overlap."""
    found = [
        (_place(shown, quote.span.start), bisect_left(shown.at, quote.span.end), quote) for quote in quotes
    ]
    edges = sorted({edge for start, end, _ in found for edge in (start, end)})
    marks: list[_Mark] = []
    for start, end in pairwise(edges):
        markers = tuple(quote.marker for first, last, quote in found if first <= start and end <= last)
        if markers:
            marks.append(_Mark(start, end, markers))
    return marks


def _place(shown: Clean, position: int) -> int:
    """Return where raw text is shown; a line break stands at the place of what follows it."""
    place = bisect_left(shown.at, position)
    return place + (shown.text[place : place + 1] == "\n")


def _windows(text: str, marks: Sequence[_Mark]) -> list[Span]:
    """Choose what is shown: the sentences around each mark, or the beginning."""
    if len(text) <= _SHORT:
        return [Span(0, len(text))]
    ends = sentence_ends(text)
    if not marks:
        end = next((end for end in ends if end >= _UNQUOTED), len(text))
        return [Span(0, len(text[:end].rstrip("\n")))]
    windows: list[Span] = []
    for mark in marks:
        start, end = _widened(mark, text, ends)
        if windows and not text[windows[-1].end : start].strip():
            start = windows.pop().start
        windows.append(Span(start, end))
    return windows


def _widened(mark: _Mark, text: str, ends: Sequence[int]) -> Span:
    """Add what is near in a mark's paragraph, by whole sentences where they are short enough.

    A paragraph as short as a heading says little: what follows it is added too.
    """
    first = text.rfind("\n", 0, mark.start) + 1
    last = (text + "\n").index("\n", mark.end)
    if last - first <= _HEADING:
        last = len(text)
    earliest, latest = max(mark.start - _AROUND, first), min(mark.end + _AROUND, last)
    start = next((s for s in (first, *ends) if earliest <= s <= mark.start), earliest)
    end = next((e for e in reversed(ends) if mark.end + _LEAST <= e <= latest), latest)
    return Span(start, len(text[:end].rstrip("\n")))


def _markup(text: str, windows: Sequence[Span], marks: Sequence[_Mark]) -> str:
    """Return the windows as paragraphs, with dots where text was left out."""
    parts: list[str] = []
    position = 0
    for window in windows:
        if text[position : window.start].strip():
            starts_paragraph = text[window.start - 1] == "\n"
            parts.append((_ELLIPSIS if position else "") + "\n" if starts_paragraph else _ELLIPSIS)
        elif position:
            parts.append(text[position : window.start])
        parts += _marked(text, window, marks)
        position = window.end
    if text[position:].strip():
        parts.append(_ELLIPSIS)
    return "".join(f"<p>{paragraph}</p>" for paragraph in "".join(parts).split("\n") if paragraph)


def _marked(text: str, window: Span, marks: Sequence[_Mark]) -> Iterator[str]:
    position = window.start
    for mark in marks:
        if mark.start >= window.end or mark.end <= window.start:
            continue
        yield escape(text[position : mark.start])
        yield from _mark(text[mark.start : mark.end], mark.markers)
        position = mark.end
    yield escape(text[position : window.end])


def _mark(quoted: str, markers: tuple[int, ...]) -> Iterator[str]:
    """Mark quoted text, each of its paragraphs on its own."""
    numbers = " ".join(map(str, markers))
    for number, line in enumerate(quoted.split("\n")):
        if number:
            yield "\n"
        if line:
            yield f'<mark data-markers="{numbers}">{escape(line)}</mark>'
