"""Web pages: the main content alone."""

import codecs
import re
from typing import Final

from rag.errors import ReadError
from rag.read.base import Reader, ReadingLimits, ReadText
from rag.read.encoding import decode

__all__ = ["HtmlReader", "create"]

_DECLARED: Final = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,20})""", re.IGNORECASE
)
_HEAD: Final = 4096  # bytes in which a page says its encoding
_SUPERSET: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
}


class HtmlReader:
    """Reads the main content of a page: no navigation, no advertisements, no comments."""

    suffixes = (".html", ".htm", ".xhtml")

    def read(self, data: bytes, name: str, limits: ReadingLimits) -> ReadText:
        """Return a paragraph a line and a row of a table a line; raises ReadError."""
        from rag.read.webpage import paragraphs_of

        source = _decoded(data, name)
        paragraphs = paragraphs_of(source.text)
        if not paragraphs.text:
            raise ReadError(name, "the page holds no text (is it filled in by a script?)")
        return ReadText(paragraphs.text, source.encoding, source.confidence, paragraphs.markup)


def _decoded(data: bytes, name: str) -> ReadText:
    """Decode a page as it says, if it can be; else as its characters suggest."""
    found = _DECLARED.search(data[:_HEAD])
    declared = _codec(found[1].decode("ascii")) if found else None
    if declared and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode(declared)
        except UnicodeDecodeError:
            pass
        else:
            if declared != "cp1252" and text.strip():
                return ReadText(text, declared)
    return decode(data, name)


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return _SUPERSET.get(name, name)


def create() -> Reader:
    """Make the reader."""
    return HtmlReader()
