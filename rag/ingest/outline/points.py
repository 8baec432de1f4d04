"""Run-in points: the items of a list that is written inside paragraphs.

Three kinds, each a row of `FINDERS`: ordinal points (一是…。二是…), leads (neighbouring paragraphs
that each open with a short sentence), and inline leads (short sentences of one shape inside a
paragraph, each followed by a long one).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from rag.ingest.outline.blocks import Block
from rag.ingest.outline.titles import title_of
from rag.text.marks import (
    CLOSING,
    COLONS,
    COMMAS,
    EXCLAMATION_MARKS,
    FULL_STOP,
    OPENING,
    QUESTION_MARKS,
    SEMICOLONS,
    SINGLE_CLOSING,
    SINGLE_OPENING,
)
from rag.text.numbers import CIRCLED, NUMERALS, ordinal
from rag.text.patterns import as_pattern_text
from rag.text.sentences import Clean, clean, sentence_ends
from rag.types.document import Section

__all__ = ["points_within"]

_ORDINALS: Final = (
    re.compile(rf"(?:^|(?<=[。;:!?,\n”\)]))\s*([{NUMERALS}]{{1,2}})(?:是|要|方面|则)(?!否|不是)"),
    re.compile(rf"(?:^|(?<=[。;:!?\n”\)]))\s*第([{NUMERALS}]{{1,2}})[,、:]"),
    re.compile(r"(?:^|(?<=[。;:!?,\n]))\s*\(([0-9]{1,2})\)"),
    re.compile(rf"(?:^|(?<=[。;:!?,\n]))\s*([{CIRCLED}])"),
)
_LONGEST_TITLE: Final = 120
_LONGEST_LEAD: Final = 26
_LONGEST_INLINE_LEAD: Final = 14
_SHORTEST_LEAD: Final = 4
_LONGER_THAN_LEAD: Final = 3  # times its lead that a paragraph is long
_MARKS_OF_LEAD: Final = 3  # its full stop, and quotation marks
_OPENING: Final = "“「"  # of a lead in quotation marks
_FEWEST_ALIKE: Final = 3  # sentences of one shape
_LONGEST_ALIKE, _WIDEST_ALIKE = 9, 2  # their characters, and how far their lengths lie apart
_OPENING_WORDS: Final = 40  # characters of a sentence that tell whether it sums up
_SHORTEST_FOLLOWER: Final = 16
_LEAD_MARKS: Final = f"{FULL_STOP}{SEMICOLONS}{COLONS}{EXCLAMATION_MARKS}{QUESTION_MARKS}"
_CLAUSE_MARKS: Final = f"{COMMAS}{FULL_STOP}{SEMICOLONS}{COLONS}"
_LEAD_END: Final = re.compile(f"[{_LEAD_MARKS}]$")
_QUOTES: Final = re.compile(f'[{OPENING}{CLOSING}{SINGLE_OPENING}{SINGLE_CLOSING}"]')
_CLAUSE_END: Final = re.compile(f"[{_CLAUSE_MARKS}]")
_ADVERBIAL: Final = re.compile(f"[{CLOSING}][中上下里裡内內后後时時]$|以来$|以來$|方面$|[过過]程中$")
# A sentence behind the last item that speaks of all of them.
_SUMS_UP: Final = re.compile(r"综上|总之|总的来看|通过[以上]述?[上述]|(?:以上|上述)\S|经\S{0,8}研[究讨]")
_FRAMED: Final = re.compile(r"(?:^|(?<=[。;!?]))在“[^”]{1,6}”(?:字)?[上中下],")
_PART_END: Final = re.compile(f"[{SEMICOLONS}]")


@dataclass(frozen=True, slots=True)
class _Item:
    """A point in clean text: from `start`, with the lead from `lead_start` up to `lead_end`."""

    number: int
    start: int
    lead_start: int
    lead_end: int


def points_within(raw: str, blocks: Sequence[Block], level: int) -> tuple[Section, ...]:
    """Return the points that stand in the paragraphs of one section, nested, in order."""
    if not blocks:
        return ()
    items = [block for block in blocks if block.mark and block.mark.kind == "item"]
    if len(items) >= 2:
        return _listed(items, level)
    text = clean(raw, [block.span for block in blocks])
    ordinals = _ordinal_items(text.text)
    leads = _lead_paragraphs(blocks)
    if leads:
        return tuple(_paragraph_points(raw, blocks, leads, level))
    if ordinals:
        return tuple(_sections(text, ordinals, level))
    paragraphs = [clean(raw, [block.span]) for block in blocks]
    return tuple(
        section
        for paragraph in paragraphs
        for section in _sections(paragraph, _framed(paragraph.text) or _inline_leads(paragraph.text), level)
    )


def _listed(items: Sequence[Block], level: int) -> tuple[Section, ...]:
    """Make points of the items of lists, those of inner lists below the item they stand under."""
    depths = [item.mark.level if item.mark else 0 for item in items]
    points: list[Section] = []
    start = 0
    while start < len(items):
        end = start + 1
        while end < len(items) and depths[end] > depths[start]:
            end += 1
        points.append(_listed_point(items[start], items[start + 1 : end], level))
        start = end
    return tuple(points)


def _listed_point(block: Block, inner: Sequence[Block], level: int) -> Section:
    words = title_of(block)
    return Section(
        title=words[: min(sentence_ends(words)[0], _LONGEST_TITLE)].rstrip(f"{_CLAUSE_MARKS} ") or words,
        kind="point",
        level=level,
        start=block.span.start,
        end=(inner or [block])[-1].span.end,
        heading=block.span,
        children=_listed(inner, level + 1),
    )


def _framed(text: str) -> list[_Item]:
    """Find the sentences that say 在“…”字上 of one thing after another."""
    found = _FRAMED.finditer(as_pattern_text(text))
    items = [_Item(0, match.start(), match.start(), match.end()) for match in found]
    return items if len(items) >= _FEWEST_ALIKE else []


def _paragraph_points(raw: str, blocks: Sequence[Block], leads: range, level: int) -> Iterator[Section]:
    for index in leads:
        text = clean(raw, [blocks[index].span])
        lead_end = sentence_ends(text.text)[0]
        inner = _ordinal_items(text.text) or _inline_leads(text.text, skip=lead_end)
        yield Section(
            title=text.text[:lead_end].rstrip(f"{_LEAD_MARKS} "),
            kind="point",
            level=level,
            start=blocks[index].span.start,
            end=blocks[index].span.end,
            heading=text.span(0, lead_end),
            children=tuple(_sections(text, inner, level + 1)),
        )


def _ordinal_items(text: str) -> list[_Item]:
    """Find the runs 1, 2, 3 … of one way of counting, a run of one left out."""
    pattern_text = as_pattern_text(text)
    for pattern in _ORDINALS:
        items: list[_Item] = []
        for found in pattern.finditer(pattern_text):
            number = ordinal(found[1])
            start = found.end() - len(found[0].lstrip())
            if number == 1 or (items and number == items[-1].number + 1):
                items.append(_Item(number, start, found.end(), _title_end(text, found.end(), found.start())))
        runs = [
            item
            for item, following in zip_longest(items, items[1:])
            if item.number > 1 or (following is not None and following.number == 2)
        ]
        if runs:
            return runs
    return []


def _title_end(text: str, start: int, item_start: int) -> int:
    """Return where a point's title ends: at its sentence if that is short, else at its clause."""
    part = text[start : start + _LONGEST_TITLE]
    whole = sentence_ends(part)[0]
    closing = _PART_END.search(part)
    whole = min(whole, closing.end()) if closing else whole
    # Items between semicolons share a sentence: only the first clause of each is its title.
    ends_here = (closing is None or whole < closing.end()) and text[item_start - 1 : item_start] not in (
        "；",
        ";",
    )
    if ends_here and whole <= _LONGEST_LEAD and not _next_item(part, whole):
        return start + whole
    clause = next(
        (found for found in _CLAUSE_END.finditer(part, 1) if not _ADVERBIAL.search(part[: found.start()])),
        None,
    )
    return start + (min(whole, clause.start()) if clause else whole)


def _next_item(text: str, end: int) -> bool:
    pattern_text = as_pattern_text(text)
    return any(pattern.search(pattern_text, 1, end) for pattern in _ORDINALS)


def _lead_paragraphs(blocks: Sequence[Block]) -> range:
    """Return the longest run of paragraphs that each open with a lead; empty if under two."""
    best = range(0)
    start = 0
    for index in range(len(blocks) + 1):
        if index == len(blocks) or not _has_lead(blocks[index].text):
            if index - start > len(best):
                best = range(start, index)
            start = index + 1
    return best if len(best) >= 2 else range(0)


def _has_lead(text: str) -> bool:
    first = sentence_ends(text)[0]
    starts_point = any(pattern.match(as_pattern_text(text)) for pattern in _ORDINALS)
    is_short = _SHORTEST_LEAD <= first <= _LONGEST_LEAD and len(text) >= _LONGER_THAN_LEAD * first
    return is_short and bool(_LEAD_END.search(text[:first])) and not starts_point


def _inline_leads(text: str, skip: int = 0) -> list[_Item]:
    """Find short sentences of one shape, each followed by a longer one."""
    ends = sentence_ends(text)
    starts = [0, *ends[:-1]]
    leads = [
        _Item(0, start, start, end)
        for start, end, following in zip(starts, ends, [*ends[1:], len(text)], strict=True)
        if start >= skip
        and end - start <= _LONGEST_INLINE_LEAD + _MARKS_OF_LEAD
        and following - end >= _SHORTEST_FOLLOWER
        and text[end - 1] == "。"
        and not _CLAUSE_END.search(text, start, end - 1)
    ]
    quoted = [lead for lead in leads if text[lead.start] in _OPENING]
    if len(quoted) >= _FEWEST_ALIKE:
        return quoted
    lengths = [len(_QUOTES.sub("", text[lead.start : lead.lead_end])) for lead in leads]
    spread = max(lengths, default=0) - min(lengths, default=0)
    if len(leads) >= _FEWEST_ALIKE and max(lengths) <= _LONGEST_ALIKE and spread <= _WIDEST_ALIKE:
        return leads
    return []


def _before_summing_up(text: str, start: int, end: int) -> int:
    """Return where the last item ends: before a sentence that speaks of all items."""
    for sentence_end in sentence_ends(text[start:end])[:-1]:
        if _SUMS_UP.match(as_pattern_text(text[start + sentence_end : end][:_OPENING_WORDS])):
            return start + sentence_end
    return end


def _sections(text: Clean, items: Sequence[_Item], level: int) -> Iterator[Section]:
    """Make sections of items; an item ends at the next of its run, the last with its paragraph."""
    for item, following in zip_longest(items, items[1:]):
        if following is not None and following.number != 1:
            end = following.start
        else:
            paragraph = text.text.find("\n", item.start)
            end = len(text.text) if paragraph < 0 else paragraph
            end = _before_summing_up(text.text, item.lead_end, end)
            end = end if following is None else min(end, following.start)
        while end > item.start + 1 and text.text[end - 1].isspace():
            end -= 1
        span = text.span(item.start, end)
        yield Section(
            title=text.text[item.lead_start : item.lead_end].strip().rstrip(f"{COMMAS}{_LEAD_MARKS} "),
            kind="point",
            level=level,
            start=span.start,
            end=span.end,
            heading=text.span(item.start, min(max(item.lead_end, item.start + 1), end)),
        )
