"""What readers of marked-up formats write their text with: a paragraph a line, its markup kept."""

import re
from collections.abc import Sequence
from typing import Final

from rag.text.tables import CELL_BORDER, header_row
from rag.types.document import Markup, MarkupKind

__all__ = ["Paragraphs"]

_FEWEST_NAMES: Final = 2  # cells: a line of one is what the table is called
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_VISIBLE: Final = re.compile("[^\\s\u200b-\u200f\ufeff]")


class Paragraphs:
    """Collects paragraphs; lines inside one stay lines of the text, under one markup."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._markup: list[Markup] = []
        self._length = 0

    def add(self, text: str, kind: MarkupKind | None = None, level: int = 0) -> None:
        """Add a paragraph; one without visible characters is passed over."""
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip(" \t\n")
        if not _VISIBLE.search(text):
            return
        if kind:
            self._markup.append(Markup(self._length, self._length + len(text), kind, level))
        self._parts.append(text)
        self._length += len(text) + 1

    def add_table(self, rows: Sequence[Sequence[str]], header: int | None = None) -> None:
        """Add a table, a row a line; `header` is the row that names the columns, if the file says which."""
        if header is None or sum(map(bool, rows[header])) < _FEWEST_NAMES:
            header = header_row(rows)
        for at, row in enumerate(rows):
            if any(row):
                self.add(CELL_BORDER.join(row), "header" if at == header else "row")

    def append(self, other: "Paragraphs") -> None:
        """Add what another has collected."""
        self._markup += [
            mark._replace(start=mark.start + self._length, end=mark.end + self._length)
            for mark in other.markup
        ]
        self._parts += other._parts
        self._length += other._length

    @property
    def text(self) -> str:
        """Return what was collected."""
        return "\n".join(self._parts) + "\n" if self._parts else ""

    @property
    def markup(self) -> tuple[Markup, ...]:
        """Return the markup of what was collected."""
        return tuple(self._markup)
