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

from rag.read.numbering import Numbering
from rag.read.paragraphs import Paragraphs
from rag.types import MarkupKind

__all__ = ["paragraphs_of"]

_HEADING_STYLE: Final = re.compile(r"^(?:heading|标题|標題)\s*([1-9])$", re.IGNORECASE)
_TITLE_STYLE: Final = re.compile(r"^(?:title|标题|標題)$", re.IGNORECASE)
_CONTENTS_STYLE: Final = re.compile(r"^(?:toc|目录|目錄)\s*[0-9]+$", re.IGNORECASE)
_LONGEST_HEADING: Final = 120
_BODY_LEVEL: Final = 9  # what Word writes for "no level"
_COMPATIBILITY: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SKIPPED: Final = (
    *map(qn, ("w:del", "w:moveFrom", "w:rt", "w:instrText", "w:delText", "w:sectPr")),
    f"{_COMPATIBILITY}Fallback",
)
_TEXT_BOX: Final = qn("w:txbxContent")
_CHARACTERS: Final = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_TEXT: Final = (qn("w:t"), f"{_MATH}t")


def paragraphs_of(data: bytes) -> Paragraphs:
    """Return a document's paragraphs and rows; raises what python-docx and lxml raise."""
    body = _Body(docx.Document(io.BytesIO(data)))
    body.read()
    return body.out


class _Body:
    """Walks a document's body; `out` holds what it has come by."""

    def __init__(self, document: WordDocument) -> None:
        self.out = Paragraphs()
        self._body = document.element.body
        self._numbering = Numbering(document)
        self._styles = {style.style_id: style.element for style in document.styles}
        self._has_headings = False
        self._notes = dict(_footnotes(document))

    def read(self) -> None:
        paragraphs = list(self._body.iter(qn("w:p")))
        self._has_headings = sum(self._kind(p)[0] == "heading" for p in paragraphs) >= 2
        self._blocks(self._body)

    def _blocks(self, parent: Any) -> None:
        for child in parent:
            if child.tag == qn("w:p"):
                self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._table(child)
            elif child.tag not in _SKIPPED and isinstance(child.tag, str):
                self._blocks(child)  # content controls, insertions, custom XML

    def _paragraph(self, paragraph: Any) -> None:
        text = "".join(_words(paragraph))
        kind, level = self._kind(paragraph)
        label, is_bullet = self._numbering.label(paragraph, self._style(paragraph))
        if text.strip():
            if kind is None and (is_bullet or (label and self._has_headings and label[0].isascii())):
                kind, level = "item", self._numbering.depth(paragraph) + 1
            if kind == "heading" and len(text) > _LONGEST_HEADING:
                kind, level = None, 0
            self.out.add(label + text, kind, level)
        for box in paragraph.iter(_TEXT_BOX):
            if not any(above.tag in _SKIPPED for above in box.iterancestors()):
                self._blocks(box)
        for reference in paragraph.iter(qn("w:footnoteReference"), qn("w:endnoteReference")):
            self.out.add(self._notes.pop((str(reference.tag), reference.get(qn("w:id"))), ""))

    def _table(self, table: Any) -> None:
        rows = list(_rows(table))
        if all(len(row) <= 1 for row in rows):  # a frame around text, no table
            for row in rows:
                for cell in row:
                    self._blocks(cell)
            return
        for row in rows:
            cells = [" ".join(" ".join(_words(cell, nested=True)).split()) for cell in row]
            if any(cells):
                self.out.add(" | ".join(cells), "verbatim")

    def _kind(self, paragraph: Any) -> tuple[MarkupKind | None, int]:
        """Return what a paragraph's style makes of it."""
        direct = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        styles = list(self._style(paragraph))
        names = [
            name.get(qn("w:val"), "") for style in styles if (name := style.find(qn("w:name"))) is not None
        ]
        if any(_CONTENTS_STYLE.match(name) for name in names):
            return "contents", 0
        if any(_TITLE_STYLE.match(name) for name in names):
            return "heading", 0
        outlined = [direct, *(style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}") for style in styles)]
        level = next((int(lvl.get(qn("w:val"), _BODY_LEVEL)) for lvl in outlined if lvl is not None), None)
        if level is None:
            named = next((found for name in names if (found := _HEADING_STYLE.match(name))), None)
            level = int(named[1]) - 1 if named else _BODY_LEVEL
        if level < _BODY_LEVEL:
            return "heading", level + 1
        return ("bold", 0) if _is_bold(paragraph) else (None, 0)

    def _style(self, paragraph: Any) -> Iterator[Any]:
        """Yield a paragraph's style and the ones it is based on."""
        reference = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        seen: set[str] = set()
        style_id = str(reference.get(qn("w:val"))) if reference is not None else ""
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            style = self._styles[style_id]
            yield style
            base = style.find(qn("w:basedOn"))
            style_id = str(base.get(qn("w:val"))) if base is not None else ""


def _words(element: Any, nested: bool = False) -> Iterator[str]:
    """Yield the text of an element as it is seen; text boxes have paragraphs of their own."""
    for child in element:
        if child.tag in _TEXT:
            yield child.text or ""
        elif child.tag in _CHARACTERS and not _is_page_break(child):
            yield _CHARACTERS[child.tag]
        elif child.tag == qn("w:r") and _is_hidden(child):
            continue
        elif child.tag not in _SKIPPED and child.tag not in (_TEXT_BOX, qn("w:pPr"), qn("w:rPr")):
            yield from _words(child, nested)
            if nested and child.tag in (qn("w:p"), qn("w:tc")):
                yield " "


def _is_page_break(element: Any) -> bool:
    return element.get(qn("w:type")) in ("page", "column")


def _is_hidden(run: Any) -> bool:
    return _is_on(run.find(f"{qn('w:rPr')}/{qn('w:vanish')}"))


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(qn("w:val"), "true") not in ("0", "false", "off", "none")


def _is_bold(paragraph: Any) -> bool:
    runs = [run for run in paragraph.iter(qn("w:r")) if "".join(_words(run)).strip()]
    return bool(runs) and all(_is_on(run.find(f"{qn('w:rPr')}/{qn('w:b')}")) for run in runs)


def _rows(table: Any) -> Iterator[list[Any]]:
    """Yield the cells of each row; one that is merged with the cell above is left out."""
    for row in table.iter(qn("w:tr")):
        if next(row.iterancestors(qn("w:tbl"))) is table:
            yield [cell for cell in row.iter(qn("w:tc")) if next(cell.iterancestors(qn("w:tr"))) is row]


def _footnotes(document: WordDocument) -> Iterator[tuple[tuple[str, str | None], str]]:
    from lxml import etree

    for kind in ("footnote", "endnote"):
        for part in document.part.package.iter_parts():
            if str(part.partname) == f"/word/{kind}s.xml":
                parser = etree.XMLParser(resolve_entities=False, no_network=True)
                for note in etree.fromstring(part.blob, parser).iter(qn(f"w:{kind}")):
                    if note.get(qn("w:type")) is None:
                        text = " ".join("".join(_words(note, nested=True)).split())
                        yield (qn(f"w:{kind}Reference"), note.get(qn("w:id"))), text
