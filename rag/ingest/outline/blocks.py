"""From physical lines to blocks: a heading or a paragraph each, hard line breaks inside them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.ingest.outline.heading_rules import JUNK_RULES, VERBATIM_JUNK_RULES, junk_within
from rag.ingest.outline.underlines import underlined
from rag.ingest.outline.unwrap import Line, WrapStyle, cells, goes_on, wrap_style
from rag.text.sentences import clean
from rag.types.document import AS_IT_STANDS, Junk, Markup, Outline, Span

__all__ = ["Block", "blocks_of"]


class Block(NamedTuple):
    """A heading or paragraph: its raw span, its text, cleaned, in one line, and what its file says of it.

    `after_blank` tells that an empty line stands before it, `indent` how far its first line is set in,
    in cells (a Han character has two); `after_rule` that a ruled line stands before it, apart from what
    is above.
    """

    span: Span
    text: str
    mark: Markup | None = None
    after_blank: bool = False
    indent: int = 0
    after_rule: bool = False


def blocks_of(raw: str, markup: Sequence[Markup] = ()) -> tuple[list[Block], list[Junk]]:
    """Split a text into blocks and the junk that stands between or inside them."""
    markup = markup or underlined(raw)
    lines, junk = _lines(raw, markup)
    style = wrap_style([line for line in lines if line.mark is None])
    if style is None:
        return [_join(raw, [line]) for line in lines], junk
    shown = Outline("", (), (), tuple(junk)).shown(raw)
    return list(_unwrapped(shown, lines, style)), junk


def _lines(raw: str, markup: Sequence[Markup]) -> tuple[list[Line], list[Junk]]:
    """Return the lines that hold text, without junk, and the junk; a marked heading is one line."""
    lines: list[Line] = []
    junk: list[Junk] = []
    blank, ruled = True, False
    for span, mark in _stretches(raw, markup):
        found = list(_junk_of(raw, span, mark))
        junk += found
        ruled = ruled or (blank and any(one.rule == "ruled line" for one in found))
        kept = False
        for part in _outside(span, found):
            trimmed = _trim(raw, part)
            if trimmed.start < trimmed.end:
                lead, text = raw[span.start : trimmed.start].rpartition("\n")[2], clean(raw, [trimmed]).text
                length = len(lead) + trimmed.end - trimmed.start
                lines.append(Line(trimmed, text, mark, blank and not kept, cells(lead), length, ruled))
                kept, ruled = True, False
        blank = not kept
    return [line for line in lines if line.text], junk


def _stretches(raw: str, markup: Sequence[Markup]) -> Iterator[tuple[Span, Markup | None]]:
    """Yield the lines of a text with the markup they stand in; what was marked as one stays one."""
    marks = iter(markup)
    mark = next(marks, None)
    start: int | None = None  # of the marked stretch
    position = 0
    for line in raw.splitlines(keepends=True):
        span = Span(position, position + len(line))
        position = span.end
        while mark and mark.end <= span.start:
            mark = next(marks, None)
        if not mark or mark.start >= span.end:
            yield span, None
        elif mark.kind in AS_IT_STANDS:
            yield span, mark
        else:
            start = span.start if start is None else start
            if mark.end <= span.end:
                yield Span(start, span.end), mark
                start = None
    if start is not None:
        yield Span(start, position), mark


def _junk_of(raw: str, span: Span, mark: Markup | None) -> Iterator[Junk]:
    if mark and mark.kind == "contents":
        yield Junk(*span, "table of contents")
    elif not mark or mark.kind in ("bold", "verbatim"):
        rules = VERBATIM_JUNK_RULES if mark and mark.kind == "verbatim" else JUNK_RULES
        for junk in junk_within(raw[span.start : span.end], rules):
            yield junk._replace(start=span.start + junk.start, end=span.start + junk.end)


def _outside(span: Span, holes: Sequence[Junk]) -> Iterator[Span]:
    start = span.start
    for hole in holes:
        yield Span(start, hole.start)
        start = hole.end
    yield Span(start, span.end)


def _trim(raw: str, span: Span) -> Span:
    text = raw[span.start : span.end]
    start = span.start + len(text) - len(text.lstrip())
    return Span(start, max(start, span.start + len(text.rstrip())))


def _unwrapped(raw: str, lines: Sequence[Line], style: WrapStyle) -> Iterator[Block]:
    """Join the lines of one paragraph or heading, also over a page break."""
    group: list[Line] = []
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        if group and not goes_on(group, line, following, style):
            yield _join(raw, group)
            group = []
        group.append(line)
    if group:
        yield _join(raw, group)


def _join(raw: str, group: Sequence[Line]) -> Block:
    first = group[0]
    span = Span(first.span.start, group[-1].span.end)
    text = clean(raw, [span]).text if len(group) > 1 else first.text
    return Block(span, text, first.mark, first.after_blank, first.indent, first.after_rule)
