"""What is answered, and the exact words it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rag.types.document import Document, Span
from rag.types.evidence import Passage
from rag.types.query import Form, Language

__all__ = ["Answer", "Citation", "Claim", "Draft", "Event"]


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
    passages, marker `[n]` means the evidence's `passages[n - 1]`, or `shown[n - 1]` if it tells what it was
    shown; any number may stand in it, and none has to: what each sentence rests on is found by its words.
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
    form: Form | None = None  # that was written, if the backend tells
    missing: tuple[str, ...] = ()  # what of the question was not found
    highlights: tuple[str, ...] = ()  # words of the text that answer
    shown: tuple[Passage, ...] = ()  # what the markers number, if not the evidence's passages


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
    form: Form | None = None  # what kind of answer it is, if the backend tells
    highlights: tuple[tuple[int, int], ...] = ()  # the words that answer, in characters of its text
    missing: tuple[str, ...] = ()  # what of the question was not found, in the asker's words
    documents: Mapping[str, Document] = field(default_factory=dict, repr=False, compare=False)
    """What it was made from, as the documents were when it was asked; for who shows it, kept nowhere."""


Event = tuple[Passage, ...] | str | Answer
"""What a streamed answer is made of: the passages once, then text, then the whole answer.

The text is empty where nothing has come for a while. What a language model wrote may differ from
the answer, which takes its place.
"""
