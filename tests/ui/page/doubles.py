"""Documents and answers of a few lines, made by hand so that a test shows all there is to know."""

import hashlib
import re
from html import unescape

from rag.types.answer import Answer, Citation
from rag.types.document import Document, Outline, Section, Span
from rag.types.evidence import Passage

__all__ = ["answer", "citation", "document", "find", "passage", "section", "visible"]


def document(
    text: str, name: str = "通知.txt", sections: tuple[Section, ...] = (), title: str = "通知"
) -> Document:
    """Make a document whose paragraphs are parted by blank lines; single breaks are hard ones."""
    blocks = tuple(Span(*match.span()) for match in re.finditer(r"(?:.+\n?)+", text))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(name, text, Outline(title, sections, blocks), "utf-8", digest, f"/{name}")


def find(doc: Document, words: str) -> Span:
    """Return where words stand in a document's raw text."""
    start = doc.text.index(words)
    return Span(start, start + len(words))


def passage(doc: Document, *spans: Span, id: int = 1, path: tuple[str, ...] = ("通知", "总则")) -> Passage:
    """Make a passage of raw spans; of the whole document if none is given."""
    spans = spans or (Span(0, len(doc.text)),)
    return Passage(id, doc.name, path[0], path, doc.text, spans, 0.5)


def citation(
    doc: Document,
    words: str,
    marker: int = 1,
    passage: int | None = 1,
    path: tuple[str, ...] = ("通知", "总则"),
) -> Citation:
    """Cite words of a document."""
    start, end = find(doc, words)
    return Citation(marker, doc.name, path[0], path, words, start, end, 0.5, passage)


def answer(
    text: str, citations: tuple[Citation, ...], passages: tuple[Passage, ...], **more: object
) -> Answer:
    """Make an answer; it abstained unless it cites."""
    given: dict[str, object] = {
        "abstained": not citations,
        "language": "zh-Hans",
        "backend": "echo",
        "model": None,
        "timings_ms": {},
        "request_id": "0",
        "understood": "问",
    }
    return Answer(answer=text, citations=citations, passages=passages, **(given | more))  # type: ignore[arg-type]


def section(title: str, *children: Section, kind: str = "section") -> Section:
    """Make a section of which only the title matters."""
    return Section(title, kind, 1, 0, 0, Span(0, 0), children)  # type: ignore[arg-type]


def visible(html: str) -> str:
    """Return what a reader sees of HTML: no tags, entities resolved."""
    return unescape(re.sub(r"<[^>]*>", "", html))
