"""Where one file holds several articles: their beginnings, titles and authors."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from rag.ingest.outline.blocks import Block
from rag.ingest.outline.heading_rules import HeadingKind, heading_mark
from rag.ingest.outline.titles import (
    find_title,
    is_dateline,
    is_title,
    issue_behind,
    names_document,
    title_of,
)
from rag.text.normalize import HAN
from rag.text.numbers import ARABIC, NUMERALS, ordinal
from rag.text.patterns import as_pattern_text, is_byline

__all__ = ["Article", "find_articles"]

_LONGEST_TITLE: Final = 60
_SHORTEST_NUMBERED_TITLE: Final = 8
_FEWEST_BLOCKS: Final = 3  # between ruled lines: a title and what stands below it
_HEAD: Final = 4  # blocks in which a piece says what it is, or whose
_MOSTLY: Final = 0.5
_NUMBER: Final = f"([{NUMERALS}{ARABIC}]{{1,3}})"
_BRACKETED: Final = re.compile(rf"^【.{{2,40}}】\s*(?:之|第)?{_NUMBER}$")
_PIECE: Final = re.compile(rf"^(.{{2,60}}?)\s*(?:第\s*{_NUMBER}\s*篇|篇\s*{_NUMBER})$")
_TRAILING_NUMBER: Final = re.compile(rf"^(?!.*[。;]).*[{HAN}]”?([1-9][0-9]?)$")
_BROUGHT: Final = re.compile(r"(?:印发|发布|公布|转发|下发)[<《]([^》>]{4,60})[》>]")
_ANNEX: Final = re.compile(rf"^附件\s*[{ARABIC}{NUMERALS}]{{0,2}}\s*:?$")


@dataclass(frozen=True, slots=True)
class Article:
    """One article: blocks `start` up to `end`, of which `title` is its title's (None: it has none)."""

    start: int
    end: int
    title: int | None
    name: str


def find_articles(blocks: Sequence[Block]) -> list[Article]:
    """Return the articles of a text, one if nothing divides it."""
    for rule in (_bracketed, _pieces, _trailing_numbers):
        starts = rule(blocks)
        if starts:
            bounds = [*(index for index, _ in starts), len(blocks)]
            return [
                Article(index, bounds[number + 1], index, name) for number, (index, name) in enumerate(starts)
            ]
    return (
        _marked_titles(blocks) or _ruled(blocks) or _signed(blocks) or _attached(blocks) or _bylines(blocks)
    )


Starts = list[tuple[int, str]]


def _counted(blocks: Sequence[Block], number_and_name: Callable[[str], tuple[int, str] | None]) -> Starts:
    """Return the blocks that count 1, 2, 3 …; empty if they count to less than two."""
    starts: Starts = []
    for index, block in enumerate(blocks):
        found = number_and_name(block.text)
        if found and found[0] == len(starts) + 1:
            starts.append((index, found[1]))
    return starts if len(starts) >= 2 else []


def _bracketed(blocks: Sequence[Block]) -> Starts:
    """【…】一, 【…】二 …"""

    def read(text: str) -> tuple[int, str] | None:
        found = _BRACKETED.match(as_pattern_text(text))
        return (ordinal(found[1]), text) if found else None

    return _counted(blocks, read)


def _pieces(blocks: Sequence[Block]) -> Starts:
    """… 篇1, … 篇2 …"""

    def read(text: str) -> tuple[int, str] | None:
        found = _PIECE.match(as_pattern_text(text))
        return (ordinal(found[2] or found[3]), text) if found else None

    return _counted(blocks, read)


def _trailing_numbers(blocks: Sequence[Block]) -> Starts:
    """A title with its number at the end: 构建……保证1."""

    def read(text: str) -> tuple[int, str] | None:
        found = _TRAILING_NUMBER.match(as_pattern_text(text))
        fits = found and _SHORTEST_NUMBERED_TITLE <= len(text) <= _LONGEST_TITLE and not heading_mark(text)
        return (int(found[1]), text[: found.start(1)]) if found and fits else None

    return _counted(blocks, read)


def _marked_titles(blocks: Sequence[Block]) -> list[Article]:
    """Divide a file at the headings of its highest level, where they are titles: not numbered.

    A single one is the title of all, if no other heading stands before it.
    """
    levels = {
        i: block.mark.level for i, block in enumerate(blocks) if block.mark and block.mark.kind == "heading"
    }
    if not levels:
        return []
    tops = [index for index, level in levels.items() if level == min(levels.values())]
    if tops[0] != min(levels) or any(heading_mark(title_of(blocks[index])) for index in tops):
        return []
    bounds = [*tops, len(blocks)]
    return [Article(start, end, start, _name(title_of(blocks[start]))) for start, end in pairwise(bounds)]


def _ruled(blocks: Sequence[Block]) -> list[Article]:
    """Divide a file at ruled lines, if most of what stands between them has the head of a piece of its own.

    A few lines before the first rule say what the file is; they are no article.
    """
    bounds = [0, *(index for index, block in enumerate(blocks) if index and block.after_rule), len(blocks)]
    parts = [(start, end) for start, end in pairwise(bounds) if end - start >= _FEWEST_BLOCKS]
    articles = [_ruled_part(blocks, start, end) for start, end in parts]
    headed = sum(_has_head(blocks[start:end]) for start, end in parts)
    if len(parts) < 2 or headed < _MOSTLY * len(parts) or any(one.title is None for one in articles):
        return []
    return articles


def _ruled_part(blocks: Sequence[Block], start: int, end: int) -> Article:
    place = find_title(blocks[start:end])
    if place is None or heading_mark(blocks[start + place].text):
        return Article(start, end, None, "")
    title = start + place
    return Article(title, end, title, blocks[title].text + issue_behind(blocks[:end], title))


def _has_head(blocks: Sequence[Block]) -> bool:
    """Tell whether a text begins as a piece of its own: with a date, an author, a title of a document."""
    return any(
        is_dateline(block.text) or is_byline(block.text) or names_document(as_pattern_text(block.text))
        for block in blocks[:_HEAD]
    )


def _signed(blocks: Sequence[Block]) -> list[Article]:
    """Divide a file at titles that each have a line on the author under them."""
    starts = [
        index
        for index, (block, after) in enumerate(pairwise(blocks))
        if is_title(block.text) and not heading_mark(block.text) and is_byline(after.text)
    ]
    bounds = [*starts, len(blocks)]
    written = all(end - start > 2 for start, end in pairwise(bounds))  # none is a title behind its article
    if len(starts) < 2 or starts[0] > 1 or not written:
        return []
    return [Article(start, end, start, blocks[start].text) for start, end in pairwise(bounds)]


def _attached(blocks: Sequence[Block]) -> list[Article]:
    """Divide a notice from what it brings: the document it issues (关于印发《…》的通知), its annexes."""
    first = find_title(blocks)
    if first is None:
        return []
    title = blocks[first].text
    starts = sorted({*_issued(blocks, first), *_annexes(blocks, first)})
    bounds = [first, *starts, len(blocks)]
    articles = [Article(start, end, start, blocks[start].text) for start, end in pairwise(bounds)]
    return [replace(articles[0], name=_name(title)), *articles[1:]] if starts else []


def _issued(blocks: Sequence[Block], first: int) -> Iterator[int]:
    """Yield where the document begins that the title says is issued."""
    title = blocks[first].text
    found = _BROUGHT.search(as_pattern_text(title))
    name = "".join(title[found.start(1) : found.end(1)].split()) if found else ""
    for index in range(first + 2, len(blocks)):
        if name and "".join(blocks[index].text.split()) == name:
            yield index
            return


def _annexes(blocks: Sequence[Block], first: int) -> Iterator[int]:
    """Yield the titles that stand under 附件, or 附件2, alone in its line."""
    for index in range(first + 2, len(blocks) - 1):
        if _ANNEX.match(as_pattern_text(blocks[index].text)):
            title = blocks[index + 1].text
            if is_title(title) and not heading_mark(title) and not _ANNEX.match(as_pattern_text(title)):
                yield index + 1


def _bylines(blocks: Sequence[Block]) -> list[Article]:
    """Divide a newspaper page: the count of headings starts again behind a line on the author.

    Titles of such a page may stand behind their articles, at the end of the file.
    """
    marks = [heading_mark(block.text) for block in blocks]
    first = next(
        (index for index, mark in enumerate(marks) if mark and mark.rule.kind is HeadingKind.FIRST_LEVEL),
        len(blocks),
    )
    begins = False  # the count, at the next heading below
    cuts: list[int] = []
    for index in reversed(range(first + 1, len(blocks))):
        if begins and is_byline(blocks[index].text):
            cuts.insert(0, index - 1 if _is_signed_title(blocks, index - 1) else index + 1)
        if mark := marks[index]:
            begins = mark.rule.kind is HeadingKind.FIRST_LEVEL and mark.number == 1
    bounds = [0, *cuts, len(blocks)]
    late = _late_title(blocks, bounds[-2])
    articles: list[Article] = []
    for begin, end in pairwise(bounds):
        title = _own_title(blocks, begin, end)
        start = begin if title is None else title
        if title is None and end == len(blocks):
            title = late
        articles.append(Article(start, end, title, _name(blocks[title].text) if title is not None else ""))
    return articles


def _is_signed_title(blocks: Sequence[Block], index: int) -> bool:
    """Tell whether the line above an author is a title, not the end of an article."""
    return index > 0 and is_title(blocks[index].text) and not heading_mark(blocks[index].text)


def _own_title(blocks: Sequence[Block], start: int, end: int) -> int | None:
    """Return the title at the head of an article; what stands before it is letterhead."""
    behind_letterhead = find_title(blocks[start:end])
    if behind_letterhead:
        return start + behind_letterhead
    return start if start < end and _is_article_title(blocks, start) else None


def _is_article_title(blocks: Sequence[Block], index: int) -> bool:
    """Tell whether a line is a title: no heading, or Markdown's one and only of the first level."""
    mark = heading_mark(blocks[index].text)
    if mark is None:
        return is_title(blocks[index].text)
    return mark.rule.kind is HeadingKind.MARKDOWN_TITLE and not any(
        other.rule.kind is HeadingKind.MARKDOWN_TITLE
        for block in blocks[index + 1 :]
        if block.text.startswith("# ") and (other := heading_mark(block.text))
    )


def _name(title: str) -> str:
    mark = heading_mark(title)
    return title[mark.title_at :].strip() if mark else title


def _late_title(blocks: Sequence[Block], start: int) -> int | None:
    """Find a title that stands behind its article: a short line, an author's line, nothing more."""
    tail = len(blocks) - 1
    while tail > start and is_byline(blocks[tail].text):
        tail -= 1
    is_late = (
        start < tail < len(blocks) - 1 and is_title(blocks[tail].text) and not heading_mark(blocks[tail].text)
    )
    return tail if is_late else None
