"""Hard-wrapped text: whether it is, and which lines belong together.

Widths are in cells, as a terminal counts: a Han character or a full-width mark has two. Some texts are
wrapped by the number of their characters instead; their widths are in characters.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from rag.ingest.outline.heading_rules import heading_mark, is_numbered
from rag.text.marks import CLOSING_BRACKETS, COLONS, OPENING_BRACKETS, SEMICOLONS, TERMINAL, TRAILING
from rag.text.patterns import is_byline
from rag.types.document import Markup, Span

__all__ = ["Line", "WrapStyle", "cells", "goes_on", "wrap_style"]

_LONGEST_WRAPPED_LINE: Final = 140
_SHORTEST_WIDTH: Final = 24
_FAVOUR: Final = 1.1  # of a width in cells over one in characters
_FEWEST_BROKEN: Final = 3  # lines that go on in the next one
_BROKEN: Final = 0.15  # the same, as a share of all lines
_RAGGED: Final = 6  # cells that a full line may lack: a mark that may not begin a line, a number
_RAGGED_LATIN: Final = 14
_RAGGED_CHARACTERS: Final = 3
_CLOSED: Final = re.compile(f"[{TERMINAL}.{COLONS}{SEMICOLONS}][{TRAILING}]*$")
_WIDE: Final = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60“”‘’…—]"
)
_LATIN_WORD: Final = re.compile(r"[A-Za-z0-9'’“\"(][^\s\u2e80-\uffff]*")
_LONG_LINES: Final = 0.1  # share of the lines that are longer than any wrapped ones, at most
_OVERHANG: Final = 2  # cells that a mark at the end of a full line may stand out
_MOSTLY_FULL: Final = 0.5  # share of the lines within paragraphs that are full
_TOO_MANY_WIDER: Final = 0.1  # share of the lines, where fewer are full
_OPEN_ENDED: Final = 0.6  # share of the full lines that end within a sentence
_ENDS_CLOSED: Final = 0.5  # share of the paragraphs that end with a sentence
_FEWEST_INDENTED: Final = 0.05  # share of the full lines, where paragraphs begin with an indent
_MOST_INDENTED: Final = 0.3  # share of the lines that go on with a paragraph, in the same texts
_TOO_WIDE: Final = 4  # cells by which a line is wider than wrapped ones get
_NEARLY: Final = 4  # a line that lacks less than this part of the width is nearly full
_SLACK: Final = 4  # cells that a word of an alphabet may want beside its letters
_INDENT: Final = 2
_ONLY_LETTER: Final = re.compile(r"[A-Za-z]")


class Line(NamedTuple):
    """A line that holds text: its raw span, its text, cleaned, and where it stands.

    `indent` is in cells, `length` in characters from the beginning of the line to the end of its text.
    """

    span: Span
    text: str
    mark: Markup | None
    after_blank: bool
    indent: int
    length: int
    after_rule: bool = False


class WrapStyle(NamedTuple):
    """How a text is wrapped: the width of a full line, and whether paragraphs begin with an indent."""

    width: int
    indents: bool
    latin: bool
    by_characters: bool

    @property
    def ragged(self) -> int:
        """Return how much a full line may lack."""
        if self.by_characters:
            return _RAGGED_CHARACTERS
        return _RAGGED_LATIN if self.latin else _RAGGED

    def room(self, line: Line) -> int:
        """Return how much a line lacks."""
        return self.width - (line.length if self.by_characters else _cells_of(line))

    def is_filled(self, line: Line) -> bool:
        """Tell whether a line is as wide as wrapped ones get."""
        return -_OVERHANG <= self.room(line) <= self.ragged


def cells(text: str) -> int:
    """Return how many cells a text takes."""
    return len(text) + len(_WIDE.findall(text))


def _cells_of(line: Line) -> int:
    return line.indent + cells(line.text[: _LONGEST_WRAPPED_LINE + 1])


def wrap_style(lines: Sequence[Line]) -> WrapStyle | None:
    """Return how a text was hard-wrapped, None if its lines are its paragraphs.

    Wrapped text shows in its lines: hardly any is wider than the full ones, these end within a sentence,
    and the shorter ones behind them end with it. Names in a list are of one width too, but end no sentence.
    """
    latin = 2 * sum(bool(_ONLY_LETTER.match(line.text)) for line in lines) > len(lines)
    fitting = (_narrowest(lines, latin, by_characters=unit) for unit in (False, True))
    styles = [style for style in fitting if style is not None and _is_wrapped(lines, style)]
    if not styles:
        return None
    # Of a text that has but few figures and letters both fit; cells are what most programs count.
    style = max(styles, key=lambda style: _filled(lines, style) * (1.0 if style.by_characters else _FAVOUR))
    full = [line for line in lines if style.is_filled(line)]
    continuing = [after for _, after in _broken(lines, style)]
    indented = sum(line.indent >= _INDENT for line in full)
    not_first = sum(line.indent >= _INDENT for line in continuing)
    indents = indented >= _FEWEST_INDENTED * len(full) and not_first <= _MOST_INDENTED * len(continuing)
    return style._replace(indents=indents)


def _narrowest(lines: Sequence[Line], latin: bool, *, by_characters: bool) -> WrapStyle | None:
    """Return the width at which most lines are full; None if too many are longer than wrapped ones get."""
    style = WrapStyle(0, False, latin, by_characters)
    counts = Counter(-style.room(line) for line in lines)
    shortest = _SHORTEST_WIDTH // 2 if by_characters else _SHORTEST_WIDTH
    widths = [width for width in counts if shortest <= width <= _LONGEST_WRAPPED_LINE]
    longer = sum(n for width, n in counts.items() if width > _LONGEST_WRAPPED_LINE)
    if not widths or longer > _LONG_LINES * len(lines):
        return None
    width = max(widths, key=lambda n: sum(counts[m] for m in range(n - style.ragged, n + 1)))
    return style._replace(width=width)


def _is_wrapped(lines: Sequence[Line], style: WrapStyle) -> bool:
    """Tell whether lines of this width show that a text was wrapped at it."""
    full = [line for line in lines if style.is_filled(line)]
    # The last line before an empty one ends a paragraph; what it lacks tells nothing.
    within = [line for line, after in pairwise(lines) if not after.after_blank]
    near = _filled(within, style)
    wider = sum(style.room(line) < -_OVERHANG for line in lines)
    if near < _MOSTLY_FULL * len(within) and wider > _TOO_MANY_WIDER * len(lines):
        return False
    broken = _broken(lines, style)
    going_on = {line.span for line, _ in broken}
    ends = [after for _, after in broken if after.span not in going_on]
    return (
        len(broken) >= max(_FEWEST_BROKEN, _BROKEN * len(lines))
        and sum(not _CLOSED.search(line.text) for line in full) >= _OPEN_ENDED * len(full)
        and sum(bool(_CLOSED.search(line.text)) for line in ends) >= _ENDS_CLOSED * len(ends)
    )


def _filled(lines: Sequence[Line], style: WrapStyle) -> int:
    return sum(map(style.is_filled, lines))


def _broken(lines: Sequence[Line], style: WrapStyle) -> list[tuple[Line, Line]]:
    """Return the full lines that end within a sentence, each with the line below it."""
    return [
        (line, after)
        for line, after in pairwise(lines)
        if style.is_filled(line) and not _CLOSED.search(line.text) and not after.after_blank
    ]


def goes_on(group: Sequence[Line], line: Line, following: Line | None, style: WrapStyle) -> bool:
    """Tell whether a line goes on with the paragraph or heading that the lines before it began."""
    first, last = group[0], group[-1]
    if line.mark or last.mark or line.after_rule:
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
    if is_byline(line.text) or _is_too_wide(line, style):
        return False
    if len(group) == 1 and is_numbered(first.text) and line.indent > first.indent:
        return full and not line.after_blank  # a hanging indent
    if style.indents and line.indent != last.indent and line.indent >= _INDENT:
        return False
    if style.indents or style.latin:
        ended = _CLOSED.search(last.text) or (style.latin and not line.text[0].islower())
        # Wrapped by hand: a line that ends within a sentence, and the next one is not set in.
        nearly = not style.latin and not ended and not line.after_blank and line.indent < _INDENT
        return (full or (nearly and style.room(last) <= style.width / _NEARLY)) and not (
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
        or _is_too_wide(first, style)
        or (first.text[0] in OPENING_BRACKETS and last.text[-1] in CLOSING_BRACKETS)
    )


def _is_too_wide(line: Line, style: WrapStyle) -> bool:
    return style.room(line) + (0 if style.by_characters else line.indent) < -_TOO_WIDE


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
        ends_short = style.room(line) > style.width / 2 and (following is None or following.after_blank)
        return not line.after_blank and full and (ends_short or line.indent < first.indent)
    if line.after_blank and style.room(last) > style.width / 2:
        return False
    if closed:
        return not line.after_blank and full
    return True


def _is_full(line: Line, following: Line, style: WrapStyle) -> bool:
    """Tell whether a line had no room for what comes next."""
    room = style.room(line)
    word = _LATIN_WORD.match(following.text)
    if style.latin and word:
        return room < len(word[0]) + _SLACK
    return room <= (_RAGGED_CHARACTERS if style.by_characters else _RAGGED)
