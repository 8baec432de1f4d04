"""From a question to candidates: dense and full text side by side, fused on absolute scales."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from rag.asking import content_terms
from rag.embed import Embedder
from rag.fulltext import FullText, TermStatistics
from rag.library import Library
from rag.text import terms
from rag.types import Query
from rag.views import Views
from vectorstore import Hit, Ids, VectorStore

__all__ = ["Candidate", "Legs", "Retriever"]

Legs = Literal["full", "dense", "lexical"]

_DEPTH: Final = 60  # candidates each leg brings
_LEXICAL_WEIGHT: Final = 0.75
_TERM_CEILING: Final = 2.2  # BM25's k1 + 1: what a term weighs at most, in units of its idf


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that may answer; all scores lie between 0 and 1, a cosine may be below.

    `lexical` is the BM25 score as a share of the highest the question's terms could reach.
    """

    id: int
    score: float
    dense: float
    lexical: float


class Retriever:
    """Finds the chunks of a library that may answer a question."""

    def __init__(self, library: Library, views: Views, embedder: Embedder) -> None:
        self._library = library
        self._views = views
        self._embedder = embedder

    def candidates(self, query: Query, legs: Legs = "full") -> list[Candidate]:
        """Return the best chunks, best first.

        A convex combination of both legs' absolute scores (Bruch et al., 2023): a question none of
        whose words stand in a passage, such as an English one about Chinese text, is ranked by the
        dense leg alone without a rule that says so.
        """
        allowed = self._library.chunk_ids(query.documents) if query.documents is not None else None
        words = _all_words(query)
        vector = self._embedder.embed_query(query.text)
        with self._views.current() as (store, text):
            found = self._found(store, text, vector, words, allowed, legs)
            dense = _by_id(store.search(vector, len(found), found)) if legs != "lexical" else {}
            lexical = _by_id(text.search(words, len(found), found)) if legs != "dense" else {}
            ceiling = _ceiling(text, words)
        weight = {"full": _LEXICAL_WEIGHT, "lexical": 1.0, "dense": 0.0}[legs]
        candidates = [
            _candidate(int(id_), dense.get(int(id_), 0.0), lexical.get(int(id_), 0.0) / ceiling, weight)
            for id_ in found
        ]
        return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.id))

    def _found(
        self,
        store: VectorStore,
        text: FullText,
        vector: np.ndarray,
        words: Sequence[str],
        allowed: Ids | None,
        legs: Legs,
    ) -> Ids:
        ids: set[int] = set()
        if legs != "lexical":
            ids |= {hit.id for hit in store.search(vector, _DEPTH, allowed)}
        if legs != "dense":
            ids |= {hit.id for hit in text.search(words, _DEPTH, allowed)}
        return np.array(sorted(ids), dtype=np.int64)

    def words(self, query: Query) -> list[str]:
        """Return the terms that an answer should hold.

        Of an English question only those that some passage holds: what the rest mean is for the
        vectors to find in Chinese text. A Chinese term that nothing holds counts as missing.
        """
        words = _all_words(query)
        if query.language != "en":
            return words
        with self._views.current() as (_, text):
            return [word for word, found in text.statistics(words).items() if found.frequency]

    def statistics(self, words: Sequence[str]) -> dict[str, TermStatistics]:
        """Return how rare each term is in the library."""
        with self._views.current() as (_, text):
            return text.statistics(words)


def _all_words(query: Query) -> list[str]:
    return content_terms(query.text) or list(dict.fromkeys(terms(query.text)))


def _candidate(id_: int, dense: float, lexical: float, weight: float) -> Candidate:
    lexical = min(lexical, 1.0)  # a term in heading and text both counts twice
    return Candidate(id_, weight * lexical + (1 - weight) * dense, dense, lexical)


def _by_id(hits: Sequence[Hit]) -> dict[int, float]:
    return {hit.id: hit.score for hit in hits}


def _ceiling(text: FullText, words: Sequence[str]) -> float:
    return _TERM_CEILING * sum(found.idf for found in text.statistics(words).values()) or 1.0
