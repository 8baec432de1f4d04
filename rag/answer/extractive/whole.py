"""A stretch of a document that answers as it stands: the rows of its table, its items or its sentences."""

from typing import Final

from rag.answer.blocks import Block, Line, Quote, line_of
from rag.answer.extractive.context import section_sentence
from rag.answer.extractive.summary import sentences_within
from rag.retrieve.listings import is_bare
from rag.text.tables import tables_of
from rag.types.document import Document, Section, Span

__all__ = ["all_of"]

_MOST: Final = 20  # lines


def all_of(document: Document, span: Span) -> Block:
    """Return a list of a document, or a section with one, as a block."""
    title, lines = _heading(document, span), _rows(document, span)
    if not lines:
        items = _items(document, span)
        lines = [line_of(section_sentence(item), document.name) for item in items]
    if not lines:
        section = Section(title, "section", 0, span.start, span.end, Span(span.start, span.start))
        lines = [line_of(one, document.name) for one in sentences_within(document, section)]
    return Block(tuple(lines[:_MOST]), title=title, is_list=len(lines) > 1)


def _heading(document: Document, span: Span) -> str:
    """Return what the section is called that begins where a stretch does, empty if none does."""
    path = document.outline.path_at(span.start)
    inner = path[-1] if path else None
    return inner.title if inner and inner.start == span.start and not is_bare(inner.title) else ""


def _rows(document: Document, span: Span) -> list[Line]:
    return [
        Line((Quote(row.text, document.name, row.span),))
        for table in tables_of(document)
        if span.start <= table.span.start < span.end
        for row in table.rows
    ]


def _items(document: Document, span: Span) -> list[Section]:
    """Return the outermost sections within a stretch."""
    return [
        child
        for article in document.outline.sections
        for section in article.walk()
        if section.start <= span.start
        for child in section.children
        if span.start < child.start and child.end <= span.end
    ]
