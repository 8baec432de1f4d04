"""A document: what a file says, its outline, its chunks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

__all__ = [
    "AS_IT_STANDS",
    "MARKDOWN_SUFFIXES",
    "Chunk",
    "Document",
    "DocumentInfo",
    "Junk",
    "Markup",
    "MarkupKind",
    "Outline",
    "ReadText",
    "Section",
    "Span",
]


class Span(NamedTuple):
    """Raw text from `start` up to `end`, in Unicode code points of the document's text."""

    start: int
    end: int


MarkupKind = Literal["heading", "bold", "item", "verbatim", "header", "row", "contents"]
MARKDOWN_SUFFIXES: Final = (".md", ".markdown")
AS_IT_STANDS: Final = ("verbatim", "header", "row")
"""Markup in which there are no headings, and each line is a block of its own."""


class Markup(NamedTuple):
    """What a file says of a stretch of its text, by its styles, tags, fonts or marks.

    A `heading` has a level, 0 for a title, then 1 for the highest; `bold` is a paragraph that is
    emphasised as a whole; an `item` stands in a list, its level is the depth, from 1; `verbatim` text is
    code; a `header` is the row of a table that names its columns, a `row` any other; `contents` is a line
    of a table of contents.
    `title` is what a reader sees where the text holds marks as well, empty where it holds none.
    """

    start: int
    end: int
    kind: MarkupKind
    level: int = 0
    title: str = ""


class ReadText(NamedTuple):
    """The text of a file, the encoding it was read in and how sure that is (0 to 1), and its markup.

    The markup is in the order of the text, and no stretch overlaps another.
    """

    text: str
    encoding: str
    confidence: float = 1.0
    markup: tuple[Markup, ...] = ()


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

    @property
    def has_marks(self) -> bool:
        """Tell whether its text has the marks of Markdown in it, which a reader need not see."""
        return self.name.lower().endswith(MARKDOWN_SUFFIXES)


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
