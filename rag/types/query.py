"""A question, as it is understood."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from rag.types.document import Span

__all__ = ["Form", "Language", "Meaning", "Pointed", "Query", "Turn"]

Language = Literal["zh-Hans", "zh-Hant", "en"]

Form = Literal[
    "fact",
    "definition",
    "list",
    "count",
    "summary",
    "which",
    "compare",
    "why",
    "how",
    "yes-no",
    "table",
    "case",
    "several",
    "near-miss",
    "nothing",
]
"""What kind of answer is written."""


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
    there is called by, `unwritten` a name that nobody puts in other words and no document writes, and
    `called` the one very like it that a document does write, by which the text asks instead.
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
    called: str = ""
    item: int = 0
    pointed: "Pointed | None" = None


class Pointed(NamedTuple):
    """The item of a list that a question points to, and where it was found if not in the turns before."""

    text: str
    document: str | None = None
    span: Span | None = None
