"""What an answer may be made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.types.document import Document, Section, Span

__all__ = ["Evidence", "Listing", "Passage", "Sentence"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: `text` is clean, `span` its raw words in the document."""

    text: str
    span: Span
    block: int  # counts the paragraphs of its passage
    is_heading: bool = False

    @property
    def announces(self) -> bool:
        """Tell whether it ends in a colon: what it says comes after it."""
        return self.text.endswith((":", "："))


@dataclass(frozen=True, slots=True)
class Passage:
    """One or more neighbouring chunks of one section, as shown to a reader."""

    id: int
    document: str
    title: str  # of the article it stands in
    heading_path: tuple[str, ...]
    text: str
    spans: tuple[Span, ...]
    score: float
    fused: float = field(default=0.0, repr=False)  # by both legs: compares across questions
    topic: str = field(default="", repr=False)  # how the article begins that it stands in
    sentences: tuple[Sentence, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """A section whose children may be the items a question asks for; `lead` introduces them.

    `named` tells that the question counts, and names, just these items. The rest is what the score is
    made of: the share of the question that stands in and around the section, in its title, lead and
    items; the cosine; the standing of the best passage inside; how far the counted name is met.
    """

    document: str
    section: Section
    lead: Sentence | None
    score: float
    named: bool
    coverage: float = 0.0
    close: float = 0.0
    cosine: float = 0.0
    near: float = 0.0
    counted: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that an answer may be made of: the best passages and the documents they come from.

    `listings` are the lists of their outlines, the best first. `closest` is the highest cosine of any
    chunk with the question, `strongest` the highest score by both legs: unlike a reranker's, which tells
    candidates apart, these compare across questions. `further` are passages behind the best, in which all
    that a question asks which of are looked for; they are not ranked.
    """

    passages: Sequence[Passage]
    documents: Mapping[str, Document]
    listings: Sequence[Listing] = ()
    closest: float = 0.0
    strongest: float = 0.0
    further: Sequence[Passage] = ()

    @property
    def listing(self) -> Listing | None:
        """The list that fits best."""
        return self.listings[0] if self.listings else None
