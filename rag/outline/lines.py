"""From physical lines to blocks: a heading or a paragraph each, hard line breaks inside them."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from rag.clean import TERMINAL, clean
from rag.outline.rules import heading_mark, is_byline, is_numbered, junk_within
from rag.types import Span

__all__ = ["Block", "blocks_of", "wrap_width"]

_LONGEST_WRAPPED_LINE: Final = 100
_FEWEST_WRAPPED_LINES: Final = 20
_CLOSED: Final = re.compile(rf"[{TERMINAL}.:：;；][”’」』）)\"']*$")


class Block(NamedTuple):
    """A heading or paragraph: its raw span and its text, cleaned, in one line."""

    span: Span
    text: str


class _Line(NamedTuple):
    span: Span
    text: str
    after_blank: bool


def blocks_of(raw: str) -> tuple[list[Block], list[Span]]:
    """Split a text into blocks and the junk that stands between or inside them."""
    lines, junk = _lines(raw)
    width = wrap_width([line.text for line in lines])
    if width is None:
        return [Block(line.span, line.text) for line in lines], junk
    return list(_unwrap(raw, lines, width)), junk


def _lines(raw: str) -> tuple[list[_Line], list[Span]]:
    """Return the lines that hold text, without junk, and the junk."""
    lines: list[_Line] = []
    junk: list[Span] = []
    blank = True
    position = 0
    for line in raw.splitlines(keepends=True):
        start, position = position, position + len(line)
        found = [Span(start + s, start + e) for s, e in junk_within(line)]
        junk += found
        kept = False
        for span in _outside(Span(start, position), found):
            trimmed = _trim(raw, span)
            if trimmed.start < trimmed.end:
                lines.append(_Line(trimmed, clean(raw, [trimmed]).text, blank and not kept))
                kept = True
        blank = not kept
    return lines, junk


def _outside(span: Span, holes: list[Span]) -> Iterator[Span]:
    start = span.start
    for hole in holes:
        yield Span(start, hole.start)
        start = hole.end
    yield Span(start, span.end)


def _trim(raw: str, span: Span) -> Span:
    text = raw[span.start : span.end]
    start = span.start + len(text) - len(text.lstrip())
    return Span(start, max(start, span.start + len(text.rstrip())))


def wrap_width(lines: list[str]) -> int | None:
    """Return the width at which a text was hard-wrapped, None if its lines are its paragraphs.

    Wrapped text shows in its lines: most are of nearly one length and most end within a sentence.
    """
    lengths = Counter(len(line) for line in lines if len(line) <= _LONGEST_WRAPPED_LINE)
    if lengths.total() < _FEWEST_WRAPPED_LINES or lengths.total() < 0.9 * len(lines):
        return None
    width = max(lengths, key=lambda n: sum(lengths[m] for m in range(n - 3, n + 2)))
    near = sum(count for length, count in lengths.items() if width - 3 <= length <= width + 1)
    open_ended = sum(not _CLOSED.search(line) for line in lines)
    if near >= 0.5 * len(lines) and open_ended >= 0.6 * len(lines):
        return width
    return None


def _unwrap(raw: str, lines: list[_Line], width: int) -> Iterator[Block]:
    """Join the lines of one paragraph or heading, also over a page break."""
    group: list[_Line] = []
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        if group and not _continues(group, line, following, width):
            yield _join(raw, group)
            group = []
        group.append(line)
    if group:
        yield _join(raw, group)


def _continues(group: list[_Line], line: _Line, following: _Line | None, width: int) -> bool:
    first, last = group[0], group[-1]
    mark = heading_mark(first.text)
    if mark and not mark.rule.numbered:
        return False
    if first.text[0] in "（(" and not any(part.text[-1] in "）)" for part in group) and is_byline(first.text):
        return True
    if heading_mark(line.text) or is_byline(line.text) or is_byline(first.text) or len(line.text) > width + 2:
        return False
    if is_numbered(first.text) and not _CLOSED.search(last.text) and len(group) == 1:
        ends_short = len(line.text) < width / 2 and (following is None or following.after_blank)
        return not line.after_blank and len(last.text) >= width - 3 and ends_short
    if len(first.text) > width + 2 or (
        is_numbered(first.text) and line.after_blank and len(last.text) < width / 2
    ):
        return False
    if first.text[0] in "（(" and last.text[-1] in "）)":
        return False
    if _CLOSED.search(last.text):
        return not line.after_blank and len(last.text) >= width - 3
    return True


def _join(raw: str, group: list[_Line]) -> Block:
    span = Span(group[0].span.start, group[-1].span.end)
    return Block(span, clean(raw, [span]).text)
