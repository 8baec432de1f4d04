"""What an answer is put together of: blocks of lines, each of them the documents' own words."""

from collections.abc import Iterable
from dataclasses import dataclass

from rag.types.document import Span
from rag.types.evidence import Sentence
from rag.types.query import Form

__all__ = ["Block", "Composition", "Line", "Quote", "line_of"]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document as they are shown, and where they stand; no place for words of our own."""

    text: str
    document: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, an item or a row: quotes, one after the other.

    `level` is 1 for what stands below an item: no number, set in.
    """

    quotes: tuple[Quote, ...]
    level: int = 0

    @property
    def text(self) -> str:
        """The line as it reads."""
        return "".join(quote.text for quote in self.quotes)


@dataclass(frozen=True, slots=True)
class Block:
    """What is said of one thing: what it is called, what leads to the lines, and the lines.

    `note` is a word of our own behind the lines, about what is left out or missing.
    """

    lines: tuple[Line, ...]
    title: str = ""
    lead: Line | None = None
    is_list: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Composition:
    """An answer before it is written: its form and blocks.

    `missing` is what of the question was not found, `highlights` are the words that answer. One that
    `tells_parts` answers the parts of its question too: a section summed up, who wrote an article.
    """

    form: Form
    blocks: tuple[Block, ...]
    missing: tuple[str, ...] = ()
    highlights: tuple[str, ...] = ()
    tells_parts: bool = False

    @property
    def lines(self) -> Iterable[Line]:
        """All lines, what leads to them included."""
        for block in self.blocks:
            if block.lead:
                yield block.lead
            yield from block.lines


def line_of(sentence: Sentence, document: str) -> Line:
    """Return a sentence as a line."""
    return Line((Quote(sentence.text, document, sentence.span),))
