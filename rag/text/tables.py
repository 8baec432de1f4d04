"""Tables as the text holds them, a row a line: each row with what its columns are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rag.types.document import Document, Markup, Span

__all__ = ["CELL_BORDER", "Table", "TableRow", "header_row", "row_at", "table_at", "tables_of"]

CELL_BORDER: Final = " | "
"""What stands between the cells of a row in the text of a format that has cells of its own."""
_LONGEST_NAME: Final = 20  # characters of what a column is called
_NO_NAME: Final = re.compile(r"[。；;!?！？]|^[\d.,%￥¥$+\-—/ ]+$")
_BORDER: Final = re.compile(r"(?<!\\)\|")
_MARKS: Final = re.compile(r"\*\*|__|`|<[^>]*>")
_EMPTY: Final = frozenset(("", "—", "-", "–", "/", "\\"))
_NAMED: Final = {True: "：", False: ": "}  # by whether the names are Chinese
_HAN: Final = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: the raw span of its line, its cells as they are shown, and what stands around it.

    `names` are what its columns are called, empty texts where nothing says so; `group` is the line
    above it that has but one cell and speaks of all rows below.
    """

    span: Span
    cells: tuple[str, ...]
    names: tuple[str, ...] = ()
    group: str = ""

    @property
    def text(self) -> str:
        """The row as it is read alone, each cell with its column's name: 级别：科长 · 飞机：经济舱."""
        pairs = [
            f"{name}{_NAMED[bool(_HAN.search(name))]}{cell}" if name and name != cell else cell
            for name, cell in zip(self.names or ("",) * len(self.cells), self.cells, strict=True)
            if cell not in _EMPTY
        ]
        return " · ".join(([self.group] if self.group else []) + pairs)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it is called, the row that names its columns, and the others."""

    caption: str
    header: TableRow | None
    rows: tuple[TableRow, ...]

    @property
    def span(self) -> Span:
        """All of its lines."""
        first = self.header.span.start if self.header else self.rows[0].span.start
        return Span(min(first, self.rows[0].span.start), self.rows[-1].span.end)


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the place of the row that names the columns: the first that is full, if all of it are names."""
    for at, row in enumerate(rows):
        filled = [cell for cell in row if cell]
        if len(filled) < 2:  # a caption
            continue
        are_names = all(len(cell) <= _LONGEST_NAME and not _NO_NAME.search(cell) for cell in filled)
        return at if are_names and len(rows) > at + 1 else None
    return None


@lru_cache(maxsize=64)
def tables_of(document: Document) -> tuple[Table, ...]:
    """Return the tables of a document, in the order of its text."""
    found: list[Table] = []
    run: list[Markup] = []
    for mark in document.markup:
        if mark.kind not in ("header", "row"):
            continue
        is_next = run and not document.text[run[-1].end : mark.start].strip("|-:+ \t\r\n>")
        if run and (not is_next or mark.kind == "header"):
            # The lines above a header that have but one cell belong to it.
            above = _captions(document, run) if is_next else 0
            found += _table(document, run[: len(run) - above])
            run = run[len(run) - above :] if above else []
        run.append(mark)
    return (*found, *_table(document, run))


def table_at(document: Document, position: int) -> Table | None:
    """Return the table that a position stands in."""
    return next((t for t in tables_of(document) if t.span.start <= position < t.span.end), None)


def row_at(document: Document, position: int) -> TableRow | None:
    """Return the row that a position stands in, None outside of tables and in what names the columns."""
    table = table_at(document, position)
    if table is None:
        return None
    return next((row for row in table.rows if row.span.start <= position < row.span.end), None)


def _captions(document: Document, run: Sequence[Markup]) -> int:
    count = 0
    for mark in reversed(run):
        if sum(map(bool, _cells(document, mark))) > 1:
            break
        count += 1
    return count


def _cells(document: Document, mark: Markup) -> tuple[str, ...]:
    line = document.text[mark.start : mark.end].strip()
    cells = _BORDER.split(line)
    if document.has_marks:  # Markdown draws the borders on both sides
        cells = cells[1:] if line.startswith("|") else cells
        cells = cells[:-1] if line.endswith("|") and not line.endswith("\\|") else cells
    return tuple(" ".join(_MARKS.sub("", cell.replace("\\|", "|")).split()) for cell in cells)


def _table(document: Document, run: Sequence[Markup]) -> list[Table]:
    caption, group = "", ""
    header: TableRow | None = None
    rows: list[TableRow] = []
    for mark in run:
        cells, span = _cells(document, mark), Span(mark.start, mark.end)
        filled = [cell for cell in cells if cell]
        if mark.kind == "header":
            header = TableRow(span, cells)
        elif len(filled) == 1 and not (header and len(header.cells) == 1):
            if header is None and not rows:
                caption = filled[0]
            else:
                group = filled[0]
        else:
            if not cells[0] and len(filled) > 1 and rows:
                cells = (rows[-1].cells[0], *cells[1:])  # left blank: as in the row above
            names = header.cells if header and len(header.cells) == len(cells) else ()
            rows.append(TableRow(span, cells, names, group))
    return [Table(caption, header, tuple(rows))] if rows else []
