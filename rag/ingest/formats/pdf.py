"""PDF files: the text layer, set in paragraphs by where its lines stand."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from rag.errors import ReadError
from rag.ingest.formats.base import FormatReader, ReadingLimits
from rag.ingest.formats.pdf_layout import Line, typeset
from rag.types.document import ReadText

__all__ = ["PdfReader", "create"]

_MOST_UNREADABLE: Final = 0.2
_UNREADABLE: Final = ("Co", "Cn", "Cc", "Cs")  # private use, unassigned, control, half a pair


class PdfReader:
    """Reads the text layer; headers, footers and page numbers that repeat are dropped."""

    suffixes = (".pdf",)

    def read(self, data: bytes, name: str, limits: ReadingLimits) -> ReadText:
        """Return a paragraph a line; raises ReadError, also for a scan."""
        from rag.ingest.formats.pdf_pages import read_pages

        lines, bookmarks = read_pages(data, name, limits.pages)
        if not any(line.text.strip() for line in lines):
            raise ReadError(
                name, "its pages hold pictures and no text (a scan?): run text recognition (OCR) on it"
            )
        readable = _share_readable(lines)
        if readable < 1 - _MOST_UNREADABLE:
            raise ReadError(
                name,
                "its fonts do not say which characters they show: print it to a new PDF, or run OCR on it",
            )
        paragraphs = typeset(lines, bookmarks)
        return ReadText(paragraphs.text, "pdf", readable, paragraphs.markup)


def _share_readable(lines: Sequence[Line]) -> float:
    text = "".join(line.text for line in lines)
    strange = sum(unicodedata.category(char) in _UNREADABLE or char == "\ufffd" for char in text)
    return round(1 - strange / max(1, len(text)), 3)


def create() -> FormatReader:
    """Make the reader."""
    return PdfReader()
