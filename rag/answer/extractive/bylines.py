"""Who wrote an article, and where they work: its title with the lines that say so."""

from rag.answer.blocks import Block, line_of
from rag.answer.extractive.naming import name_of
from rag.answer.extractive.sections import SectionFound
from rag.text.patterns import is_byline
from rag.text.sentences import as_read, clean
from rag.types.document import Document, Section
from rag.types.evidence import Sentence

__all__ = ["written_by"]


def written_by(found: SectionFound) -> Block | None:
    """Return the bylines of the article that a section stands in, None if it has none."""
    article = found.path[0]
    lines = tuple(line_of(one, found.document.name) for one in _bylines(found.document, article))
    return Block(lines, title=name_of(found.document, found.path[:1])) if lines else None


def _bylines(document: Document, article: Section) -> list[Sentence]:
    found = []
    for number, block in enumerate(document.outline.blocks):
        if article.start <= block.start and block.end <= article.end:
            text = clean(document.shown, [block])
            shown = as_read(text.text.strip(), document.has_marks)
            if is_byline(shown):
                found.append(Sentence(shown, block, number))
    return found
