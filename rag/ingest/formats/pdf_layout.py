"""From lines on pages to paragraphs: page furniture dropped, broken lines joined, headings by size."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from rag.ingest.formats.paragraphs import Paragraphs
from rag.text.marks import COLONS, COMMAS, FULL_STOP, SEMICOLONS, TERMINAL, TRAILING
from rag.text.normalize import HAN
from rag.text.numbers import ARABIC, CIRCLED, NUMBERING, NUMERALS

__all__ = ["Bookmark", "Line", "typeset"]

Bookmark = tuple[int, int, str]
"""Level from 1, page from 0, title."""

_EDGE_LINES: Final = 3  # at the top and the bottom of a page, where furniture stands
_PAGE_NUMBER: Final = re.compile(
    rf"^(?:[-—–·~\s]*[0-9]{{1,4}}[-—–·~\s]*|第\s*[{ARABIC}{NUMERALS}百]+\s*页.{{0,12}}"
    r"|[0-9]{1,4}\s*/\s*[0-9]{1,4}"
    r"|(?:page|p\.)\s*[0-9]{1,4}(?:\s*(?:of|/)\s*[0-9]{1,4})?|[ivxlc]{1,6})$",
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(rf"[0-9]+|[{NUMERALS}]+(?=页)")
_LEADERS: Final = re.compile(r"(?:[.·…‥．。]\s*){4,}\s*[-—]?\s*[0-9ivxlc]{1,4}\s*[-—]?$")
_MARKED: Final = re.compile(
    rf"^(?:第\s*[{NUMBERING}]+\s*[编篇章节条]|[{NUMERALS}]{{1,3}}\s*[、.．]"
    rf"|[（(]\s*[{NUMERALS}{ARABIC}]{{1,3}}\s*[）)]"
    rf"|[0-9]{{1,2}}(?:\.[0-9]{{1,2}})*\s*[、.．\s]|[{CIRCLED}]|[■◆▲●•◇□★※]|【)"
)
_CLOSED: Final = re.compile(f"[{TERMINAL}.{COLONS}{SEMICOLONS}][{TRAILING}]*$")
_CLOSING: Final = re.compile("[，。、；：！？”’」』）》】〉〕…,;:!?)]")
_COUNTED_TITLE: Final = re.compile(
    r"^(?:附[件表图圖录錄]|第[^页頁]{1,6}[编篇章节節条條]|(?:chapter|part|section|appendix|annex|table|figure)\b)",
    re.IGNORECASE,
)
_NO_HEADING: Final = re.compile(f"[{FULL_STOP}{SEMICOLONS}{COMMAS}、]$")
_WORDS: Final = re.compile(r"[A-Za-z0-9]")
_HAN: Final = re.compile(f"[{HAN}]")
_LONGEST_HEADING: Final = 100
_LARGER: Final = 1.08
_SAME_SIZE: Final = 0.06
_INDENT: Final = 0.9  # of the size
_SHORT: Final = 2.3  # of the size
_WIDE_GAP: Final = 1.35  # of the usual distance between lines
_BLOCK: Final = 3  # lines that start below each other make an edge of their own
_LONG_COLUMN, _EDGE_SHARE = 6, 0.08  # of a column's lines end at its edge
_CHAPTER: Final = 3  # pages that a header of small type stands on at least
_SMALLER: Final = 0.95
_BOLD_BODY: Final = 0.4  # share of the text from which bold type is no sign of a heading
_MANY_PAGES: Final = 0.3  # share of the pages on which furniture stands
_FOOT, _HEAD = 0.12, 0.9  # of the page's height, from below: where page numbers stand
_NEAR_FOOT, _NEAR_HEAD = 0.15, 0.85  # where what comes again on many pages stands
_SAME_HEIGHT: Final = 6  # points within which furniture of two pages stands at one height
_SAME_LEFT: Final = 3.0  # points within which two lines begin at one edge
_LEFT_SHARE: Final = 0.1  # of the lines of a column that begin at its edge, at least
_USUAL_SIZE: Final = 12.0  # points, where nothing tells
_USUAL_LEADING, _LEAST_LEADING = 1.5, 1.2  # of the size: where no two lines tell, and what no page goes below
_FAR_BELOW: Final = 4  # times the size: no next line of a paragraph
_LETTER_WIDTH, _BLANK_WIDTH = 0.55, 0.5  # of the size, in a word of an alphabet
_FEWEST_BOOKMARKS: Final = 3


class Line(NamedTuple):
    """A line of a page; lengths in points, from the lower left corner."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool
    page_height: float


class _Paragraph(NamedTuple):
    text: str
    page: int
    size: float
    bold: bool


def typeset(lines: Sequence[Line], bookmarks: Sequence[Bookmark] = ()) -> Paragraphs:
    """Set lines in paragraphs; headings are told by the file's bookmarks, else by the size of type."""
    body = _without_furniture(lines)
    size = _body_size(body)
    paragraphs = _Setter(body, size).paragraphs()
    levels = _bookmark_levels(paragraphs, bookmarks) or _size_levels(paragraphs, size)
    bold_is_body = sum(len(p.text) for p in paragraphs if p.bold) > _BOLD_BODY * sum(
        len(p.text) for p in paragraphs
    )
    out = Paragraphs()
    for index, paragraph in enumerate(paragraphs):
        if _LEADERS.search(paragraph.text):
            out.add(paragraph.text, "contents")
        elif index in levels:
            out.add(paragraph.text, "heading", levels[index])
        elif paragraph.bold and not bold_is_body and _may_be_heading(paragraph.text):
            out.add(paragraph.text, "bold")
        else:
            out.add(paragraph.text)
    return out


def _without_furniture(lines: Sequence[Line]) -> list[Line]:
    """Drop page numbers, and what stands at the top or bottom of several pages in the same place."""
    pages = [list(group) for _, group in groupby(lines, key=lambda line: line.page)]
    edges: set[int] = set()
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    for page in pages:
        by_height = sorted(page, key=lambda line: -line.bottom)
        for line in {id(line): line for line in by_height[:_EDGE_LINES] + by_height[-_EDGE_LINES:]}.values():
            edges.add(id(line))
            seen[_furniture_key(line)].add(line.page)
    enough = max(2, round(_MANY_PAGES * len(pages)))
    small = _SMALLER * _body_size(lines)

    def is_furniture(line: Line) -> bool:
        if id(line) not in edges:
            return False
        outer = line.bottom < _FOOT * line.page_height or line.top > _HEAD * line.page_height
        if outer and _PAGE_NUMBER.match(line.text):
            return True
        near = (
            outer or line.bottom < _NEAR_FOOT * line.page_height or line.top > _NEAR_HEAD * line.page_height
        )
        least = min(enough, _CHAPTER) if line.size < small else enough
        return near and len(seen[_furniture_key(line)]) >= least and not _is_lonely_text(line)

    return [line for line in lines if not is_furniture(line)]


def _furniture_key(line: Line) -> tuple[str, int]:
    text = "".join(line.text.split())
    return text if _COUNTED_TITLE.match(line.text) else _NUMBERS.sub("#", text), round(
        line.bottom / _SAME_HEIGHT
    )


def _is_lonely_text(line: Line) -> bool:
    """Tell whether a line is nothing but a number of a heading, which may stand anywhere."""
    return bool(re.fullmatch(rf"#?[{NUMERALS}]、?", line.text))


def _body_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=_USUAL_SIZE) or _USUAL_SIZE


class _Edges(NamedTuple):
    left: float
    right: float


class _Setter:
    """Decides which lines go on with the paragraph before them."""

    def __init__(self, lines: Sequence[Line], size: float) -> None:
        self._lines = lines
        self._size = size
        self._edges = self._edges_by_line()
        self._leading = self._usual_leading()

    def paragraphs(self) -> list[_Paragraph]:
        groups: list[list[int]] = []
        for index in range(len(self._lines)):
            if groups and self._goes_on(groups[-1], index):
                groups[-1].append(index)
            else:
                groups.append([index])
        return [self._joined([self._lines[index] for index in group]) for group in groups]

    def _edges_by_line(self) -> list[_Edges]:
        """Return the edges of the column that each line stands in."""
        columns: list[list[int]] = []
        for index, line in enumerate(self._lines):
            before = self._lines[index - 1] if index else None
            same = before and before.page == line.page and line.bottom < before.top + line.size
            if same:
                columns[-1].append(index)
            else:
                columns.append([index])
        beside = Counter(self._lines[column[0]].page for column in columns)
        lefts = [self._left_edge(column) for column in columns]
        rights: dict[tuple[int, int, int], float] = defaultdict(float)
        keys: list[tuple[int, int, int]] = []
        for column, left in zip(columns, lefts, strict=True):
            first = self._lines[column[0]]
            # Columns of like pages that begin at the same place end at the same place.
            keys.append((beside[first.page], round(first.page_height), round(left / self._size)))
            rights[keys[-1]] = max(rights[keys[-1]], self._right_edge(column))
        edges: list[_Edges] = []
        for column, left, key in zip(columns, lefts, keys, strict=True):
            own = self._block_edges(column, left)
            edges += [_Edges(own.get(index, left), rights[key]) for index in column]
        return edges

    def _left_edge(self, column: Sequence[int]) -> float:
        lines = [self._lines[index] for index in column]
        lefts = Counter(round(line.left / _SAME_LEFT) for line in lines if line.size <= self._size * _LARGER)
        return _SAME_LEFT * min(
            (left for left, count in lefts.items() if count >= _LEFT_SHARE * len(lines)), default=0
        )

    def _right_edge(self, column: Sequence[int]) -> float:
        """Return where the lines of a column end, but for a few that are too wide for it."""
        rights = sorted((self._lines[index].right for index in column), reverse=True)
        if len(rights) < _LONG_COLUMN:
            return rights[0]
        least = max(2, round(_EDGE_SHARE * len(rights)))
        ends = (
            right for right in rights if sum(0 <= right - other <= self._size for other in rights) >= least
        )
        return next(ends, rights[0])

    def _block_edges(self, column: Sequence[int], left: float) -> dict[int, float]:
        """Return the left edge of lines that stand in a block further in than their column."""
        found: dict[int, float] = {}
        for _, group in groupby(column, key=lambda index: round(self._lines[index].left / _SAME_LEFT)):
            block = list(group)
            closed = sum(bool(_CLOSED.search(self._lines[index].text)) for index in block)
            are_first_lines = closed > len(block) / 2 and self._lines[block[0]].left - left > self._size
            if len(block) >= _BLOCK and not are_first_lines:
                found |= {index: self._lines[index].left for index in block}
        return found

    def _usual_leading(self) -> float:
        distances = Counter(
            round(above.bottom - below.bottom)
            for above, below in pairwise(self._lines)
            if above.page == below.page and 0 < above.bottom - below.bottom < _FAR_BELOW * self._size
        )
        return max(
            distances, key=lambda distance: distances[distance], default=round(_USUAL_LEADING * self._size)
        )

    def _goes_on(self, group: Sequence[int], index: int) -> bool:
        before, line = self._lines[group[-1]], self._lines[index]
        if abs(before.size - line.size) > _SAME_SIZE * before.size or before.bold != line.bold:
            return False
        if _LEADERS.search(before.text):
            return False
        same_column = before.page == line.page and line.bottom < before.bottom
        distance = before.bottom - line.bottom
        if same_column and distance > _WIDE_GAP * max(self._leading, _LEAST_LEADING * line.size):
            return False
        if _CLOSING.match(line.text):
            return True
        if line.size > self._size * _LARGER:  # a title over two lines, each as long as it is
            length = sum(len(self._lines[i].text) for i in group)
            return same_column and length < _LONGEST_HEADING / 2 and not _MARKED.match(line.text)
        if _MARKED.match(line.text) and (
            _CLOSED.search(before.text) or self._is_short(before, group[-1], line)
        ):
            return False
        if line.left - self._edges[index].left > _INDENT * line.size:
            return False
        return not self._is_short(before, group[-1], line)

    def _is_short(self, line: Line, index: int, following: Line) -> bool:
        """Tell whether a line ends before its edge though the next word would have had room."""
        room = self._edges[index].right - line.right
        if _WORDS.match(following.text) and _WORDS.match(line.text[-1]):
            word = len(following.text.split()[0]) + 1
            return room > word * _LETTER_WIDTH * line.size + _BLANK_WIDTH * line.size
        return room > _SHORT * line.size

    def _joined(self, lines: Sequence[Line]) -> _Paragraph:
        text = lines[0].text
        for line in lines[1:]:
            apart = not (_is_wide(text[-1]) or _is_wide(line.text[0])) and text[-1] != "-"
            text += (" " if apart else "") + line.text
        return _Paragraph(
            text, lines[0].page, max(line.size for line in lines), all(line.bold for line in lines)
        )


def _is_wide(char: str) -> bool:
    return bool(_HAN.match(char)) or char >= "\u2e80" or char in "“”‘’…—·"


def _may_be_heading(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and not _NO_HEADING.search(text) and any(c.isalnum() for c in text)


def _size_levels(paragraphs: Sequence[_Paragraph], body: float) -> dict[int, int]:
    """Return the level of each paragraph set larger than the text: the largest is level 1."""
    larger = {
        index: paragraph.size
        for index, paragraph in enumerate(paragraphs)
        if paragraph.size > body * _LARGER and _may_be_heading(paragraph.text)
    }
    sizes: list[float] = []
    for size in sorted(set(larger.values()), reverse=True):
        if not sizes or size < sizes[-1] * (1 - _SAME_SIZE):
            sizes.append(size)
    return {
        index: sum(other > size * (1 + _SAME_SIZE / 2) for other in sizes) + 1
        for index, size in larger.items()
    }


def _bookmark_levels(paragraphs: Sequence[_Paragraph], bookmarks: Iterable[Bookmark]) -> dict[int, int]:
    """Return the levels of the paragraphs that the file's own outline names, if it names most of them."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for index, paragraph in enumerate(paragraphs):
        by_page[paragraph.page].append(index)
    levels: dict[int, int] = {}
    missed = 0
    for level, page, title in bookmarks:
        wanted = "".join(title.split())
        near = by_page[page] + by_page[page - 1]
        found = next(
            (
                index
                for index in near
                if wanted and index not in levels and "".join(paragraphs[index].text.split()) == wanted
            ),
            None,
        )
        if found is None:
            missed += 1
        else:
            levels[found] = level
    return levels if len(levels) >= _FEWEST_BOOKMARKS and len(levels) > missed else {}
