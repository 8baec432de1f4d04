"""The main content of a web page as trafilatura finds it, with its headings, lists and tables."""

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any, Final

import lxml.etree
import lxml.html
import trafilatura
from trafilatura.settings import use_config

from rag.ingest.formats.html_plain import make_plain
from rag.ingest.formats.paragraphs import Paragraphs
from rag.ingest.out_of_memory import is_of_memory

__all__ = ["paragraphs_of"]

_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, 2.2
_NOT_CONTENT: Final = (
    "script style noscript template nav header footer aside form iframe svg button".split()  # noqa: SIM905
)
_BLOCKS: Final = ("p", "head", "list", "item", "table", "row", "code", "quote", "div", "body", "main")
_PARAGRAPHS: Final = frozenset(
    "h1 h2 h3 h4 h5 h6 p li tr pre dt dd blockquote div td section article main body".split()  # noqa: SIM905
)


def paragraphs_of(page: str) -> Paragraphs:
    """Return the paragraphs of a page's main content, of all its text if that cannot be told."""
    page = _NOT_IN_XML.sub("", page).lstrip("\ufeff \n\t")
    if page.startswith("<?xml"):  # lxml takes no declaration of an encoding in decoded text
        page = page.partition("?>")[2]
    try:
        parser = lxml.html.HTMLParser(huge_tree=True)
        tree = lxml.html.document_fromstring(page, parser, ensure_head_body=True)
    except (lxml.etree.LxmlError, ValueError) as error:
        if is_of_memory(error):
            raise
        return Paragraphs()
    make_plain(tree)
    _repeat_spanning_cells(tree)
    out = _main_content(tree)
    if not _has_headings(out) and _headings(tree, "h1", "h2", "h3", "h4"):
        # Without <article> or a name that says as much, headings are dropped: say it.
        told = _main_content(_as_article(tree))
        out = told if _has_headings(told) else out
    if not out.text:
        _whole(tree, out)
    return _with_title(tree, out)


def _repeat_spanning_cells(tree: Any) -> None:
    """Put a cell that spans rows into each of them: read alone, a row says all that it says in its table."""
    for table in tree.iter("table"):
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        for at, row in enumerate(rows):
            for place, cell in enumerate(row.xpath("./td|./th")):
                span = cell.attrib.pop("rowspan", "1")
                below = rows[at + 1 : at + min(int(span), len(rows))] if span.isdecimal() else []
                for other in below:
                    again = deepcopy(cell)
                    again.tail = None
                    other.insert(place, again)


def _as_article(tree: Any) -> Any:
    page = deepcopy(tree)
    article = lxml.html.Element("article")
    article.text, page.body.text = page.body.text, None
    article.extend(list(page.body))
    page.body.append(article)
    return page


def _main_content(page: Any) -> Paragraphs:
    out = Paragraphs()
    found = trafilatura.bare_extraction(
        deepcopy(page),
        favor_recall=True,
        include_comments=False,
        include_formatting=True,
        with_metadata=False,
        config=_settings(),
    )
    body = getattr(found, "body", None)
    if body is not None:
        _walk(body, out, 0)
    return out


@cache
def _settings() -> Any:
    """Return trafilatura's settings, but for pages of a few lines too."""
    config = use_config()
    for name in ("MIN_EXTRACTED_SIZE", "MIN_OUTPUT_SIZE"):
        config.set("DEFAULT", name, "10")
    return config


def _has_headings(out: Paragraphs) -> bool:
    return any(mark.kind == "heading" for mark in out.markup)


def _headings(tree: Any, *tags: str) -> list[str]:
    """Return the words of the headings that stand in no furniture."""
    return [
        words
        for heading in tree.iter(*tags)
        if not any(above.tag in _NOT_CONTENT for above in heading.iterancestors())
        and (words := " ".join(heading.text_content().split()))
    ]


def _with_title(tree: Any, content: Paragraphs) -> Paragraphs:
    """Put the one <h1> of a page before its content, where it stands apart from it."""
    titles = _headings(tree, "h1")
    if len(titles) != 1 or not content.text or "".join(titles[0].split()) in "".join(content.text.split()):
        return content
    out = Paragraphs()
    out.add(titles[0], "heading", 1)
    out.append(content)
    return out


def _walk(element: Any, out: Paragraphs, depth: int) -> None:
    """Write an element of trafilatura's tree: head, p, list, table, code, quote."""
    tag = element.tag
    if tag == "head":
        level = str(element.get("rend", "h2")).removeprefix("h")
        out.add(_line(element), "heading", int(level) if level.isdecimal() else 2)
    elif tag == "table":
        _table(element, out, depth)
    elif tag == "quote" and not _holds_blocks(element):
        out.add(_lines(element) if element.find("lb") is not None else "".join(element.itertext()))
    elif tag == "code":
        out.add("".join(element.itertext()), "verbatim")
    elif tag in ("item", "p") and not _holds_blocks(element):
        _paragraph(element, out, depth)
    else:
        _mixed(element, out, depth + (tag == "list"))


def _table(table: Any, out: Paragraphs, depth: int) -> None:
    rows = [list(row.iter("cell")) for row in table.iter("row")]
    if all(len(row) <= 1 for row in rows):  # a frame around text, no table
        for row in rows:
            for cell in row:
                _mixed(cell, out, depth)
        return
    named = [at for at, row in enumerate(rows) if row and all(cell.get("role") == "head" for cell in row)]
    out.add_table([[_line(cell) for cell in row] for row in rows], named[-1] if named[:1] == [0] else None)


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
    """Return an element's text in one line, what was broken or set in paragraphs told apart."""
    parts = [element.text or ""]
    for child in element:
        apart = " " if child.tag in ("lb", *_BLOCKS) else ""
        parts += [apart, _line(child), apart, child.tail or ""]
    return " ".join("".join(parts).split())


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


def _whole(tree: Any, out: Paragraphs) -> None:
    """Write all the text of a page but its furniture."""
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
