"""The words of the domain, in the order in which a document and then a question meets them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from rag.text.normalize import Language

__all__ = [
    "Answer",
    "Chunk",
    "Citation",
    "Claim",
    "Document",
    "DocumentInfo",
    "Draft",
    "Event",
    "Evidence",
    "Junk",
    "Listing",
    "Markup",
    "MarkupKind",
    "Meaning",
    "Outline",
    "Part",
    "Passage",
    "Pointed",
    "Query",
    "Section",
    "Sentence",
    "Span",
    "Turn",
]


class Span(NamedTuple):
    """Raw text from `start` up to `end`, in Unicode code points of the document's text."""

    start: int
    end: int


MarkupKind = Literal["heading", "bold", "item", "verbatim", "contents"]


class Markup(NamedTuple):
    """What a file says of a stretch of its text, by its styles, tags, fonts or marks.

    A `heading` has a level, 0 for a title, then 1 for the highest; `bold` is a paragraph that is
    emphasised as a whole; an `item` stands in a list, its level is the depth, from 1; in `verbatim`
    text (code, rows of a table) there are no headings; `contents` is a line of a table of contents.
    `title` is what a reader sees where the text holds marks as well, empty where it holds none.
    """

    start: int
    end: int
    kind: MarkupKind
    level: int = 0
    title: str = ""


class Junk(NamedTuple):
    """Raw text that is set aside, and the rule that says so."""

    start: int
    end: int
    rule: str


SectionKind = Literal["article", "section", "point"]


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the outline: an article, a headed section, or a run-in point such as 一是….

    `start`/`end` hold the whole section, heading and children included; `heading` is the raw span
    of the heading or lead; `title` is that heading cleaned, without its number.
    """

    title: str
    kind: SectionKind
    level: int
    start: int
    end: int
    heading: Span
    children: tuple["Section", ...] = ()

    def walk(self) -> Iterator["Section"]:
        """Yield this section and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Outline:
    """What the rules found in a text: its title, tree, paragraphs and junk.

    `blocks` are the paragraphs and headings, hard line breaks inside them; `junk` is the text set
    aside. Both are in document order and never overlap.
    """

    title: str
    sections: tuple[Section, ...]
    blocks: tuple[Span, ...]
    junk: tuple[Junk, ...] = ()

    def shown(self, text: str) -> str:
        """Return the text with a line break for every character of junk: nothing changes its place."""
        parts: list[str] = []
        position = 0
        for start, end, _ in self.junk:
            parts += [text[position:start], "\n" * (end - start)]
            position = end
        return "".join(parts) + text[position:] if parts else text

    def path_at(self, position: int) -> tuple[Section, ...]:
        """Return the sections around a position, outermost first."""
        path: list[Section] = []
        level = self.sections
        while inner := next((s for s in level if s.start <= position < s.end), None):
            path.append(inner)
            level = inner.children
        return tuple(path)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the library keeps it; every offset counts code points of `text`.

    `encoding` is the one its file was read in (the name of the format where that has none of its
    own), `confidence` how sure it is, from 0 to 1.
    """

    name: str
    text: str
    outline: Outline
    encoding: str
    sha256: str  # of the file's bytes
    source: str  # where it was read from
    confidence: float = 1.0
    markup: tuple[Markup, ...] = ()
    shown: str = field(init=False, repr=False, compare=False)  # `text`, its junk blanked out

    def __post_init__(self) -> None:
        object.__setattr__(self, "shown", self.outline.shown(self.text))

    @property
    def title(self) -> str:
        """The document's title as the outline found it."""
        return self.outline.title


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """One line of the catalogue."""

    name: str
    title: str
    characters: int
    chunks: int
    encoding: str
    confidence: float
    sha256: str
    source: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit that is embedded and indexed: whole blocks or sentences of one section.

    `pieces` are the raw spans it covers, one a block; `path` the titles above it, outermost first.
    """

    path: tuple[str, ...]
    pieces: tuple[Span, ...]
    text: str  # cleaned


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


class Meaning(NamedTuple):
    """An English word or phrase of a question and the words of the library that it may stand for.

    All are normalised; `shares` say how probable each is beside the first, which has 1.
    """

    word: str
    alternatives: tuple[str, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was understood: `text` stands alone, `asked` is what was typed.

    `focus` is what is asked now: `text` without the topic that the turns before brought. `meant` is
    what the words of an English question may be called in the library, `unknown` those that nothing
    there is called by, `unwritten` a name that nobody puts in other words and no document writes.
    `item` is the number of the item, -1 for the last, of a list that the turns before speak of and do
    not name it; 0 if none is asked for. `pointed` is the item.
    """

    asked: str
    text: str
    focus: str
    language: Language
    documents: tuple[str, ...] | None = None
    history: tuple[Turn, ...] = ()
    meant: tuple[Meaning, ...] = ()
    unknown: tuple[str, ...] = ()
    unwritten: str = ""
    item: int = 0
    pointed: "Pointed | None" = None


class Pointed(NamedTuple):
    """The item of a list that a question points to, and where it was found if not in the turns before."""

    text: str
    document: str | None = None
    span: Span | None = None


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
    candidates apart, these compare across questions.
    `parts` are the questions put at once, none if it is only one.
    """

    passages: Sequence[Passage]
    documents: Mapping[str, Document]
    listings: Sequence[Listing] = ()
    closest: float = 0.0
    strongest: float = 0.0
    parts: tuple["Part", ...] = ()

    @property
    def listing(self) -> Listing | None:
        """The list that fits best."""
        return self.listings[0] if self.listings else None


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions that a question puts at once, and the evidence for it alone.

    `label` names which of the compared it is about; it is empty where nothing is compared.
    """

    label: str
    query: Query
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Citation:
    """The words an answer relies on: `quote == document_text[start:end]`, always.

    `passage` is the id of the passage it was taken from, None when it lies outside all of them.
    """

    marker: int
    document: str
    title: str
    heading_path: tuple[str, ...]
    quote: str
    start: int
    end: int
    score: float
    passage: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer, from `start` up to `end` of its text, and whether its citations support it.

    `support` is the share of what it says that its citations hold, between 0 and 1.
    """

    start: int
    end: int
    markers: tuple[int, ...]
    supported: bool
    support: float


@dataclass(frozen=True, slots=True)
class Draft:
    """What a backend has written when it is done: text with markers and what they point to.

    If it `cites` sources, `sources[n - 1]` is the (document, span) of marker `[n]`. If it cites
    passages, marker `[n]` means the evidence's `passages[n - 1]`, and any number may stand in it.
    `notice` is what its reader has to be told about it, in the language of the question. `confidence` is
    the probability, if the backend tells, that the evidence answers the question. One that is made of
    `quotes_only` loses the sentences that its quotations do not support; in any other they are marked.
    """

    text: str
    sources: tuple[tuple[str, Span], ...]
    abstained: bool
    model: str | None = None
    cites: Literal["sources", "passages"] = "sources"
    quotes_only: bool = False
    confidence: float | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer, as every door gives it out."""

    answer: str
    abstained: bool
    language: Language
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    backend: str
    model: str | None
    timings_ms: Mapping[str, float]
    request_id: str
    understood: str  # the question as it was searched for
    confidence: float | None = None  # probability that the passages answer it, if the backend tells
    claims: tuple[Claim, ...] = ()  # the sentences of the answer, and whether they are supported
    notice: str | None = None  # what its reader has to be told about it
    documents: Mapping[str, Document] = field(default_factory=dict, repr=False, compare=False)
    """What it was made from, as the documents were when it was asked; for who shows it, kept nowhere."""


Event = tuple[Passage, ...] | str | Answer
"""What a streamed answer is made of: the passages once, then text, then the whole answer.

The text is empty where nothing has come for a while. What a language model wrote may differ from
the answer, which takes its place.
"""
