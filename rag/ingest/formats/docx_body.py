"""The body of a Word document: paragraphs with their styles and numbers, rows of tables.

Footnotes follow their paragraph; headers, comments, hidden and deleted text are left out.
"""

import io
import re
from collections.abc import Iterator
from typing import Any, Final

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from rag.ingest.formats.docx_numbering import Numbering, whole
from rag.ingest.formats.docx_styles import Styles, is_on
from rag.ingest.formats.paragraphs import Paragraphs
from rag.types.document import MarkupKind

__all__ = ["paragraphs_of"]

_HEADING_STYLE: Final = re.compile(r"^(?:heading|标题|標題)\s*([1-9])$", re.IGNORECASE)
_TITLE_STYLE: Final = re.compile(r"^(?:title|标题|標題)$", re.IGNORECASE)
_CONTENTS_STYLE: Final = re.compile(r"^(?:toc|目录|目錄)\s*[0-9]+$", re.IGNORECASE)
_LONGEST_HEADING: Final = 120
_BODY_LEVEL: Final = 9  # what Word writes for "no level"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TEXT_BOX: Final = qn("w:txbxContent")
_CHARACTERS: Final = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_TEXT: Final = (qn("w:t"), f"{_MATH}t")


def paragraphs_of(data: bytes) -> Paragraphs:
    """Return a document's paragraphs and rows; raises what python-docx and lxml raise."""
    document = docx.Document(io.BytesIO(data))
    styles = Styles(document)
    styles.take_out_what_is_not_seen(document.element.body)
    body = _Body(document, styles)
    body.read()
    return body.out


class _Body:
    """Walks a document's body; `out` holds what it has come by."""

    def __init__(self, document: WordDocument, styles: Styles) -> None:
        self.out = Paragraphs()
        self._body = document.element.body
        self._numbering = Numbering(document)
        self._styles = styles
        self._has_headings = False
        self._notes = dict(_footnotes(document, styles))
        self._joined = ""  # what stands before a paragraph mark that was deleted

    def read(self) -> None:
        paragraphs = list(self._body.iter(qn("w:p")))
        self._has_headings = sum(self._kind(p)[0] == "heading" for p in paragraphs) >= 2
        self._blocks(self._body)
        self._end_joined()

    def _blocks(self, parent: Any) -> None:
        for child in parent:
            if child.tag == qn("w:p"):
                self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._end_joined()
                self._table(child)
            else:
                self._blocks(child)  # content controls, insertions, custom XML

    def _end_joined(self) -> None:
        self.out.add(self._joined)
        self._joined = ""

    def _paragraph(self, paragraph: Any) -> None:
        text = self._joined + "".join(_words(paragraph))
        self._joined = ""
        mark = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        if mark is not None and mark.find(qn("w:del")) is not None:
            self._joined = text
        elif text.strip() or mark is None or not is_on(mark.find(qn("w:vanish"))):
            self._line(paragraph, text)
        for box in paragraph.iter(_TEXT_BOX):
            if next(box.iterancestors(qn("w:p"))) is paragraph:
                self._blocks(box)
        self._footnotes_of(paragraph)

    def _line(self, paragraph: Any, text: str) -> None:
        kind, level = self._kind(paragraph)
        label, is_bullet, depth = self._numbering.label(paragraph, self._styles.of(paragraph))
        if text.strip():
            if kind is None and (is_bullet or (label and self._has_headings and label[0].isascii())):
                kind, level = "item", depth + 1
            if kind == "heading" and len(text) > _LONGEST_HEADING:
                kind, level = None, 0
            self.out.add(label + text, kind, level)

    def _footnotes_of(self, element: Any) -> None:
        """Write the notes that an element refers to, each where it is first referred to."""
        for reference in element.iter(qn("w:footnoteReference"), qn("w:endnoteReference")):
            self.out.add(self._notes.pop((str(reference.tag), reference.get(qn("w:id"))), ""))

    def _table(self, table: Any) -> None:
        rows = list(_rows(table))
        if all(len(row) <= 1 for row in rows):  # a frame around text, no table
            for row in rows:
                for cell in row:
                    self._blocks(cell)
            return
        self.out.add_table([[self._cell(cell) for cell in row] for row in rows], _repeated(table))
        self._footnotes_of(table)

    def _cell(self, cell: Any) -> str:
        """Return the words of a cell's paragraphs, with the numbers that Word puts before them."""
        parts = []
        for paragraph in cell.iter(qn("w:p")):
            label, *_ = self._numbering.label(paragraph, self._styles.of(paragraph))
            parts.append(label + "".join(_words(paragraph)))
        return " ".join(" ".join(parts).split())

    def _kind(self, paragraph: Any) -> tuple[MarkupKind | None, int]:
        """Return what a paragraph's style makes of it."""
        direct = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        styles = self._styles.of(paragraph)
        names = [
            name.get(qn("w:val"), "") for style in styles if (name := style.find(qn("w:name"))) is not None
        ]
        if any(_CONTENTS_STYLE.match(name) for name in names):
            return "contents", 0
        if any(_TITLE_STYLE.match(name) for name in names):
            return "heading", 0
        outlined = [direct, *(style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}") for style in styles)]
        level = next((whole(lvl.get(qn("w:val")), _BODY_LEVEL) for lvl in outlined if lvl is not None), None)
        if level is None:
            named = next((found for name in names if (found := _HEADING_STYLE.match(name))), None)
            level = int(named[1]) - 1 if named else _BODY_LEVEL
        if level < _BODY_LEVEL:
            return "heading", level + 1
        return ("bold", 0) if self._is_bold(paragraph) else (None, 0)

    def _is_bold(self, paragraph: Any) -> bool:
        """Tell whether all that is seen of a paragraph is bold, by its runs or by a style."""
        runs = [run for run in paragraph.iter(qn("w:r")) if "".join(_words(run)).strip()]
        return bool(runs) and all(self._styles.has(run, "w:b") for run in runs)


def _words(element: Any) -> Iterator[str]:
    """Yield the text of an element as it is seen; text boxes have paragraphs of their own."""
    for child in element:
        if child.tag in _TEXT:
            yield "".join(child.itertext())
        elif child.tag in _CHARACTERS and not _is_page_break(child):
            yield _CHARACTERS[child.tag]
        elif child.tag not in (_TEXT_BOX, qn("w:pPr"), qn("w:rPr")):
            yield from _words(child)


def _is_page_break(element: Any) -> bool:
    return element.get(qn("w:type")) in ("page", "column")


def _repeated(table: Any) -> int | None:
    """Return the place of the last row that Word repeats on each page, which names the columns."""
    rows = [row for row in table.iter(qn("w:tr")) if next(row.iterancestors(qn("w:tbl"))) is table]
    repeated = [
        at for at, row in enumerate(rows) if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    ]
    return repeated[-1] if repeated else None


def _rows(table: Any) -> Iterator[list[Any]]:
    """Yield the cells of each row; of one that is merged with the cell above, that cell again."""
    above: dict[int, Any] = {}
    for row in table.iter(qn("w:tr")):
        if next(row.iterancestors(qn("w:tbl"))) is not table:
            continue
        cells, column = [], 0
        for cell in row.iter(qn("w:tc")):
            if next(cell.iterancestors(qn("w:tr"))) is not row:
                continue
            if not _goes_on(cell):
                above[column] = cell
            cells.append(above.get(column, cell))
            column += _width(cell)
        yield cells


def _goes_on(cell: Any) -> bool:
    """Tell whether a cell is merged with the one above it: `w:vMerge` that does not restart."""
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val")) != "restart"


def _width(cell: Any) -> int:
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return int(span.get(qn("w:val"))) if span is not None and span.get(qn("w:val"), "").isdecimal() else 1


def _footnotes(document: WordDocument, styles: Styles) -> Iterator[tuple[tuple[str, str | None], str]]:
    from lxml import etree

    for kind in ("footnote", "endnote"):
        for part in document.part.package.iter_parts():
            if str(part.partname) == f"/word/{kind}s.xml":
                parser = etree.XMLParser(resolve_entities=False, no_network=True)
                notes = etree.fromstring(part.blob, parser)
                styles.take_out_what_is_not_seen(notes)
                for note in notes.iter(qn(f"w:{kind}")):
                    if note.get(qn("w:type")) is None:
                        text = " ".join("".join(_words(paragraph)) for paragraph in note.iter(qn("w:p")))
                        yield (qn(f"w:{kind}Reference"), note.get(qn("w:id"))), " ".join(text.split())
