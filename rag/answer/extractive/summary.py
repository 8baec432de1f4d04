"""A section summed up: whose it is, then its headings in order, each with the sentence that says most."""

from collections.abc import Iterator, Sequence
from typing import Final

from rag.answer.blocks import Block, Line, Quote, line_of
from rag.answer.extractive.naming import name_of
from rag.answer.extractive.sections import SectionFound
from rag.answer.messages import left_out
from rag.retrieve.listings import is_bare
from rag.retrieve.relevance import Relevance
from rag.text.normalize import fold
from rag.text.sentences import as_read, clean, sentence_ends
from rag.types.document import Document, Section, Span
from rag.types.evidence import Sentence

__all__ = ["sentences_within", "summed_up"]

_MOST_ITEMS: Final = 12
_MOST_READ: Final = 8  # sentences of an item of which one is taken
_FEWEST: Final = 2  # headings below a heading that say more than a sentence does
_MOST_BELOW: Final = 6
_MOST_FLAT: Final = 5  # sentences of a section without headings
_SHORTEST: Final = 12  # characters of a sentence that says something
_USUAL: Final = 100  # characters above which a sentence says too much for one line
_FIRST: Final = 0.12  # what it counts, as a cosine, that a sentence comes first
_OF_QUESTION: Final = 0.5  # what nearness to the question counts beside nearness to the heading
_TOO_LONG: Final = 0.002  # of a cosine, for each character above the usual length


def summed_up(question: Relevance, found: SectionFound, with_sentences: bool = True) -> Block:
    """Return a section as a block; `with_sentences` gives each heading the sentence that says most."""
    document, items = found.document, found.items
    title = name_of(found.document, found.path)
    if len(items) < 2:
        flat = _flat(document, found.section)
        return Block(tuple(line_of(one, document.name) for one in flat), title=title)
    lines = [
        line for item in items[:_MOST_ITEMS] for line in _lines(question, document, item, with_sentences)
    ]
    note = left_out(len(items) - _MOST_ITEMS, question.query.language) if len(items) > _MOST_ITEMS else ""
    return Block(tuple(lines), title=title, is_list=True, note=note)


def _lines(question: Relevance, document: Document, item: Section, with_sentences: bool) -> Iterator[Line]:
    """Yield a heading and, below it, its own headings or the sentence that says most."""
    if not with_sentences:
        yield Line((Quote(item.title, document.name, item.heading),))
        return
    below = [child for child in item.children if not is_bare(child.title)]
    said = _says_most(question, item.title, sentences_within(document, item)[:_MOST_READ])
    if len(below) < _FEWEST and said and fold(item.title) in fold(said.text):
        yield line_of(said, document.name)
        return
    yield Line((Quote(item.title, document.name, item.heading),))
    if len(below) >= _FEWEST:
        for child in below[:_MOST_BELOW]:
            yield Line((Quote(child.title, document.name, child.heading),), level=1)
    elif said:
        yield Line((Quote(said.text, document.name, said.span),), level=1)


def _says_most(question: Relevance, heading: str, sentences: Sequence[Sentence]) -> Sentence | None:
    telling = [one for one in sentences if len(one.text) >= _SHORTEST and not one.is_heading]
    if not telling:
        return None
    texts = [one.text for one in telling]
    near = question.nearness(heading, texts) + _OF_QUESTION * question.similarity(texts)
    near[0] += _FIRST
    over = [max(0, len(text) - _USUAL) * _TOO_LONG for text in texts]
    return telling[int((near - over).argmax())]


def _flat(document: Document, section: Section) -> list[Sentence]:
    """Return the first sentence of each paragraph, or of one paragraph its sentences."""
    sentences = [one for one in sentences_within(document, section) if len(one.text) >= _SHORTEST]
    firsts = [one for at, one in enumerate(sentences) if at == 0 or one.block != sentences[at - 1].block]
    return (firsts if len(firsts) > 1 else sentences)[:_MOST_FLAT]


def sentences_within(document: Document, section: Section) -> list[Sentence]:
    """Return the sentences of a section behind its heading, those of the sections in it included."""
    found: list[Sentence] = []
    for number, block in enumerate(document.outline.blocks):
        inside = Span(max(block.start, section.heading.end), min(block.end, section.end))
        if inside.start >= inside.end or not document.shown[inside.start : inside.end].strip():
            continue
        text = clean(document.shown, [inside])
        start = 0
        for end in sentence_ends(text.text):
            shown = as_read(text.text[start:end].strip(" ：:"), document.has_marks)
            if shown:
                found.append(Sentence(shown, text.span(start, end), number))
            start = end
    return found
