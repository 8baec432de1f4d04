"""The main content of a web page as trafilatura finds it, with its headings, lists and tables."""

from collections.abc import Iterator
from typing import Any, Final

import lxml.html
import trafilatura

from rag.read.paragraphs import Paragraphs

__all__ = ["paragraphs_of"]

_NOT_CONTENT: Final = (
    "script style noscript template nav header footer aside form iframe svg button".split()  # noqa: SIM905
)
_BLOCKS: Final = ("p", "head", "list", "item", "table", "row", "code", "quote", "div", "body", "main")
_PARAGRAPHS: Final = frozenset(
    "h1 h2 h3 h4 h5 h6 p li tr pre dt dd blockquote div td section article main body".split()  # noqa: SIM905
)
_ANCHOR: Final = "¶#§ "  # the link to itself that documentation tools put behind a heading


def paragraphs_of(page: str) -> Paragraphs:
    """Return the paragraphs of a page's main content, of all its text if that cannot be told."""
    out = Paragraphs()
    page = page.lstrip("\ufeff \n\t")
    if page.startswith("<?xml"):  # lxml takes no declaration of an encoding in decoded text
        page = page.partition("?>")[2]
    found = trafilatura.bare_extraction(
        page, favor_recall=True, include_comments=False, include_formatting=True, with_metadata=False
    )
    body = getattr(found, "body", None)
    if body is not None:
        _walk(body, out, 0)
    if not out.text:
        _whole(page, out)
    return out


def _walk(element: Any, out: Paragraphs, depth: int) -> None:
    """Write an element of trafilatura's tree: head, p, list, table, code, quote."""
    tag = element.tag
    if tag == "head":
        level = str(element.get("rend", "h2")).removeprefix("h")
        out.add(_line(element).rstrip(_ANCHOR), "heading", int(level) if level.isdecimal() else 2)
    elif tag == "table":
        for row in element.iter("row"):
            cells = [_line(cell) for cell in row.iter("cell")]
            if any(cells):
                out.add(" | ".join(cells), "verbatim")
    elif tag == "code":
        out.add("".join(element.itertext()), "verbatim")
    elif tag in ("item", "p") and not _holds_blocks(element):
        _paragraph(element, out, depth)
    else:
        _mixed(element, out, depth + (tag == "list"))


def _paragraph(element: Any, out: Paragraphs, depth: int) -> None:
    text = _lines(element)
    if element.tag == "item":
        out.add(text, "item", max(1, depth))
    else:
        out.add(text, "bold" if _is_bold(element) else None)


def _mixed(element: Any, out: Paragraphs, depth: int) -> None:
    """Write an element that holds text and other blocks: each run of text is a paragraph."""
    is_item = element.tag == "item"
    run = [element.text or ""]

    def close() -> None:
        nonlocal is_item
        text = " ".join("".join(run).split())
        if text:
            out.add(text, "item" if is_item else None, max(1, depth) if is_item else 0)
            is_item = False
        run.clear()

    for child in element:
        if child.tag in _BLOCKS:
            close()
            if is_item and child.tag == "p" and not _holds_blocks(child):  # an item's first paragraph
                out.add(_lines(child), "item", max(1, depth))
                is_item = False
            else:
                _walk(child, out, depth)
        else:
            run.append("\n" if child.tag == "lb" else "".join(child.itertext()))
        run.append(child.tail or "")
    close()


def _holds_blocks(element: Any) -> bool:
    return any(child.tag in _BLOCKS and not (child.tag == "code" and _is_inline(child)) for child in element)


def _is_inline(code: Any) -> bool:
    return "\n" not in "".join(code.itertext()).strip()


def _line(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _lines(element: Any) -> str:
    """Return an element's text, a line for each that was broken on purpose."""
    parts = [element.text or ""]
    for child in element:
        parts += ["\0" if child.tag == "lb" else "".join(child.itertext()), child.tail or ""]
    return "\n".join(" ".join(line.split()) for line in "".join(parts).split("\0"))


def _is_bold(element: Any) -> bool:
    """Tell whether all the text stands in bold."""
    bold = [child for child in element if child.tag == "hi" and "#b" in str(child.get("rend", ""))]
    outside = (element.text or "") + "".join(child.tail or "" for child in element)
    return bool(bold) and len(bold) == len(element) and not outside.strip()


def _whole(page: str, out: Paragraphs) -> None:
    """Write all the text of a page but its furniture."""
    if not page.strip():
        return
    tree = lxml.html.document_fromstring(page, ensure_head_body=True)
    for element in list(tree.iter(*_NOT_CONTENT)):
        element.drop_tree()
    for text, tag in _texts(tree.body):
        level = int(tag[1]) if tag[:1] == "h" and tag[1:].isdecimal() else 0
        out.add(text, "heading" if level else None, level)


def _texts(body: Any) -> Iterator[tuple[str, str]]:
    """Yield each run of text between the tags that make paragraphs, with the tag around it."""
    run: list[str] = []
    around = "body"

    def visit(element: Any) -> Iterator[tuple[str, str]]:
        nonlocal around
        breaks = element.tag in _PARAGRAPHS
        if breaks or element.tag == "br":
            yield from flush()
        outer, around = around, element.tag if breaks else around
        run.append(element.text or "" if isinstance(element.tag, str) else "")
        for child in element:
            yield from visit(child)
            run.append(child.tail or "")
        if breaks:
            yield from flush()
        around = outer

    def flush() -> Iterator[tuple[str, str]]:
        text = " ".join("".join(run).split())
        run.clear()
        if text:
            yield text, around

    yield from visit(body)
    yield from flush()
