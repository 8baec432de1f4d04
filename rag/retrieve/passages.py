"""From candidates to passages: neighbours merged, text cleaned, sentences traceable."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import zip_longest
from typing import Final

from rag.retrieve.retriever import RankedChunk
from rag.store.indexes import Snapshot
from rag.store.library import StoredChunk
from rag.text.code import code_at
from rag.text.marks import CLOSING_BRACKETS, COLONS, SEMICOLONS, TERMINAL
from rag.text.normalize import fold
from rag.text.sentences import as_read, clean, sentence_ends
from rag.text.tables import row_at, table_at
from rag.types.document import Document, Span
from rag.types.evidence import Passage, Sentence
from rag.types.query import Query

__all__ = ["LaidOut", "PassageBuilder", "in_turn", "laid_out", "standings", "topic_of"]

_TOPIC: Final = 400  # characters
_LONGEST: Final = 1200  # characters of merged neighbours
_LONGEST_TITLE: Final = 60  # a line of its own that is not closed like a sentence
_CLOSED: Final = re.compile(f"[{TERMINAL}{COLONS}{SEMICOLONS}{CLOSING_BRACKETS}]$")
_NEARLY: Final = 0.6  # of a candidate's score by both legs
_SHORTEST_NAME: Final = 4  # characters of a title by which a question can name a document
_NO_WORD: Final = re.compile(r"\W+")
_MERGED_FROM: Final = 5  # neighbours are looked for among the best 5 k candidates


LaidOut = tuple[str, list[tuple[int, int]]]
"""A text, and where in it each sentence stands."""


class PassageBuilder:
    """Makes passages of a library's chunks, as it is in one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._library = snapshot.library

    def document(self, name: str) -> Document:
        """Return a document."""
        return self._snapshot.document(name)

    def unknown(self, names: Iterable[str]) -> list[str]:
        """Return those of some names that no document has."""
        wanted = dict.fromkeys(names)
        known = self._library.hashes() if wanted else {}
        return [name for name in wanted if name not in known]

    def passages(
        self, candidates: Sequence[RankedChunk], k: int, query: Query | None = None
    ) -> list[Passage]:
        """Return at most `k` passages, best first: each the best chunk left and its good neighbours.

        At most half of them, rounded up, come of one document where others have candidates nearly as
        good, unless the query names it.
        """
        best = candidates[: k * _MERGED_FROM]
        chunks = self._snapshot.chunks(candidate.id for candidate in best)
        documents = {name: self.document(name) for name in {c.document for c in chunks.values()}}
        left = {(chunk.document, chunk.ordinal): chunk for chunk in chunks.values()}
        groups: list[tuple[RankedChunk, list[StoredChunk]]] = []
        for candidate in best:
            chunk = chunks.get(candidate.id)
            if chunk and (chunk.document, chunk.ordinal) in left:
                groups.append((candidate, _with_neighbours(chunk, left)))
        named = {name for name, document in documents.items() if query and _is_about(query, document)}
        chosen = _of_many_documents([(found, group[0].document) for found, group in groups], k, named)
        return [
            _passage(chunks, documents[chunks[0].document], found.score, found.fused)
            for found, chunks in (groups[place] for place in chosen)
        ]

    def whole(self, name: str, score: float) -> Passage:
        """Return all of a document as one passage; raises UnknownDocumentError."""
        return _passage(self._library.chunks_of(name), self.document(name), score, score)


def _of_many_documents(found: Sequence[tuple[RankedChunk, str]], k: int, named: Set[str]) -> list[int]:
    """Return the places of the `k` candidates to show: not too many of a document that is not named."""
    most = -(-k // 2)
    counts: Counter[str] = Counter()
    chosen: list[int] = []
    put_off: list[int] = []
    for place, (candidate, document) in enumerate(found):
        is_too_weak = bool(put_off) and candidate.fused < _NEARLY * found[put_off[0]][0].fused
        if is_too_weak or (document not in named and counts[document] == most):
            put_off.append(place)
        elif len(chosen) < k:
            chosen.append(place)
            counts[document] += 1
    return sorted([*chosen, *put_off[: k - len(chosen)]])


def _is_about(query: Query, document: Document) -> bool:
    """Tell whether a question is put to one document alone, or holds its title."""
    title = _NO_WORD.sub("", fold(document.title))
    return (query.documents is not None and len(query.documents) == 1) or (
        len(title) >= _SHORTEST_NAME and title in _NO_WORD.sub("", fold(query.text))
    )


def standings(count: int) -> list[float]:
    """Return how much each of some passages counts by its place alone: from 1 for the best to above 0.5.

    Scores differ in kind from one reranker to the next; the order is what they share.
    """
    return [1 - place / (2 * count) for place in range(count)]


def laid_out(passage: Passage) -> LaidOut:
    """Return a passage under its headings, as a network reads it, and where in it each sentence stands."""
    text = " ".join(passage.heading_path) + "\n"
    places = []
    for sentence in passage.sentences:
        places.append((len(text), len(text) + len(sentence.text)))
        text += sentence.text
    return text, places


def _passage(group: Sequence[StoredChunk], document: Document, score: float, fused: float) -> Passage:
    """Make one passage of neighbouring chunks of one document."""
    pieces = _joined([piece for chunk in group for piece in chunk.pieces], document)
    path = _common_path([chunk.path for chunk in group])
    return Passage(
        id=group[0].id,
        document=document.name,
        title=path[0] if path else document.title,
        heading_path=path,
        text=clean(document.shown, pieces).text,
        spans=tuple(_contiguous(pieces, document.text)),
        score=score,
        fused=fused,
        topic=topic_of(document, pieces[0].start),
        sentences=tuple(_sentences(document, pieces)),
    )


def in_turn(found: Sequence[Sequence[Passage]], others: Sequence[Passage], k: int) -> list[Passage]:
    """Return at most `k` passages: the first of each list, the second of each, then the others.

    One that shares words with a passage before it is left out.
    """
    taken: list[Passage] = []
    for passage in [*(p for row in zip_longest(*found) for p in row if p), *others]:
        if len(taken) < k and not any(_is_in(passage.document, span, taken) for span in passage.spans):
            taken.append(passage)
    return taken


def _is_in(document: str, span: Span, passages: Sequence[Passage]) -> bool:
    return any(
        passage.document == document and any(s.start < span.end and span.start < s.end for s in passage.spans)
        for passage in passages
    )


def topic_of(document: Document, position: int) -> str:
    """Return how the article at a position begins: what its paragraphs take for granted."""
    path = document.outline.path_at(position)
    start = path[0].start if path else 0
    return document.text[start : start + _TOPIC]


def _with_neighbours(chunk: StoredChunk, left: dict[tuple[str, int], StoredChunk]) -> list[StoredChunk]:
    """Take a chunk and the neighbours of its section that are candidates themselves."""
    group = [left.pop((chunk.document, chunk.ordinal))]
    size = len(chunk.text)
    for step in (-1, 1):
        ordinal = chunk.ordinal + step
        while (near := left.get((chunk.document, ordinal))) and _are_siblings(chunk, near):
            size += len(near.text)
            if size > _LONGEST:
                break
            group.insert(0 if step < 0 else len(group), left.pop((chunk.document, ordinal)))
            ordinal += step
    return group


def _are_siblings(one: StoredChunk, other: StoredChunk) -> bool:
    """Tell whether two chunks stand in one section, or one in the section of the other."""
    depth = max(min(len(one.path), len(other.path), max(len(one.path), len(other.path)) - 1), 1)
    return one.path[:depth] == other.path[:depth]


def _common_path(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    first = paths[0]
    shared = 0
    while shared < len(first) and all(
        path[shared : shared + 1] == first[shared : shared + 1] for path in paths
    ):
        shared += 1
    return first[:shared]


def _joined(pieces: Iterable[Span], document: Document) -> list[Span]:
    """Join pieces of one block that follow each other."""
    starts = {block.start for block in document.outline.blocks}
    joined: list[Span] = []
    for piece in pieces:
        if joined and piece.start not in starts and not document.text[joined[-1].end : piece.start].strip():
            joined[-1] = Span(joined[-1].start, piece.end)
        else:
            joined.append(piece)
    return joined


@lru_cache(maxsize=64)
def _headings(document: Document) -> tuple[Span, ...]:
    return tuple(
        section.heading
        for article in document.outline.sections
        for section in article.walk()
        if section.heading.start < section.heading.end
    )


def _contiguous(pieces: Iterable[Span], raw: str) -> Iterator[Span]:
    """Join spans with nothing but white space between them."""
    open_span: Span | None = None
    for piece in pieces:
        if open_span and not raw[open_span.end : piece.start].strip():
            open_span = Span(open_span.start, piece.end)
            continue
        if open_span:
            yield open_span
        open_span = piece
    if open_span:
        yield open_span


def _whole(document: Document, lines: Sequence[Span], block: int) -> Sentence:
    """Return lines of code as one sentence, a line each."""
    text = "\n".join(clean(document.shown, [line]).text for line in lines)
    return Sentence(text, Span(lines[0].start, lines[-1].end), block)


def _sentences(document: Document, pieces: Sequence[Span]) -> Iterator[Sentence]:
    headings = _headings(document)
    code: Span | None = None
    for block, piece in enumerate(pieces):
        if code is not None and code.start <= piece.start < code.end:
            continue  # read with the block's first line
        if table_at(document, piece.start) is not None:
            row = row_at(document, piece.start)  # none in what names the columns, or only draws them
            if row is not None:
                yield Sentence(row.text, row.span, block)
            continue
        if (code := code_at(document, piece.start)) is not None:
            yield _whole(document, [one for one in pieces if code.start <= one.start < code.end], block)
            continue
        text = clean(document.shown, [piece])
        start = 0
        for end in sentence_ends(text.text):
            shown = as_read(text.text[start:end].strip(), document.has_marks)
            if shown:
                span = text.span(start, end)
                is_heading = any(
                    heading.start <= span.start and span.end <= heading.end for heading in headings
                )
                is_title = len(shown) == len(text.text) <= _LONGEST_TITLE and not _CLOSED.search(shown)
                yield Sentence(shown, span, block, is_heading or is_title)
            start = end
