"""Markdown: the text is the file's own, marks and all; CommonMark tells what they mean."""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import accumulate
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.ingest.formats.base import FormatReader, ReadingLimits
from rag.ingest.formats.encoding import decode
from rag.types.document import Markup, MarkupKind, ReadText

__all__ = ["MarkdownReader", "create"]

_FRONT_MATTER: Final = re.compile(  # YAML begins right below its rule
    r"\A---[ \t]*\n(?![ \t]*\n).*?^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE
)
_HTML_HEADING: Final = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.DOTALL | re.IGNORECASE)
_ATTRIBUTES: Final = re.compile(r"\s*\{[#.:][^{}]*\}$")  # of kramdown, Pandoc, Docusaurus
_TAG: Final = re.compile(r"<[^>]*>")
_VERBATIM: Final = ("fence", "code_block", "html_block")


class MarkdownReader:
    """Reads Markdown as CommonMark 0.31 defines it, with tables and front matter."""

    suffixes = (".md", ".markdown")

    def read(self, data: bytes, name: str, limits: ReadingLimits) -> ReadText:
        """Return the decoded text with the markup that its marks stand for; raises ReadError."""
        read = decode(data, name)
        return read._replace(markup=tuple(_Lines(read.text).markup()))


class _Lines:
    def __init__(self, text: str) -> None:
        self._text = text
        # As the parser counts them: a line ends with \n alone.
        self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def markup(self) -> Iterator[Markup]:
        body = self._text
        front = _FRONT_MATTER.match(body)
        if front:
            yield Markup(0, len(front[0].rstrip("\n")), "verbatim")
            body = re.sub("[^\n]", " ", front[0]) + body[front.end() :]
        yield from self._of_tokens(MarkdownIt("commonmark").enable("table").parse(body))

    def _of_tokens(self, tokens: Sequence[Token]) -> Iterator[Markup]:
        depth = 0  # in lists
        in_quote = 0
        opening = -1  # the line that opens the present item
        for index, token in enumerate(tokens):
            lines = token.map
            depth += _nesting(token, "bullet_list", "ordered_list")
            in_quote += _nesting(token, "blockquote")
            if token.type == "list_item_open" and not _is_lonely_number(tokens, index) and lines:
                opening = lines[0]
            if not lines:
                continue
            if token.type == "heading_open" and not in_quote and not depth:
                title = _ATTRIBUTES.sub("", _shown(tokens[index + 1]))
                yield self._heading(lines, int(token.tag[1:]), title)
            elif token.type == "html_block" and _HTML_HEADING.search(token.content):
                yield from self._html(lines)
            elif token.type in _VERBATIM:
                yield self._over(lines, "verbatim")
            elif token.type == "table_open":
                yield from self._table(lines)
            elif token.type == "inline" and tokens[index - 1].type == "paragraph_open":
                if lines[0] == opening and not in_quote:
                    yield self._over(lines, "item", depth, _shown(token))
                elif _is_bold(token) and not depth and not in_quote:
                    yield self._over(lines, "bold", title=_shown(token))

    def _table(self, lines: Sequence[int]) -> Iterator[Markup]:
        """Yield the rows of a table; the second line only draws it."""
        first, last = lines
        for line in range(first, last):
            kind: MarkupKind = "header" if line == first else "verbatim" if line == first + 1 else "row"
            yield self._over((line, line + 1), kind)

    def _html(self, lines: Sequence[int]) -> Iterator[Markup]:
        """Yield the headings of a block of HTML, which goes on to a blank line, and what is between."""
        first, last = lines
        block = self._text[self._starts[first] : self._starts[last]]
        for found in _HTML_HEADING.finditer(block):
            begin = first + block.count("\n", 0, found.start())
            end = first + block.count("\n", 0, found.end()) + 1
            yield self._heading((begin, end), int(found[1]), unescape(_TAG.sub("", found[2])).strip())

    def _heading(self, lines: Sequence[int], level: int, title: str) -> Markup:
        return self._over(lines, "heading", level, title) if title else self._over(lines, "verbatim")

    def _over(self, lines: Sequence[int], kind: MarkupKind, level: int = 0, title: str = "") -> Markup:
        start, end = self._starts[lines[0]], min(self._starts[lines[1]] - 1, len(self._text))
        return Markup(start, end, kind, level, title)


def _nesting(token: Token, *kinds: str) -> int:
    return token.nesting if token.type.removesuffix("_open").removesuffix("_close") in kinds else 0


def _is_lonely_number(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether an item is all there is of an ordered list: a paragraph with a number before it."""
    before = tokens[index - 1]
    if before.type != "ordered_list_open":
        return False
    level = tokens[index].level
    end = next(i for i in range(index, len(tokens)) if tokens[i].level == level and tokens[i].nesting < 0)
    return tokens[end + 1].type == "ordered_list_close"


def _is_bold(token: Token) -> bool:
    children = [child for child in token.children or () if child.type != "text" or child.content.strip()]
    return (
        len(children) >= 3
        and children[0].type == "strong_open"
        and children[-1].type == "strong_close"
        and sum(child.type == "strong_open" for child in children) == 1
    )


def _shown(token: Token) -> str:
    """Return the words of a line as they are seen: no asterisks, no addresses of links."""
    kinds = {"text": None, "code_inline": None, "softbreak": " ", "hardbreak": " "}
    parts = [kinds[child.type] or child.content for child in token.children or () if child.type in kinds]
    return " ".join("".join(parts).split())


def create() -> FormatReader:
    """Make the reader."""
    return MarkdownReader()
