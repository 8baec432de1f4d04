"""From an outline to chunks: whole sections where they fit, else points, else sentences."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rag.text.sentences import clean, sentence_ends
from rag.types.document import Chunk, Document, Section, Span

__all__ = ["chunks_of"]


_TINY: Final = 24  # tokens; a smaller chunk joins its neighbour


@dataclass(frozen=True, slots=True)
class _Part:
    """A run of raw pieces under one heading path, and how many tokens it holds."""

    path: tuple[str, ...]
    pieces: tuple[Span, ...]
    tokens: int


def chunks_of(document: Document, budget: int, count: Callable[[str], int]) -> list[Chunk]:
    """Cut a document into chunks of at most `budget` tokens, unless one sentence is longer.

    The chunks are in document order, never overlap, and hold every character of every block but
    white space. `count` tells how many tokens a text has.
    """
    splitter = _Splitter(document.shown, document.outline.blocks, budget, count)
    parts: list[_Part] = []
    end = len(document.text)
    for span, section in _gaps(Span(0, end), document.outline.sections):
        parts += splitter.split(section, ()) if section else splitter.split_text(span, (document.title,))
    return [
        Chunk(part.path, part.pieces, clean(document.shown, part.pieces).text)
        for part in splitter.join_tiny(parts)
    ]


def _gaps(whole: Span, sections: Sequence[Section]) -> Iterator[tuple[Span, Section | None]]:
    """Yield the sections inside a span and the text between them, in order."""
    position = whole.start
    for section in sections:
        if position < section.start:
            yield Span(position, section.start), None
        yield Span(section.start, section.end), section
        position = section.end
    if position < whole.end:
        yield Span(position, whole.end), None


class _Splitter:
    def __init__(self, raw: str, blocks: Sequence[Span], budget: int, count: Callable[[str], int]) -> None:
        self.raw = raw
        self.blocks = blocks
        self.starts = [block.start for block in blocks]
        self.budget = budget
        self._count = count
        self._counted: dict[Span, int] = {}

    def split(self, section: Section, above: tuple[str, ...]) -> list[_Part]:
        """Return a section as one part if it fits, else its own text and its children apart."""
        path = (*above, section.title)
        whole = self._part(Span(section.start, section.end), path)
        has_headings = any(child.kind != "point" for child in section.children)
        if whole.tokens <= self.budget and not has_headings:
            return [whole]
        parts: list[_Part] = []
        for span, child in _gaps(Span(section.start, section.end), section.children):
            parts += self.split(child, path) if child else self.split_text(span, path)
        return self._join_points(parts, path, section)

    def split_text(self, span: Span, path: tuple[str, ...]) -> list[_Part]:
        """Return a text without headings as parts of whole sentences."""
        whole = self._part(span, path)
        if not whole.pieces:
            return []
        if whole.tokens <= self.budget:
            return [whole]
        sentences = [
            self._part(sentence, path) for piece in whole.pieces for sentence in self._sentences(piece)
        ]
        return self._fill(sentences, path)

    def _fill(self, parts: Sequence[_Part], path: tuple[str, ...]) -> list[_Part]:
        """Join neighbours for as long as they fit."""
        filled: list[_Part] = []
        for part in parts:
            if filled and filled[-1].tokens + part.tokens < self.budget:
                filled[-1] = self._merge(filled[-1], part, path)
            else:
                filled.append(part)
        return filled

    def _join_points(self, parts: list[_Part], path: tuple[str, ...], section: Section) -> list[_Part]:
        """Put the heading, or the sentence that leads to a list, with the part it leads to."""
        if len(parts) < 2 or parts[0].tokens + parts[1].tokens >= self.budget or parts[0].path != path:
            return parts
        only_heading = parts[0].pieces[-1].end <= section.heading.end
        if not only_heading and parts[0].tokens >= _TINY:
            return parts
        return [self._merge(parts[0], parts[1], path), *parts[2:]]

    def join_tiny(self, parts: Sequence[_Part]) -> list[_Part]:
        """Let a tiny part join the one before it under the same parent, where that has room."""
        joined: list[_Part] = []
        for part in parts:
            before = joined[-1] if joined else None
            siblings = (
                before is not None
                and before.path[:1] == part.path[:1]
                and before.path[:-1] == part.path[: len(before.path) - 1]
            )
            if before and siblings and part.tokens < _TINY and before.tokens + part.tokens < self.budget:
                joined[-1] = self._merge(before, part, before.path)
            else:
                joined.append(part)
        return joined

    def _merge(self, first: _Part, second: _Part, path: tuple[str, ...]) -> _Part:
        last, head = first.pieces[-1], second.pieces[0]
        if self._in_one_block(last, head):
            pieces = (*first.pieces[:-1], Span(last.start, head.end), *second.pieces[1:])
        else:
            pieces = first.pieces + second.pieces
        return replace(first, path=path, pieces=pieces, tokens=first.tokens + second.tokens + 1)

    def _in_one_block(self, first: Span, second: Span) -> bool:
        block = self.blocks[max(0, bisect_right(self.starts, first.start) - 1)]
        return block.start <= first.start and second.end <= block.end

    def _part(self, span: Span, path: tuple[str, ...]) -> _Part:
        pieces = tuple(self._blocks_within(span))
        return _Part(path, pieces, sum(map(self._tokens, pieces)) + len(pieces) - 1 if pieces else 0)

    def _tokens(self, piece: Span) -> int:
        """Count a piece's tokens, once: it is looked at as a part of every section around it."""
        if piece not in self._counted:
            self._counted[piece] = self._count(clean(self.raw, [piece]).text)
        return self._counted[piece]

    def _blocks_within(self, span: Span) -> Iterator[Span]:
        for index in range(max(0, bisect_right(self.starts, span.start) - 1), len(self.blocks)):
            block = self.blocks[index]
            if block.start >= span.end:
                return
            inside = Span(max(block.start, span.start), min(block.end, span.end))
            if inside.start < inside.end and self.raw[inside.start : inside.end].strip():
                yield inside

    def _sentences(self, piece: Span) -> Iterator[Span]:
        text = clean(self.raw, [piece])
        start = 0
        for end in sentence_ends(text.text):
            if text.text[start:end].strip():
                yield text.span(start, end)
            start = end
