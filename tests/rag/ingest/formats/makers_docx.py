"""Word files for tests, made of paragraphs in the neutral form of `makers`."""

import html
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph as WordParagraph

from tests.rag.ingest.formats.makers import Paragraph

Style = Literal["headings", "outline levels", "auto numbers", "linked numbers", "plain"]
STYLES: Final[tuple[Style, ...]] = ("headings", "outline levels", "auto numbers", "plain")

_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BODY_SIZE: Final = Pt(12)
_SIZES: Final = (Pt(22), Pt(16), Pt(15), Pt(14))
_DIGITS: Final = "〇一二三四五六七八九"
_TRACKED: Final = 'w:id="{}" w:author="审阅人" w:date="2024-05-01T08:00:00Z"'
_BEFORE_OUTLINE_LEVEL: Final = ("w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")


class _Kind(NamedTuple):
    """How a number looks in the text, and its format in numbering.xml."""

    number: re.Pattern[str]
    format: str
    template: str


_KINDS: Final = (  # from the outer levels to the inner ones
    _Kind(re.compile(r"([一二三四五六七八九十]+)、\s*"), "chineseCounting", "%{}、"),
    _Kind(re.compile(r"（([一二三四五六七八九十]+)）\s*"), "chineseCounting", "（%{}）"),
    _Kind(re.compile(r"\(([一二三四五六七八九十]+)\)\s*"), "chineseCounting", "(%{})"),
    _Kind(re.compile(r"(\d+)、\s*"), "decimal", "%{}、"),
    _Kind(re.compile(r"(\d+)[.．](?!\d)\s*"), "decimal", "%{}."),
    _Kind(re.compile(r"（(\d+)）\s*"), "decimal", "（%{}）"),
    _Kind(re.compile(r"\((\d+)\)\s*"), "decimal", "(%{})"),
)


@dataclass(frozen=True)
class Extras:
    """What else stands in a Word file; all that is tied to a place is tied to the first body paragraph."""

    header: str = ""
    page_number: bool = False  # in the footer, "第 1 页"
    table: Sequence[Sequence[str]] = ()  # rows of cells, behind the paragraph
    footnote: str = ""
    deleted: str = ""  # with changes tracked, at the end of the paragraph
    inserted: str = ""  # likewise, behind what was deleted
    hidden: str = ""
    text_box: str = ""
    toc: Literal["", "field", "block"] = ""  # a table of contents; as Word's gallery makes it: "block"


def docx_of(
    paragraphs: Sequence[Paragraph], style: Style = "headings", extras: Extras | None = None
) -> bytes:
    """Return a Word file; "linked numbers" are "auto numbers" that come by way of the heading styles."""
    document = Document()
    _set_fonts(document)
    extras = extras or Extras()
    if style == "outline levels":
        _add_own_styles(document, max((p.level or 0 for p in paragraphs), default=0))
    numbers = None
    if style in ("auto numbers", "linked numbers"):
        headings = [p.text for p in paragraphs if p.level]
        numbers = _Numbers(document, headings, linked=style == "linked numbers")
    if extras.toc:
        _add_toc(document, paragraphs, as_block=extras.toc == "block")
    first = None
    for paragraph in paragraphs:
        if paragraph.level is None:
            added = document.add_paragraph(paragraph.text)
            added.paragraph_format.first_line_indent = 2 * _BODY_SIZE
            first = first or added
        elif style == "plain":
            _add_plain_heading(document, paragraph.text, paragraph.level)
        elif numbers and paragraph.level:
            _add_numbered_heading(document, paragraph, _style_name(style, paragraph.level), numbers)
        else:
            document.add_paragraph(paragraph.text, _style_name(style, paragraph.level))
    _add_extras(document, first or document.add_paragraph(), extras)
    return _saved(document)


class _Numbers:
    """The automatic numbers of a file's headings: one list of several levels, begun anew where needed."""

    def __init__(self, document: DocumentObject, headings: Iterable[str], linked: bool) -> None:
        headings = list(headings)
        self.styles = document.styles if linked else None
        self.linked: dict[int, int] = {}  # a heading level -> its level in the list
        self.kinds = [kind for kind in _KINDS if any(kind.number.match(words) for words in headings)]
        self.root: Any = document.part.numbering_part.element
        ids = (int(each.get(qn("w:abstractNumId"))) for each in self.root.findall(qn("w:abstractNum")))
        self.abstract = max(ids, default=0) + 1
        self.next = [1] * len(self.kinds)
        nums = self.root.findall(qn("w:num"))
        position = list(self.root).index(nums[0]) if nums else len(self.root)
        self.root.insert(position, parse_xml(self._abstract_xml()))
        self.num = self._new_num(starts=())
        self.first_num = self.num

    def _abstract_xml(self) -> str:
        levels = "".join(
            f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{kind.format}"/>'
            f'<w:suff w:val="nothing"/><w:lvlText w:val="{kind.template.format(i + 1)}"/>'
            f'<w:lvlJc w:val="left"/></w:lvl>'
            for i, kind in enumerate(self.kinds)
        )
        return (
            f'<w:abstractNum {_W} w:abstractNumId="{self.abstract}">'
            f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        )

    def _new_num(self, starts: Iterable[int]) -> int:
        ids = (int(num.get(qn("w:numId"))) for num in self.root.findall(qn("w:num")))
        number = max(ids, default=0) + 1
        overrides = "".join(
            f'<w:lvlOverride w:ilvl="{i}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
            for i, start in enumerate(starts)
        )
        parent = f'<w:abstractNumId w:val="{self.abstract}"/>'
        self.root.append(parse_xml(f'<w:num {_W} w:numId="{number}">{parent}{overrides}</w:num>'))
        return number

    def take(self, text: str) -> tuple[str, int | None]:
        """Take the number off a heading; return the rest, and its level in the list."""
        for i, kind in enumerate(self.kinds):
            found = kind.number.match(text)
            if found:
                value = _value(found[1])
                inner = [1] * (len(self.kinds) - i - 1)
                if value != self.next[i]:
                    self.num = self._new_num([*self.next[:i], value, *inner])
                self.next[i:] = [value + 1, *inner]
                return text[found.end() :], i
        return text, None

    def give(self, paragraph: WordParagraph, level: int, list_level: int | None) -> None:
        """Number a heading, by its style if that can be."""
        if self.styles is not None and list_level is not None and level not in self.linked:
            self.linked[level] = list_level
            name = f"Heading {level}"
            _set_number(self.styles[name].element.get_or_add_pPr(), self.first_num, list_level)
            found = self.root.xpath(f'w:abstractNum[@w:abstractNumId="{self.abstract}"]/w:lvl')[list_level]
            link = OxmlElement("w:pStyle", attrs={qn("w:val"): self.styles[name].style_id})
            found.insert(2, link)
        from_style = (self.first_num, self.linked.get(level))
        if list_level is None and from_style[1] is not None:
            _set_number(paragraph._p.get_or_add_pPr(), 0, 0)
        elif list_level is not None and from_style != (self.num, list_level):
            _set_number(paragraph._p.get_or_add_pPr(), self.num, list_level)


def _value(number: str) -> int:
    """Read a number up to 99 in Chinese figures or in digits."""
    if number.isascii():
        return int(number)
    tens, ten, ones = number.rpartition("十")
    return (_DIGITS.index(tens) if tens else len(ten)) * 10 + (_DIGITS.index(ones) if ones else 0)


def _set_number(properties: Any, num: int, list_level: int) -> None:
    number = properties.get_or_add_numPr()
    number.get_or_add_ilvl().val = list_level
    number.get_or_add_numId().val = num


def _set_font(run_or_style: Any, name: str) -> None:
    run_or_style.font.name = "Times New Roman"
    fonts = run_or_style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.pop(qn("w:eastAsiaTheme"), None)  # it would go before the font's name
    fonts.set(qn("w:eastAsia"), name)


def _set_fonts(document: DocumentObject) -> None:
    _set_font(document.styles["Normal"], "宋体")
    document.styles["Normal"].font.size = _BODY_SIZE
    for name in ("Title", *(f"Heading {level}" for level in range(1, 10))):
        _set_font(document.styles[name], "黑体")


def _add_own_styles(document: DocumentObject, levels: int) -> None:
    """Add 公文标题, for the title, and 公文标题1 and so on, which alone have outline levels."""
    for level in range(levels + 1):
        style: Any = document.styles.add_style(f"公文标题{level or ''}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.font.size = _SIZES[min(level, 3)]
        _set_font(style, "黑体")
        properties = style.element.get_or_add_pPr()
        if level:
            mark = OxmlElement("w:outlineLvl", attrs={qn("w:val"): str(min(level, 9) - 1)})
            properties.insert_element_before(mark, *_BEFORE_OUTLINE_LEVEL)
        else:
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _add_plain_heading(document: DocumentObject, text: str, level: int) -> None:
    """Add a heading without a style: odd levels in 黑体, the others bold, the title large and centred."""
    added = document.add_paragraph()
    run = added.add_run(text)
    if level % 2:
        _set_font(run, "黑体")
    else:
        run.bold = True
    if level == 0:
        run.font.size = _SIZES[0]
        added.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _style_name(style: Style, level: int) -> str:
    if style == "outline levels":
        return f"公文标题{level or ''}"
    return f"Heading {min(level, 9)}" if level else "Title"


def _add_numbered_heading(
    document: DocumentObject, paragraph: Paragraph, style_name: str, numbers: _Numbers
) -> None:
    """Add a heading whose number, if it has one, comes from numbering.xml."""
    words, list_level = numbers.take(paragraph.text)
    numbers.give(document.add_paragraph(words, style_name), paragraph.level or 0, list_level)


def _add_extras(document: DocumentObject, place: WordParagraph, extras: Extras) -> None:
    section = document.sections[0]
    if extras.header:
        section.header.paragraphs[0].text = extras.header
    if extras.page_number:
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _append(footer._p, f"{_run('第 ')}{_field('PAGE', '1')}{_run(' 页')}")
    if extras.footnote:
        _add_footnote(document, place, extras.footnote)
    if extras.deleted:
        _append(place._p, f"<w:del {_TRACKED.format(901)}>{_run(extras.deleted, tag='delText')}</w:del>")
    if extras.inserted:
        _append(place._p, f"<w:ins {_TRACKED.format(902)}>{_run(extras.inserted)}</w:ins>")
    if extras.hidden:
        place.add_run(extras.hidden).font.hidden = True
    if extras.text_box:
        _append(place._p, _text_box(extras.text_box))
    if extras.table:
        table = document.add_table(len(extras.table), len(extras.table[0]), "Table Grid")
        for row, words in zip(table.rows, extras.table, strict=True):
            for cell, word in zip(row.cells, words, strict=True):
                cell.text = word
        place._p.addnext(table._tbl)


def _append(parent: Any, content: str) -> None:
    """Add elements of WordprocessingML to another."""
    for child in list(parse_xml(f"<w:body {_W}>{content}</w:body>")):
        parent.append(child)


def _run(text: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{html.escape(text, quote=False)}</w:{tag}></w:r>'


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _field(code: str, shown: str) -> str:
    return f"{_mark('begin')}{_run(f' {code} ', 'instrText')}{_mark('separate')}{_run(shown)}{_mark('end')}"


def _add_footnote(document: DocumentObject, place: WordParagraph, text: str) -> None:
    """Add a footnote and the part of the file that holds it, with the two separators Word puts there."""
    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{i}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for i, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    note = f'<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r>{_run(f" {text}")}</w:p></w:footnote>'
    blob = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {_W}>{separators}{note}</w:footnotes>'
    part = Part(
        PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, blob.encode(), document.part.package
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    _append(
        place._p,
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="1"/></w:r>',
    )


def _text_box(text: str) -> str:
    """Return a text box as Word writes it: once for Word 2010 and later, once for what came before."""
    content = f"<w:txbxContent><w:p>{_run(text)}</w:p></w:txbxContent>"
    return f"""<w:r>
<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">
<mc:Choice Requires="wps"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">
<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">
<wp:extent cx="1800000" cy="720000"/><wp:docPr id="11" name="文本框 11"/>
<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">
<wps:wsp><wps:cNvSpPr txBox="1"/>
<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="720000"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>
<wps:txbx>{content}</wps:txbx><wps:bodyPr/></wps:wsp>
</a:graphicData></a:graphic></wp:inline></w:drawing>
</mc:Choice>
<mc:Fallback><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:142pt;height:57pt">
<v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback>
</mc:AlternateContent></w:r>"""


def _add_toc(document: DocumentObject, paragraphs: Sequence[Paragraph], as_block: bool) -> None:
    """Add a table of contents with a page number field in each line; the field around it spans them all."""
    headings = [p for p in paragraphs if p.level]
    start = len(document.element.body) - 1  # the last is the section's properties
    document.add_paragraph("目  录", "TOC Heading")
    for level in sorted({heading.level or 1 for heading in headings}):
        style: Any = document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        style.element.styleId = f"TOC{level}"  # Word shows it as "TOC 1", and writes its name small
    code = _run(' TOC \\o "1-3" \\h \\z \\u ', "instrText")
    for number, heading in enumerate(headings):
        entry = document.add_paragraph(style=f"toc {heading.level}")
        if number == 0:
            _append(entry._p, f"{_mark('begin')}{code}{_mark('separate')}")
        page = _field(f"PAGEREF _Toc{number} \\h", str(number // 4 + 1))
        words = f"{_run(heading.text)}<w:r><w:tab/></w:r>{page}"
        _append(entry._p, f'<w:hyperlink w:anchor="_Toc{number}">{words}</w:hyperlink>')
    if headings:
        _append(document.add_paragraph()._p, _mark("end"))
    if as_block:
        _wrap_as_block(list(document.element.body)[start:-1])


def _wrap_as_block(elements: Sequence[Any]) -> None:
    """Put elements into a content control, as Word's gallery does with a table of contents."""
    block = parse_xml(
        f'<w:sdt {_W}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
        "</w:docPartObj></w:sdtPr><w:sdtContent/></w:sdt>"
    )
    elements[0].addprevious(block)
    for element in elements:
        block[-1].append(element)


def _saved(document: DocumentObject) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
