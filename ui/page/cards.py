"""The sources of an answer as cards."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import quote as url_quote

from rag.types.answer import Answer, Citation
from rag.types.document import Document, Span
from rag.types.evidence import Passage
from ui.page.excerpt import Quote, excerpt_of
from ui.page.markup import document_address, place_id
from ui.page.texts import Words

__all__ = ["answer_cards", "copied_text"]

Documents = Callable[[str], Document]
"""Finds a document by name."""

_MOST_NEAREST: Final = 5
# What a browser is asked to look for in the document: it finds whole words only, so a whole clause.
_CLAUSE_END: Final = re.compile(r"[，。；：！？,;:!?\s]+")
_SHORTEST_CLAUSE: Final = 4
_LONGEST_CLAUSE: Final = 60


@dataclass(frozen=True, slots=True)
class _Source:
    """What one card shows: raw spans of a document, and the citations that lie in them."""

    document: str
    heading_path: tuple[str, ...]
    spans: tuple[Span, ...]
    citations: tuple[Citation, ...] = ()


def answer_cards(answer: Answer, documents: Documents, turn: int, words: Words) -> str:
    """Return the cards of an answer: what it cites, then what else was found.

    One that abstained and cites nothing gets the nearest passages under a title that says so.
    """
    if answer.abstained and not answer.citations:
        nearest = [_uncited(passage) for passage in answer.passages[:_MOST_NEAREST]]
        title = f'<p class="nearest">{escape(words.nearest)}</p>' if nearest else ""
        return title + _cards(nearest, documents, turn, words)
    cited = _cited(answer, documents)
    others = [_uncited(p) for p in answer.passages if p.id not in {c.passage for c in answer.citations}]
    return _cards(cited, documents, turn, words) + _also_found(others, documents, turn, words)


def copied_text(answer: Answer) -> str:
    """Return an answer and its sources as plain text, for pasting elsewhere."""
    sources = (
        f"[{citation.marker}] {' › '.join(citation.heading_path)}（{citation.document}）"
        for citation in answer.citations
    )
    return "\n\n".join(filter(None, (answer.answer, "\n".join(sources))))


def _cited(answer: Answer, documents: Documents) -> list[_Source]:
    """Gather the citations that lie in one passage; one outside all gets its own paragraph."""
    passages = {passage.id: passage for passage in answer.passages}
    groups: dict[object, list[Citation]] = {}
    for citation in answer.citations:
        key = citation.passage if citation.passage in passages else (citation.document, citation.start)
        groups.setdefault(key, []).append(citation)
    return [_source(group, passages, documents) for group in groups.values()]


def _source(group: Sequence[Citation], passages: dict[int, Passage], documents: Documents) -> _Source:
    first = group[0]
    passage = passages.get(first.passage) if first.passage is not None else None
    spans = passage.spans if passage else _paragraphs_around(first, documents(first.document))
    path = first.heading_path if len(group) == 1 else _shared([citation.heading_path for citation in group])
    return _Source(first.document, path or (first.title,), spans, tuple(group))


def _paragraphs_around(citation: Citation, document: Document) -> tuple[Span, ...]:
    around = [
        block
        for block in document.outline.blocks
        if block.start < citation.end and citation.start < block.end
    ]
    return tuple(around) or (Span(citation.start, citation.end),)


def _shared(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the beginning that heading paths have in common."""
    same = 0
    for titles in zip(*paths, strict=False):
        if len(set(titles)) > 1:
            break
        same += 1
    return paths[0][:same]


def _uncited(passage: Passage) -> _Source:
    return _Source(passage.document, passage.heading_path or (passage.title,), passage.spans)


def _also_found(others: Sequence[_Source], documents: Documents, turn: int, words: Words) -> str:
    if not others:
        return ""
    title = escape(words.also_found.format(count=len(others)))
    cards = _cards(others, documents, turn, words)
    return f'<details class="others"><summary>{title}</summary>{cards}</details>'


def _cards(sources: Iterable[_Source], documents: Documents, turn: int, words: Words) -> str:
    return "".join(_card(source, documents(source.document), turn, words) for source in sources)


def _card(source: _Source, document: Document, turn: int, words: Words) -> str:
    quotes = [Quote(citation.marker, Span(citation.start, citation.end)) for citation in source.citations]
    excerpt = excerpt_of(document, source.spans, quotes)
    whole = ""
    if excerpt.whole:
        summary = escape(words.whole.format(count=f"{excerpt.characters:,}"))
        whole = f'<details class="whole"><summary>{summary}</summary>{excerpt.whole}</details>'
    numbers = "".join(
        f'<span class="number" id="{place_id(turn, citation.marker)}">{citation.marker}</span>'
        for citation in source.citations
    )
    return (
        f'<article class="card{_kind(source)}" tabindex="-1">'
        f'<header><span class="numbers">{numbers}</span>{_breadcrumb(source.heading_path, words)}</header>'
        f'<div class="excerpt">{excerpt.short}</div>{whole}'
        f"<footer>{_document_link(source, document, words)}</footer></article>"
    )


def _kind(source: _Source) -> str:
    if not source.citations:
        return " uncited"
    return " several" if len(source.citations) > 1 else ""


def _breadcrumb(path: Sequence[str], words: Words) -> str:
    """Show a heading path, its article as the card's title."""
    title, *below = (escape(title) for title in path)
    steps = "".join(f"<li>{title}</li>" for title in below)
    trail = f"<ol>{steps}</ol>" if steps else ""
    return f'<nav class="path" aria-label="{escape(words.path)}"><h3>{title}</h3>{trail}</nav>'


def _document_link(source: _Source, document: Document, words: Words) -> str:
    """Name the document, and lead to its text as it was read, at the words quoted first."""
    start = source.citations[0].start if source.citations else source.spans[0].start
    clauses = _CLAUSE_END.split(document.text[start : start + _LONGEST_CLAUSE])
    found = next((clause for clause in clauses if len(clause) >= _SHORTEST_CLAUSE), "")
    text = url_quote(found, safe="").replace("-", "%2D")  # a bare hyphen has a meaning there
    address = f"{document_address(document.name)}#:~:text={text}"
    return (
        f'<span class="document">{escape(document.name)}</span>'
        f'<a class="original" href="{address}" target="_blank" rel="noopener">{escape(words.original)}</a>'
    )
