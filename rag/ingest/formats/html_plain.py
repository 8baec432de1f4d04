"""Careless web pages set right: text that stands in no paragraph is put in one."""

import re
from typing import Any, Final

import lxml.html

__all__ = ["make_plain"]

_FRAMES: Final = frozenset("div center font".split())  # noqa: SIM905
_HOLDERS: Final = frozenset("body main article section td blockquote dd".split()) | _FRAMES  # noqa: SIM905
_BLOCKS: Final = frozenset(
    "address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6"  # noqa: SIM905
    " header hr li main nav ol p pre script section style table tbody td tfoot th thead tr ul".split()
)
_NAMES: Final = frozenset({"class", "id", "role"})
_SENTENCE_END: Final = re.compile(r"[。！？…]|[.!?](?:\s|$)")
_SENTENCES: Final = 2
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_ANCHORS: Final = frozenset(("", "#", "¶", "§", "🔗"))  # the link to itself that tools put in a heading


def make_plain(tree: Any) -> None:
    """Change a page in place: frames in frames go, bare text becomes a paragraph, what is hidden goes.

    Pages are made of <div> and <br> where HTML has <p> (HTML 5, 4.4.1); what looks for the main
    content looks for paragraphs.
    """
    for element in list(tree.iter()):
        if element.getparent() is None:
            continue
        if element.tag in _FRAMES and _is_frame(element):
            element.drop_tag()
        elif not isinstance(element.tag, str) or "hidden" in element.attrib or _is_anchor(element):
            element.drop_tree()
    for element in list(tree.iter(*_HOLDERS)):
        if not any(child.tag in _BLOCKS or _holds_blocks(child) for child in element):
            if element.tag in _FRAMES and not _is_inside_a_line(element):
                element.tag = "p" if _is_prose(element) else "div"
        else:
            _wrap(element)


def _is_frame(element: Any) -> bool:
    """Tell whether an element holds one other and nothing else, and has no name to know it by."""
    return (
        len(element) == 1
        and element[0].tag in _BLOCKS
        and not (element.text or "").strip()
        and not (element[0].tail or "").strip()
        and not _NAMES & set(element.attrib)
    )


def _is_prose(element: Any) -> bool:
    """Tell whether a frame is a paragraph: one with a name may be a line of links, or a disclaimer."""
    text = element.text_content()
    if _NAMES & set(element.attrib):
        return len(_SENTENCE_END.findall(text)) >= _SENTENCES
    return bool(text.strip())


def _is_anchor(element: Any) -> bool:
    """Tell whether an element is a heading's link to itself, or a heading of nothing else."""
    if element.tag not in ("a", *_HEADINGS) or element.text_content().strip() not in _ANCHORS:
        return False
    return element.tag != "a" or any(above.tag in _HEADINGS for above in element.iterancestors())


def _holds_blocks(element: Any) -> bool:
    return element.tag in ("span", "font", "a", "b", "strong") and any(c.tag in _BLOCKS for c in element)


def _is_inside_a_line(element: Any) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag not in _HOLDERS


def _wrap(holder: Any) -> None:
    """Put each run of text between a holder's blocks into a paragraph."""
    run: Any = None

    def paragraph() -> Any:
        nonlocal run
        if run is None:
            run = lxml.html.Element("p")
        return run

    children = list(holder)
    content = [] if not (holder.text or "").strip() else [holder.text]
    if content:
        paragraph().text, holder.text = holder.text, None
    kept: list[Any] = []
    for child in children:
        tail, child.tail = child.tail, None
        if child.tag in _BLOCKS or _holds_blocks(child):
            if run is not None:
                kept.append(run)
                run = None
            kept.append(child)
        else:
            paragraph().append(child)
        if tail and (tail.strip() or run is not None):
            if run is not None and len(run):
                run[-1].tail = (run[-1].tail or "") + tail
            else:
                paragraph().text = (paragraph().text or "") + tail
    if run is not None:
        kept.append(run)
    holder[:] = [item for item in kept if item.tag != "p" or len(item) or (item.text or "").strip()]
