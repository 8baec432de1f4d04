"""The styles of a Word document, and what of it is seen at all."""

from collections.abc import Iterator
from typing import Any, Final

from docx.document import Document as WordDocument
from docx.oxml.ns import qn

__all__ = ["Styles", "is_on"]

_COMPATIBILITY: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NOT_SEEN: Final = (
    *map(qn, ("w:del", "w:moveFrom", "w:rt", "w:instrText", "w:delText", "w:sectPr")),
    f"{_COMPATIBILITY}Fallback",
)


class Styles:
    """A document's styles by their names in the file (ECMA-376 part 1, 17.7)."""

    def __init__(self, document: WordDocument) -> None:
        self._styles = {style.style_id: style.element for style in document.styles}
        self._switches: dict[tuple[str, str], bool | None] = {}

    def of(self, paragraph: Any) -> list[Any]:
        """Return a paragraph's style and the ones it is based on."""
        reference = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return list(self._chain(reference.get(qn("w:val"), "") if reference is not None else ""))

    def has(self, run: Any, switch: str) -> bool:
        """Tell whether a run is bold, hidden …: of itself, by its style or by its paragraph's."""
        own = run.find(f"{qn('w:rPr')}/{qn(switch)}")
        if own is not None:
            return is_on(own)
        style = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        by_style = self._switch(style.get(qn("w:val"), ""), switch) if style is not None else None
        if by_style is not None:
            return by_style
        paragraph = next(run.iterancestors(qn("w:p")), None)
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}") if paragraph is not None else None
        return bool(style is not None and self._switch(style.get(qn("w:val"), ""), switch))

    def take_out_what_is_not_seen(self, element: Any) -> None:
        """Take out deleted and hidden text, codes of fields, and what stands in for newer elements."""
        for inner in list(element.iter()):
            is_run = inner.tag == qn("w:r")
            if (
                not isinstance(inner.tag, str)
                or (inner.tag in _NOT_SEEN and inner.getparent().tag != qn("w:rPr"))
                or (is_run and self.has(inner, "w:vanish"))
            ):
                _take_out(inner)

    def _chain(self, style_id: str) -> Iterator[Any]:
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            style = self._styles[style_id]
            yield style
            base = style.find(qn("w:basedOn"))
            style_id = str(base.get(qn("w:val"))) if base is not None else ""

    def _switch(self, style_id: str, switch: str) -> bool | None:
        if (style_id, switch) not in self._switches:
            found = (style.find(f"{qn('w:rPr')}/{qn(switch)}") for style in self._chain(style_id))
            self._switches[style_id, switch] = next((is_on(s) for s in found if s is not None), None)
        return self._switches[style_id, switch]


def is_on(switch: Any) -> bool:
    """Tell whether an on-off property is there and on (ECMA-376 part 1, 17.17.4)."""
    return switch is not None and switch.get(qn("w:val"), "true") not in ("0", "false", "off", "none")


def _take_out(element: Any) -> None:
    """Remove an element and leave the text behind it."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)
