"""Lines of a PDF for tests: as the reader of pages hands them on, and drawn in a file."""

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from rag.ingest.formats.pdf_layout import Line
from tests.rag.ingest.formats.makers_pdf import FONT, MARGIN, SIZE, TOP

LEADING = 19.0
WIDTH = 38  # characters of a full line
HEIGHT = A4[1]


def line(text: str, row: float = 0, **changes: Any) -> Line:
    """Return a line of 12 point at the left margin, `row` lines below the top of the body."""
    size, left = changes.get("size", SIZE), changes.get("left", MARGIN)
    bottom = changes.get("bottom", TOP - LEADING * row)
    made = Line(
        text=text,
        page=0,
        left=left,
        right=left + sum(size if char > "\u2000" else size / 2 for char in text),
        bottom=bottom,
        top=bottom + size,
        size=size,
        bold=False,
        page_height=HEIGHT,
    )
    return made._replace(**changes)


def set_lines(text: str, row: float = 0, **changes: Any) -> list[Line]:
    """Return a paragraph of Han characters set in lines of full width, its first line indented."""
    first, rest = text[: WIDTH - 2], text[WIDTH - 2 :]
    parts = [first, *(rest[start : start + WIDTH] for start in range(0, len(rest), WIDTH))]
    left = changes.pop("left", MARGIN)
    return [
        line(part, row + number, left=left + (0 if number else 2 * SIZE), **changes)
        for number, part in enumerate(parts)
    ]


def drawn(pages: Sequence[Sequence[Line]], font: str = FONT) -> bytes:
    """Return a PDF of lines; those in bold are set in Helvetica."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    for page in pages:
        for each in page:
            canvas.setFont("Helvetica-Bold" if each.bold else font, each.size)
            canvas.drawString(each.left, each.bottom, each.text)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()
