"""Word files for tests, made of the XML that stands in them."""

import html
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from docx import Document

DOCUMENT: Final = "word/document.xml"
STYLES: Final = "word/styles.xml"
NUMBERING: Final = "word/numbering.xml"

_NAMESPACES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
_FOOTNOTES_TYPE: Final = (
    '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.footnotes+xml"/></Types>'
)
_FOOTNOTES_RELATION: Final = (
    '<Relationship Id="rIdNotes" Target="footnotes.xml" Type="http://schemas.openxmlformats.org'
    '/officeDocument/2006/relationships/footnotes"/></Relationships>'
)


@cache
def _template() -> Mapping[str, bytes]:
    """Return the parts of an empty document."""
    stream = io.BytesIO()
    Document().save(stream)
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def word_of(body: str, styles: str = "", numbering: str = "", footnotes: str = "") -> bytes:
    """Return a file with that body; the styles are added to Word's own, the numbering stands alone."""
    document = f"<w:document {_NAMESPACES}><w:body>{body}<w:sectPr/></w:body></w:document>"
    changes = {DOCUMENT: document.encode()}
    if styles:
        changes[STYLES] = _template()[STYLES].replace(b"</w:styles>", f"{styles}</w:styles>".encode())
    if numbering:
        changes[NUMBERING] = f"<w:numbering {_NAMESPACES}>{numbering}</w:numbering>".encode()
    if footnotes:
        changes["word/footnotes.xml"] = f"<w:footnotes {_NAMESPACES}>{footnotes}</w:footnotes>".encode()
        for name, end, added in (
            ("[Content_Types].xml", b"</Types>", _FOOTNOTES_TYPE),
            ("word/_rels/document.xml.rels", b"</Relationships>", _FOOTNOTES_RELATION),
        ):
            changes[name] = _template()[name].replace(end, added.encode())
    return zip_of({**_template(), **changes})


def zip_of(parts: Mapping[str, bytes]) -> bytes:
    """Pack the parts of a file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """Return a file with one part changed, added, or left out where `change` gives None."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = change(parts.pop(part, b""))
    return zip_of(parts if content is None else {**parts, part: content})


def run(text: str, properties: str = "", tag: str = "t") -> str:
    """Return a run; a line end is a soft break."""
    words = "<w:br/>".join(
        f'<w:{tag} xml:space="preserve">{html.escape(line, quote=False)}</w:{tag}>'
        for line in text.split("\n")
    )
    return f"<w:r><w:rPr>{properties}</w:rPr>{words}</w:r>"


def paragraph(text: str, style: str = "", properties: str = "", run_properties: str = "") -> str:
    """Return a paragraph of one run."""
    return paragraph_of(run(text, run_properties), style, properties)


def paragraph_of(content: str, style: str = "", properties: str = "") -> str:
    """Return a paragraph around runs and the like."""
    name = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{name}{properties}</w:pPr>{content}</w:p>"


def style_of(name: str, id_: str = "", base: str = "", properties: str = "", kind: str = "paragraph") -> str:
    """Return a style; `properties` are those of its paragraphs, or any element that is no `w:pPr` child."""
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{id_ or name}"><w:name w:val="{name}"/>{based}'
        f"{properties}</w:style>"
    )


def numbered(text: str, level: int = 0, number: int = 1) -> str:
    """Return a paragraph with an automatic number."""
    return paragraph(text, properties=number_of(number, level))


def number_of(number: int, level: int | None = 0) -> str:
    """Return what gives a paragraph or a style its number."""
    depth = "" if level is None else f'<w:ilvl w:val="{level}"/>'
    return f'<w:numPr>{depth}<w:numId w:val="{number}"/></w:numPr>'


def levels_of(*levels: str, id_: int = 0) -> str:
    """Return a definition of numbers, a level each: `decimal %1.`, more elements of it behind a third |."""
    written = ""
    for depth, level in enumerate(levels):
        kind, shape, *more = re.split(r"\|", level)
        written += (
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
            f'{"".join(more)}<w:lvlText w:val="{shape}"/></w:lvl>'
        )
    return f'<w:abstractNum w:abstractNumId="{id_}">{written}</w:abstractNum>'


def list_of(number: int = 1, id_: int = 0, starts: Mapping[int, int] | None = None) -> str:
    """Return a list that uses such a definition; `starts` tells where a level begins anew."""
    overrides = "".join(
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        for level, start in (starts or {}).items()
    )
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{id_}"/>{overrides}</w:num>'


def table(*rows: tuple[str, ...]) -> str:
    """Return a table; a cell is text, or paragraphs as they stand."""
    written = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{written}</w:tbl>"


def cell(content: str, properties: str = "") -> str:
    """Return a cell of text or of paragraphs; one that is a cell already stays as it is."""
    if content.startswith("<w:tc>"):
        return content
    inner = content if content.startswith("<w:") else paragraph(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def text_box(content: str, run_properties: str = "") -> str:
    """Return a text box as old versions of Word write it."""
    return (
        f"<w:r><w:rPr>{run_properties}</w:rPr><w:pict><v:shape><v:textbox><w:txbxContent>{content}"
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def note_reference(id_: int = 1) -> str:
    """Return the mark of a footnote."""
    return f'<w:r><w:footnoteReference w:id="{id_}"/></w:r>'


def footnote(text: str, id_: int = 1) -> str:
    """Return a footnote."""
    return f'<w:footnote w:id="{id_}">{paragraph(text)}</w:footnote>'
