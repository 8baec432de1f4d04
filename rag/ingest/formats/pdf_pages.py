"""The lines of a PDF's pages, as PDFium reads them from the text layer."""

import ctypes
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from rag.errors import ReadError
from rag.ingest.formats.pdf_layout import Bookmark, Line
from rag.text.normalize import HAN

__all__ = ["read_pages"]

_BOLD: Final = re.compile(r"bold|black|heavy|hei\b|simhei|黑|半粗", re.IGNORECASE)
_BOLD_WEIGHT: Final = 600
_HAN: Final = re.compile(f"[{HAN}]")
_NEW_LINE: Final = 0.6  # of the size: a character this much higher or lower stands in another line
_RAISED: Final = 0.2  # of the size
_SLANTED: Final = 0.1  # radians; a stamp across the page
_FULL_TURN: Final = 2 * 3.1416
_BACK: Final = 4  # times the height: a character so far left of the last one stands in another line
_LONGEST_FONT_NAME: Final = 128  # bytes
_FEW_GAPS: Final = 4  # blanks between Han characters that may be meant
_DEEPEST_BOOKMARK: Final = 8
_HYPHENS: Final = "\x02\ufffe\u00ad"


def read_pages(data: bytes, name: str, most_pages: int) -> tuple[list[Line], list[Bookmark]]:
    """Return the lines of all pages and the bookmarks; raises ReadError for what PDFium cannot open."""
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        reason = (
            "it is protected by a password" if "assword" in str(error) else f"it is no whole PDF ({error})"
        )
        raise ReadError(name, reason) from error
    pages = len(pdf)
    if not 0 < pages <= most_pages:
        raise ReadError(name, f"it has {pages} pages, at most {most_pages} are read (YINJU_MAX_PAGES)")
    return [line for page in range(pages) for line in _lines(pdf, page)], list(_bookmarks(pdf))


def _lines(pdf: pdfium.PdfDocument, page_index: int) -> Iterator[Line]:
    """Yield the lines of a page in reading order, as PDFium gives it."""
    try:
        page = pdf[page_index]
        characters = _Characters(page.get_textpage())
    except pdfium.PdfiumError:
        return  # one damaged page; what the others hold is read
    height = page.get_height()
    line = _LineMaker(characters, page_index, height)
    for index in range(characters.count):
        char = characters.char(index)
        if char in "\r\n":
            yield from line.close()
        else:
            yield from line.take(index, char)
    yield from line.close()


class _Characters:
    """The characters of one page and where they stand, in points from the lower left corner."""

    def __init__(self, page: pdfium.PdfTextPage) -> None:
        self._page = page
        self.count = page.count_chars()
        self._box = raw.FS_RECTF()
        self._matrix = raw.FS_MATRIX()

    def char(self, index: int) -> str:
        code = raw.FPDFText_GetUnicode(self._page, index)
        if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            return "\ufffd"
        return chr(code) if code else "\ufffd"

    def is_generated(self, index: int) -> bool:
        return bool(raw.FPDFText_IsGenerated(self._page, index) == 1)

    def box(self, index: int) -> tuple[float, float, float, float]:
        """Return left, bottom, right, top."""
        raw.FPDFText_GetLooseCharBox(self._page, index, self._box)
        return self._box.left, self._box.bottom, self._box.right, self._box.top

    def size(self, index: int) -> float:
        raw.FPDFText_GetMatrix(self._page, index, self._matrix)
        scale = (self._matrix.c**2 + self._matrix.d**2) ** 0.5 or 1.0
        return float(raw.FPDFText_GetFontSize(self._page, index)) * scale

    def is_slanted(self, index: int) -> bool:
        angle = raw.FPDFText_GetCharAngle(self._page, index)
        return bool(_SLANTED < angle < _FULL_TURN - _SLANTED)

    def is_bold(self, index: int) -> bool:
        if raw.FPDFText_GetFontWeight(self._page, index) >= _BOLD_WEIGHT:
            return True
        name = ctypes.create_string_buffer(_LONGEST_FONT_NAME)
        raw.FPDFText_GetFontInfo(self._page, index, name, _LONGEST_FONT_NAME, None)
        return bool(_BOLD.search(name.value.decode("utf-8", "replace")))


class _LineMaker:
    """Puts characters together that stand beside each other."""

    def __init__(self, characters: _Characters, page: int, height: float) -> None:
        self._characters = characters
        self._page = page
        self._height = height
        self._start_anew()

    def _start_anew(self) -> None:
        self._text: list[str] = []
        self._first = -1  # visible character
        self._left = self._right = self._bottom = self._top = 0.0
        self._last = (0.0, 0.0, 0.0)  # right, bottom, top of the character before
        self._is_gap = False  # PDFium would put a blank here

    def take(self, index: int, char: str) -> Iterator[Line]:
        """Take a character; yields the line before it if it starts a new one."""
        if self._characters.is_generated(index):
            self._is_gap = True
            return
        if char.isspace():
            if self._text:
                self._text.append(" ")
            return
        if char in _HYPHENS:
            self._text.append("-")
            return
        left, bottom, right, top = self._characters.box(index)
        if self._text and self._is_elsewhere(left, bottom, top):
            yield from self.close()
        if self._first < 0:
            if self._characters.is_slanted(index):
                return
            self._first, self._left, self._bottom, self._top = index, left, bottom, top
            self._right = right
        if self._text and self._is_gap and not self._is_raised(left, bottom, top):
            self._text.append(" ")
        self._is_gap = False
        self._right = max(self._right, right)
        self._last = (right, bottom, top)
        self._text.append(char)

    def _is_raised(self, left: float, bottom: float, top: float) -> bool:
        """Tell whether a character stands right behind the one before, higher or lower: no blank is due."""
        height = max(self._last[2] - self._last[1], top - bottom, 1.0)
        jump = abs(bottom - self._last[1]) + abs(top - self._last[2])
        return jump > _RAISED * height and left - self._last[0] < _RAISED * height

    def _is_elsewhere(self, left: float, bottom: float, top: float) -> bool:
        height = max(self._top - self._bottom, top - bottom, 1.0)
        middle = (bottom + top) / 2 - (self._bottom + self._top) / 2
        return abs(middle) > _NEW_LINE * height or left < self._right - _BACK * height

    def close(self) -> Iterator[Line]:
        """Yield the present line, if it holds anything, and start anew."""
        text = _without_gaps("".join(self._text))
        if self._first >= 0 and text:
            yield Line(
                text=text,
                page=self._page,
                left=self._left,
                right=self._right,
                bottom=self._bottom,
                top=self._top,
                size=self._characters.size(self._first),
                bold=self._characters.is_bold(self._first),
                page_height=self._height,
            )
        self._start_anew()


def _without_gaps(text: str) -> str:
    """Drop the blanks that justified setting leaves between Han characters."""
    words = text.split()
    spaced = sum(bool(_HAN.match(a[-1]) and _HAN.match(b[0])) for a, b in pairwise(words))
    if spaced > _FEW_GAPS and spaced > len(words) / 2:
        return "".join(
            word + (" " if after and not (_HAN.match(word[-1]) and _HAN.match(after[0])) else "")
            for word, after in zip(words, [*words[1:], ""], strict=True)
        )
    return " ".join(words)


def _bookmarks(pdf: pdfium.PdfDocument) -> Iterator[Bookmark]:
    """Yield the level (from 1), the page and the title of the file's own outline."""
    try:
        for item in pdf.get_toc(max_depth=_DEEPEST_BOOKMARK):
            destination = item.get_dest()
            page = destination.get_index() if destination else None
            if page is not None:
                yield item.level + 1, page, item.get_title()
    except (pdfium.PdfiumError, ValueError, UnicodeError):
        return
