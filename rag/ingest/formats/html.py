"""Web pages: the main content alone."""

import codecs
import re
from typing import Final

from rag.errors import ReadError
from rag.ingest.formats.base import FormatReader, ReadingLimits
from rag.ingest.formats.encoding import decode
from rag.types.document import ReadText

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
_DOUBTED: Final = 0.75  # a surer guess is better than what a page says
_UNCONFIRMED: Final = 0.7  # how sure is an encoding that the page says and that nothing else suggests
_NO_ENCODINGS: Final = ("undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7")


class HtmlReader:
    """Reads the main content of a page: no navigation, no advertisements, no comments."""

    suffixes = (".html", ".htm", ".xhtml")

    def read(self, data: bytes, name: str, limits: ReadingLimits) -> ReadText:
        """Return a paragraph a line and a row of a table a line; raises ReadError."""
        from rag.ingest.formats.html_main_content import paragraphs_of

        source = _decoded(data, name)
        paragraphs = paragraphs_of(source.text)
        if not paragraphs.text:
            raise ReadError(name, "the page holds no text (is it filled in by a script?)")
        return ReadText(paragraphs.text, source.encoding, source.confidence, paragraphs.markup)


def _decoded(data: bytes, name: str) -> ReadText:
    """Decode a page as its characters suggest, as it says where these leave a doubt."""
    found = _DECLARED.search(data[:_HEAD])
    codec = _codec(found[1].decode("ascii")) if found else None
    try:
        likely = decode(data, name)
    except ReadError:
        text = _strictly(data, codec)
        if text is None:
            raise
        return ReadText(text, codec or "", _UNCONFIRMED)
    if likely.encoding == codec:
        return likely
    text = _strictly(data, codec) if likely.confidence < _DOUBTED else None
    return likely if text is None else ReadText(text, codec or "", 1 - likely.confidence)


def _strictly(data: bytes, codec: str | None) -> str | None:
    try:
        text = data.decode(codec) if codec else ""
    except (UnicodeError, LookupError):
        return None
    return text if text.strip() else None


def _codec(label: str) -> str | None:
    try:
        found = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    known = _SUPERSET.get(found.name, found.name)
    return known if found._is_text_encoding and known not in _NO_ENCODINGS else None


def create() -> FormatReader:
    """Make the reader."""
    return HtmlReader()
