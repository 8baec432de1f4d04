"""PDF files for tests, made of paragraphs in the neutral form of `makers`."""

import html
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Literal

from PIL import Image, ImageDraw
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Frame, PageTemplate
from reportlab.platypus import Paragraph as Block

from tests.rag.ingest.formats.makers import Paragraph

Style = Literal["sizes", "flat", "indented", "columns", "bookmarks"]
STYLES: Final[tuple[Style, ...]] = ("sizes", "flat", "indented", "columns", "bookmarks")

FONT: Final = "STSong-Light"  # every reader of PDF brings a font in its place
SIZE: Final = 12
LINE_LENGTH: Final = 38  # characters of `SIZE`
MARGIN: Final = (A4[0] - LINE_LENGTH * SIZE) / 2
TOP: Final = A4[1] - 80
BOTTOM: Final = 80

_HEADING_SIZES: Final = (22, 18, 16, 15, 14, 13)
_NEVER_FIRST: Final = "，。、；：？！”’）》】…％,.;:?!)%"

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def pdf_of(
    paragraphs: Sequence[Paragraph], style: Style = "sizes", header: str = "思想政治工作材料汇编"
) -> bytes:
    """Return a PDF of the paragraphs; "flat" has no header."""
    if style == "flat":
        return _drawn(_flat_lines(paragraphs), title="")
    if style == "indented":
        return _drawn(_indented_lines(paragraphs), title=header)
    return _set_in_type(paragraphs, style, header)


def scan_pdf(pages: int = 2) -> bytes:
    """Return a PDF whose pages are images, without any text."""
    image = Image.new("L", (620, 877), 255)
    draw = ImageDraw.Draw(image)
    for y in range(100, 780, 24):
        draw.rectangle((80, y, 540 if y % 5 else 300, y + 10), fill=60)
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    for _ in range(pages):
        canvas.drawImage(ImageReader(image), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def locked_pdf(password: str = "open sesame") -> bytes:  # noqa: S107
    """Return a PDF that cannot be opened without a password."""
    stream = io.BytesIO()
    lock = StandardEncryption(password, ownerPassword=f"{password}2", strength=128)
    canvas = Canvas(stream, pagesize=A4, encrypt=lock)
    canvas.setFont(FONT, SIZE)
    canvas.drawString(MARGIN, TOP, "一、这份文件要密码才能打开")
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


class _Justified(Block):
    """A paragraph justified by the space between its characters, which Platypus leaves as it is."""

    def drawPara(self, debug: int = 0) -> None:  # noqa: N802
        """Draw the lines; those with marks in them, as soft breaks are, as Platypus does."""
        if self.blPara.kind != 0 or self.style.alignment != TA_JUSTIFY:
            super().drawPara(debug)
            return
        lines = self.blPara.lines
        y = self.height - self.style.fontSize
        for number, (space, words) in enumerate(lines):
            line = " ".join(words)
            last = number == len(lines) - 1 and not getattr(self, "_JustifyLast", False)
            between = space / (len(line) - 1) if len(line) > 1 and (not last or space < 0) else 0
            text = self.canv.beginText(self.style.firstLineIndent if number == 0 else 0, y)
            text.setFont(self.style.fontName, self.style.fontSize)
            text.setCharSpace(between)
            text.textOut(line)
            self.canv.drawText(text)
            y -= self.style.leading


class _Template(BaseDocTemplate):
    """A document of one or two columns with a header, page numbers and, if asked for, bookmarks."""

    def __init__(self, stream: io.BytesIO, style: Style, header: str) -> None:
        super().__init__(stream, pagesize=A4, invariant=1)
        self.header = header
        self.bookmarks = style == "bookmarks"
        self.last_level = -1
        height = TOP - BOTTOM
        width, gap = A4[0] - 2 * MARGIN, 2 * SIZE
        columns = 2 if style == "columns" else 1
        each = (width - gap * (columns - 1)) / columns
        frames = [
            Frame(MARGIN + i * (each + gap), BOTTOM, each, height, 0, 0, 0, 0, id=f"column{i}")
            for i in range(columns)
        ]
        self.addPageTemplates(PageTemplate(frames=frames, onPage=self.furnish))

    def furnish(self, canvas: Canvas, _: Any) -> None:
        """Draw the header, its line and the page number."""
        canvas.saveState()
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 50, self.header)
        canvas.line(MARGIN, A4[1] - 55, A4[0] - MARGIN, A4[1] - 55)
        canvas.drawCentredString(A4[0] / 2, 45, str(canvas.getPageNumber()))
        canvas.restoreState()

    def afterFlowable(self, flowable: Any) -> None:  # noqa: N802
        """Add a heading just set to the bookmarks; a level is at most one below the last."""
        level = getattr(flowable, "level", None)
        if self.bookmarks and level is not None:
            self.last_level = min(level, self.last_level + 1)
            key = f"heading{self.canv.getPageNumber()}-{id(flowable)}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(flowable.words, key, self.last_level)


def _set_in_type(paragraphs: Sequence[Paragraph], style: Style, header: str) -> bytes:
    body = ParagraphStyle(
        "body",
        fontName=FONT,
        fontSize=SIZE,
        leading=SIZE * 1.6,
        firstLineIndent=2 * SIZE,
        alignment=TA_JUSTIFY,
        wordWrap="CJK",
    )
    blocks: list[Any] = []
    for paragraph in paragraphs:
        text = html.escape(paragraph.text, quote=False).replace("\n", "<br/>")
        if paragraph.level is None:
            block = _Justified(text, body)
        else:
            blocks.append(CondPageBreak(8 * SIZE))  # no heading alone at the foot of a page
            block = _Justified(text, _heading_style(body, paragraph.level))
        block.level, block.words = paragraph.level, paragraph.text.replace("\n", "")
        blocks.append(block)
    stream = io.BytesIO()
    _Template(stream, style, header).build(blocks)
    return stream.getvalue()


def _heading_style(body: ParagraphStyle, level: int) -> ParagraphStyle:
    size = _HEADING_SIZES[min(level, len(_HEADING_SIZES) - 1)]
    return ParagraphStyle(
        f"heading{level}",
        parent=body,
        fontSize=size,
        leading=size * 1.5,
        firstLineIndent=0,
        alignment=TA_JUSTIFY if level else TA_CENTER,
        spaceBefore=size / 2,
        spaceAfter=size / 4,
    )


def _flat_lines(paragraphs: Iterable[Paragraph]) -> Iterator[str]:
    for paragraph in paragraphs:
        for line in paragraph.text.split("\n"):
            yield from (line[i : i + LINE_LENGTH] for i in range(0, len(line), LINE_LENGTH))


def _indented_lines(paragraphs: Iterable[Paragraph]) -> Iterator[str]:
    for paragraph in paragraphs:
        for line in f"\u3000\u3000{paragraph.text}".split("\n"):
            yield from _wrapped(line)


def _wrapped(text: str) -> Iterator[str]:
    """Break a line where the measure is full, a closing mark hanging over the edge."""
    line = ""
    for letter in text:
        full = pdfmetrics.stringWidth(line + letter, FONT, SIZE) > LINE_LENGTH * SIZE
        if full and letter not in _NEVER_FIRST:
            yield line
            line = ""
        line += letter
    yield line


def _drawn(lines: Iterable[str], title: str) -> bytes:
    """Draw lines of one size; with a title, it heads each page but the first, and pages are numbered."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    y = TOP
    _begin_page(canvas, title)
    for line in lines:
        if y < BOTTOM:
            canvas.showPage()
            _begin_page(canvas, title)
            y = TOP
        canvas.drawString(MARGIN, y, line)
        y -= SIZE * 1.6
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _begin_page(canvas: Canvas, title: str) -> None:
    canvas.setFont(FONT, SIZE)
    page = canvas.getPageNumber()
    if title and page > 1:
        canvas.drawCentredString(A4[0] / 2, A4[1] - 50, title)
    if title:
        canvas.drawCentredString(A4[0] / 2, 45, f"- {page} -")
