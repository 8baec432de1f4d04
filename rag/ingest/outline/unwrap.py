"""Hard-wrapped text: whether it is, and which lines belong together.

Widths are in cells, as a terminal counts: a Han character or a full-width mark has two.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from rag.ingest.outline.heading_rules import heading_mark, is_numbered
from rag.text.marks import CLOSING_BRACKETS, COLONS, OPENING_BRACKETS, SEMICOLONS, TERMINAL, TRAILING
from rag.text.patterns import is_byline
from rag.types.document import Markup, Span

__all__ = ["Line", "WrapStyle", "cells", "goes_on", "wrap_style"]

_LONGEST_WRAPPED_LINE: Final = 140
_SHORTEST_WIDTH: Final = 24
_FEWEST_WRAPPED_LINES: Final = 16
_FEWEST_FULL_LINES: Final = 8
_RAGGED: Final = 6  # cells that a full line may lack: a mark that may not begin a line, a number
_RAGGED_LATIN: Final = 14
_CLOSED: Final = re.compile(f"[{TERMINAL}.{COLONS}{SEMICOLONS}][{TRAILING}]*$")
_WIDE: Final = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60“”‘’…—]"
)
_LATIN_WORD: Final = re.compile(r"[A-Za-z0-9'’“\"(][^\s\u2e80-\uffff]*")
_SHORT_ENOUGH: Final = 0.9  # share of the lines that may be wrapped ones
_OVERHANG: Final = 2  # cells that a mark at the end of a full line may stand out
_MOSTLY_FULL: Final = 0.5  # share of the lines within paragraphs that are full
_OPEN_ENDED: Final = 0.6  # share of the full lines that end within a sentence
_FEWEST_INDENTED, _MOST_INDENTED = 0.05, 0.6  # share of the lines, where paragraphs begin with an indent
_TOO_WIDE: Final = 4  # cells by which a line is wider than wrapped ones get
_NEARLY: Final = 4  # a line that lacks less than this part of the width is nearly full
_SLACK: Final = 4  # cells that a word of an alphabet may want beside its letters
_INDENT: Final = 2
_ONLY_LETTER: Final = re.compile(r"[A-Za-z]")


class Line(NamedTuple):
    """A line that holds text: its raw span, its text, cleaned, and where it stands."""

    span: Span
    text: str
    mark: Markup | None
    after_blank: bool
    indent: int


class WrapStyle(NamedTuple):
    """How a text is wrapped: the width of a full line, and whether paragraphs begin with an indent."""

    width: int
    indents: bool
    latin: bool


def cells(text: str) -> int:
    """Return how many cells a text takes."""
    return len(text) + len(_WIDE.findall(text))


def wrap_style(lines: Sequence[Line]) -> WrapStyle | None:
    """Return how a text was hard-wrapped, None if its lines are its paragraphs.

    Wrapped text shows in its lines: most are of nearly one width and many end within a sentence.
    """
    if len(lines) < _FEWEST_WRAPPED_LINES:
        return None
    widths = [line.indent + cells(line.text[: _LONGEST_WRAPPED_LINE + 1]) for line in lines]
    counts = Counter(width for width in widths if width <= _LONGEST_WRAPPED_LINE)
    if counts.total() < _SHORT_ENOUGH * len(lines):
        return None
    latin = 2 * sum(bool(_ONLY_LETTER.match(line.text)) for line in lines) > len(lines)
    ragged = _RAGGED_LATIN if latin else _RAGGED
    width = max(counts, key=lambda n: sum(counts[m] for m in range(n - ragged, n + 1)))
    # The last line before an empty one ends a paragraph; what it lacks tells nothing.
    within = [w for w, after in zip(widths, lines[1:], strict=False) if not after.after_blank]
    near = sum(width - ragged <= w <= width + _OVERHANG for w in within)
    full = [line for line, w in zip(lines, widths, strict=True) if width - ragged <= w <= width + _OVERHANG]
    open_ended = sum(not _CLOSED.search(line.text) for line in full)
    if (
        width < _SHORTEST_WIDTH
        or near < max(_MOSTLY_FULL * len(within), _FEWEST_FULL_LINES)
        or open_ended < _OPEN_ENDED * len(full)
    ):
        return None
    indented = sum(line.indent >= _INDENT for line in full)
    return WrapStyle(width, _FEWEST_INDENTED * len(full) <= indented <= _MOST_INDENTED * len(full), latin)


def goes_on(group: Sequence[Line], line: Line, following: Line | None, style: WrapStyle) -> bool:
    """Tell whether a line goes on with the paragraph or heading that the lines before it began."""
    first, last = group[0], group[-1]
    if line.mark or last.mark:
        return False
    if (
        first.text[0] in OPENING_BRACKETS
        and not any(part.text[-1] in CLOSING_BRACKETS for part in group)
        and is_byline(first.text)
    ):
        return True
    full = _is_full(last, line, style)
    if _stands_alone(group, style) or _begins_heading(group, line, full):
        return False
    if is_byline(line.text) or cells(line.text) > style.width + _TOO_WIDE:
        return False
    if len(group) == 1 and is_numbered(first.text) and line.indent > first.indent:
        return full and not line.after_blank  # a hanging indent
    if style.indents and line.indent != last.indent and line.indent >= _INDENT:
        return False
    if style.indents or style.latin:
        ended = _CLOSED.search(last.text) or (style.latin and not line.text[0].islower())
        # Lines of as many characters each: one with figures in it takes fewer cells.
        nearly = not style.latin and not ended and not line.after_blank and line.indent < _INDENT
        return (full or (nearly and _room(last, style) <= style.width / _NEARLY)) and not (
            line.after_blank and ended
        )
    return _goes_on_by_length(group, line, following, style, full)


def _stands_alone(group: Sequence[Line], style: WrapStyle) -> bool:
    """Tell whether lines are complete: a heading without number, an author, a remark in parentheses."""
    first, last = group[0], group[-1]
    mark = heading_mark(first.text)
    return (
        (mark is not None and not mark.rule.numbered)
        or is_byline(first.text)
        or cells(first.text) > style.width + _TOO_WIDE
        or (first.text[0] in OPENING_BRACKETS and last.text[-1] in CLOSING_BRACKETS)
    )


def _begins_heading(group: Sequence[Line], line: Line, full: bool) -> bool:
    """Tell whether a line starts like a heading, and not just with a number within a sentence."""
    mark = heading_mark(line.text)
    if mark is None:
        return False
    last = group[-1]
    within = full and not line.after_blank and not _CLOSED.search(last.text) and line.indent <= last.indent
    return not (within and mark.rule.weak and len(group) + (not is_numbered(last.text)) > 1)


def _goes_on_by_length(
    group: Sequence[Line], line: Line, following: Line | None, style: WrapStyle, full: bool
) -> bool:
    """Decide where nothing but the lengths of the lines tells."""
    first, last = group[0], group[-1]
    closed = bool(_CLOSED.search(last.text))
    if is_numbered(first.text) and not closed and len(group) == 1:
        ends_short = cells(line.text) < style.width / 2 and (following is None or following.after_blank)
        return not line.after_blank and full and ends_short
    if line.after_blank and cells(last.text) < style.width / 2:
        return False
    if closed:
        return not line.after_blank and full
    return True


def _room(line: Line, style: WrapStyle) -> int:
    """Return how many cells a line lacks."""
    return style.width - line.indent - cells(line.text)


def _is_full(line: Line, following: Line, style: WrapStyle) -> bool:
    """Tell whether a line had no room for what comes next."""
    room = _room(line, style)
    word = _LATIN_WORD.match(following.text)
    if style.latin and word:
        return room < len(word[0]) + _SLACK
    return room <= _RAGGED
