"""From a question to candidates: dense and full text side by side, fused on absolute scales."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from rag.models.embedders import Embedder
from rag.query.counted_names import name_to_explain
from rag.query.keywords import content_terms
from rag.query.near_names import most_like, names_asked_about
from rag.query.translation import says_something, terms_of_word, translate
from rag.query.variants import in_the_library_s_words
from rag.retrieve.rank_fusion import DEPTH, DEPTH_IN_ENGLISH, Cosines, fused_order
from rag.retrieve.rerank.base import Reranker
from rag.retrieve.rerank.features import Judged
from rag.retrieve.rerank.matching import (
    MatchedQuestion,
    MatchedText,
    TermWeights,
    matched_question,
    matched_text,
)
from rag.store.fulltext import AnyOf, FullText, TermStatistics
from rag.store.indexes import Snapshot
from rag.text.normalize import convert, count_han, terms, unquoted
from rag.types.query import Language, Meaning, Query
from vectorstore import Hit, Ids

__all__ = ["Legs", "RankedChunk", "Retriever"]

Legs = Literal["full", "dense", "lexical"]

_MOST_PREPARED: Final = 5_000  # chunks whose normalised text is kept
_PREPARED: Final = "chunks as they are matched"
_BROUGHT: Final = 60  # candidates each leg brings
_NAMED_IN: Final = 8  # first chunks in which a name is looked for
_WITHIN_NAME: Final = re.compile(r"[\s、]")
_LEXICAL_WEIGHT: Final = 0.75
_GIVEN: Final = 2.0  # what a Chinese word in an English question counts beside what is read into it
_DOUBT: Final = 0.5  # how much less an improbable meaning counts: its share to this power
_NO_SCORE: Final = 1e-9  # stands for 0 where one divides by it
_TERM_CEILING: Final = 2.2  # BM25's k1 + 1: what a term weighs at most, in units of its idf


@dataclass(frozen=True, slots=True)
class RankedChunk:
    """A chunk that may answer; all scores lie between 0 and 1, a cosine may be below.

    `lexical` is the BM25 score as a share of the highest the question's terms could reach.
    """

    id: int
    score: float
    dense: float
    lexical: float

    @property
    def fused(self) -> float:
        """The score by both legs, whatever was made of it since."""
        return _LEXICAL_WEIGHT * self.lexical + (1 - _LEXICAL_WEIGHT) * self.dense


class Retriever:
    """Finds the chunks of a library, as it is in one snapshot, that may answer a question."""

    def __init__(self, snapshot: Snapshot, embedder: Embedder, reranker: Reranker | None = None) -> None:
        self._snapshot = snapshot
        self._store = snapshot.store
        self._text = snapshot.text
        self._embedder = embedder
        self._reranker = reranker
        self._lasting = snapshot.indexes.lasting

    def candidates(self, query: Query, legs: Legs = "full") -> list[RankedChunk]:
        """Return the best chunks, best first: fused, the first of them looked at again by the reranker."""
        fused = self.fused(query, legs)
        if self._reranker is None or legs != "full" or len(fused) < 2:
            return fused
        first, asked, judged, texts = self.looked_at(query, fused[: self._reranker.depth])
        scores = self._reranker.scores(asked, judged, texts)
        again = [
            replace(candidate, score=float(score)) for candidate, score in zip(first, scores, strict=True)
        ]
        again.sort(key=lambda candidate: (-candidate.score, candidate.id))
        return [*again, *_below(again, fused[self._reranker.depth :])]

    def by_meaning(
        self, candidates: Sequence[RankedChunk], meaning: Cosines, language: Language = "zh-Hans"
    ) -> list[RankedChunk]:
        """Return candidates, best first, the first of them in an order that heeds what they mean.

        `meaning` tells the cosine of each sentence with the question. Scores stay what they were.
        """
        depth = DEPTH_IN_ENGLISH if language == "en" else DEPTH
        chunks = self._snapshot.chunks(candidate.id for candidate in candidates[:depth])
        first = [candidate for candidate in candidates[:depth] if candidate.id in chunks]
        order = fused_order([chunks[candidate.id].text for candidate in first], meaning)
        return [*(first[place] for place in order), *candidates[depth:]]

    def looked_at(
        self, query: Query, candidates: Sequence[RankedChunk]
    ) -> tuple[list[RankedChunk], MatchedQuestion, list[Judged], list[MatchedText]]:
        """Return the candidates that are (still) there and what a reranker sees of them."""
        matched = self._matched([candidate.id for candidate in candidates])
        there = [candidate for candidate in candidates if candidate.id in matched]
        return (
            there,
            self.asked(query),
            [Judged(candidate.dense, candidate.lexical, candidate.score) for candidate in there],
            [matched[candidate.id] for candidate in there],
        )

    def asked(self, query: Query) -> MatchedQuestion:
        """Return a question as it is matched, its terms weighed by how rare they are in the library."""
        found = self._weighed(query)
        weights = np.array([term.idf for term in found.values()], dtype=np.float64)
        known = sum(term.idf for term in found.values() if term.frequency) / (weights.sum() or 1.0)
        return matched_question(query, TermWeights(tuple(found), weights), float(known))

    def _matched(self, ids: Sequence[int]) -> dict[int, MatchedText]:
        """Return chunks as they are matched, those that are there; an id is never given to another text."""
        before: dict[int, MatchedText] = self._lasting.get(
            _PREPARED, {}
        )  # another thread may begin a new one
        missing = [id_ for id_ in ids if id_ not in before]
        new = {
            chunk.id: matched_text(" ".join(chunk.path), chunk.text)
            for chunk in (self._snapshot.chunks(missing).values() if missing else ())
        }
        found = {id_: before[id_] for id_ in ids if id_ in before} | new
        if new:
            self._lasting[_PREPARED] = before | new if len(before) + len(new) <= _MOST_PREPARED else new
        return found

    def fused(self, query: Query, legs: Legs = "full") -> list[RankedChunk]:
        """Return the best chunks by both legs, best first.

        A convex combination of both legs' absolute scores (Bruch et al., 2023): a question none of
        whose words stand in a passage, such as an English one about Chinese text, is ranked by the
        dense leg alone without a rule that says so.
        """
        allowed = self._snapshot.library.chunk_ids(query.documents) if query.documents is not None else None
        vector = self._embedder.embed_query(query.text)
        store, text = self._store, self._text
        words, any_of = _searched(text, query)
        dense = _by_id(store.search(vector, _BROUGHT, allowed)) if legs != "lexical" else {}
        also = _ids(dense) if legs == "full" else None  # what one leg brought, the other scores as well
        lexical = _by_id(text.search(words, _BROUGHT, allowed, also, any_of)) if legs != "dense" else {}
        if legs == "full":
            others = _ids(lexical.keys() - dense.keys())
            dense |= _by_id(store.search(vector, len(others), others))
        ceiling = _ceiling(text, words, any_of)
        weight = {"full": _LEXICAL_WEIGHT, "lexical": 1.0, "dense": 0.0}[legs]
        candidates = [
            _ranked_chunk(id_, dense.get(id_, 0.0), lexical.get(id_, 0.0) / ceiling, weight)
            for id_ in dense.keys() | lexical.keys()
        ]
        return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.id))

    def words(self, query: Query) -> list[str]:
        """Return the terms that an answer should hold.

        Of an English question only those that some passage holds, as they stand or in Chinese. A
        Chinese term that nothing holds counts as missing.
        """
        words = _plain_words(query)
        if query.language != "en":
            return words
        known = [word for word, found in self._text.statistics(words).items() if found.frequency]
        return [*known, *(meaning.word for meaning in query.meant)]

    def _weighed(self, query: Query) -> dict[str, TermStatistics]:
        """Return how rare each of a question's terms is, an English one in any of its meanings."""
        words = self.words(query)
        if not query.meant:
            return self.statistics(words)
        found = self._text.statistics(words)
        given = {
            word: TermStatistics(s.frequency, _GIVEN * s.idf) for word, s in found.items() if count_han(word)
        }
        return found | given | {m.word: _statistics_of(self._text, m) for m in query.meant}

    def in_own_words(self, query: Query) -> Query:
        """Return a question in the words that the library has for what is called differently elsewhere."""
        query = self._by_its_name(query)
        if query.language == "en":
            return self._in_chinese(query)

        def seen(words: Sequence[str]) -> set[str]:
            return {word for word, found in self.statistics(words).items() if found.frequency}

        text = in_the_library_s_words(query.text, query.language, seen)
        if text != query.text:
            focus = in_the_library_s_words(query.focus, query.language, seen)
            query = replace(query, text=text, focus=focus)
        return self._with_name(query)

    def _by_its_name(self, query: Query) -> Query:
        """Return a question with the name that stands here in the place of one that is nearly it.

        Of a coined name that stands nowhere it is kept that it does not.
        """
        for name in names_asked_about(query.focus):
            named = replace(query, text=name.text, focus=name.text)
            if self._is_written(name.text, named):
                continue
            like = convert(most_like(name, self._texts_nearest(named)), query.language)
            if like:
                text, focus = (said.replace(name.text, like) for said in (query.text, query.focus))
                return replace(query, text=text, focus=focus, unwritten=name.text, called=like)
            if name.shape == "coined":
                query = replace(query, unwritten=name.text)
        return query

    def _with_name(self, query: Query) -> Query:
        """Put quotation marks around what a question asks to explain, if the library has it word for word."""
        found = name_to_explain(query.focus)
        if found is None:
            return query
        start, end = found
        topic = query.focus[start:end]
        if not self._is_written(topic, query):
            return query
        focus = f"{query.focus[:start]}“{topic}”{query.focus[end:]}"
        return replace(query, text=query.text.replace(query.focus, focus), focus=focus)

    def _is_written(self, name: str, query: Query) -> bool:
        """Tell whether the chunks that share most words with a question have a name word for word."""
        bare = _bare(name)
        return any(bare in _bare(text) for text in self._texts_nearest(query))

    def _texts_nearest(self, query: Query) -> list[str]:
        """Return the chunks that share most words with a question."""
        first = [candidate.id for candidate in self.fused(query, "lexical")[:_NAMED_IN]]
        return [chunk.text for chunk in self._snapshot.chunks(first).values()]

    def _in_chinese(self, query: Query) -> Query:
        """Return an English question with what its words are called here, its names beside it."""
        found = translate(query.text, self._text.counted)
        new = [name for name in found.names if name not in query.text]
        shown = " ".join([query.text, *new])
        return replace(query, text=shown, meant=found.meant, unknown=found.unknown)

    def statistics(self, words: Sequence[str]) -> dict[str, TermStatistics]:
        """Return how rare each term is in the library."""
        return self._text.statistics(words)


def _bare(text: str) -> str:
    return _WITHIN_NAME.sub("", unquoted(text))


def _below(ranked: Sequence[RankedChunk], rest: Sequence[RankedChunk]) -> Iterator[RankedChunk]:
    """Yield the candidates that were not looked at again, in their order, with scores below the others'."""
    if not ranked or not rest:
        return
    highest = max(rest[0].score, _NO_SCORE)
    for candidate in rest:
        share = min(max(candidate.score, 0.0) / highest, 1.0)
        yield replace(candidate, score=min(ranked[-1].score, 1.0) * share)


def _all_words(query: Query) -> list[str]:
    return content_terms(query.text) or list(dict.fromkeys(terms(query.text)))


def _ranked_chunk(id_: int, dense: float, lexical: float, weight: float) -> RankedChunk:
    lexical = min(lexical, 1.0)  # a term in heading and text both counts twice
    return RankedChunk(id_, weight * lexical + (1 - weight) * dense, dense, lexical)


def _ids(ids: Iterable[int]) -> Ids:
    return np.array(sorted(ids), dtype=np.int64)


def _by_id(hits: Sequence[Hit]) -> dict[int, float]:
    return {hit.id: hit.score for hit in hits}


def _plain_words(query: Query) -> list[str]:
    """Return the terms of a question that are searched for as they stand."""
    words = _all_words(query)
    if query.language == "en":
        words = [word for word in words if says_something(word)] or words
    meant = {
        part
        for meaning in query.meant
        for way in (meaning.word, *meaning.alternatives[:1], *filter(str.isascii, meaning.alternatives))
        for part in (*way.split(), *terms_of_word(way))
    }
    return [word for word in words if word not in meant]


def _statistics_of(text: FullText, meaning: Meaning) -> TermStatistics:
    """Count the chunks that hold an alternative, each by how probable it is."""
    often = [min(text.counted(terms_of_word(way)).values()) for way in meaning.alternatives]
    frequency = sum(share * count for share, count in zip(meaning.shares, often, strict=True))
    return TermStatistics(round(frequency), text.rarity(frequency))


def _searched(text: FullText, query: Query) -> tuple[list[str], list[AnyOf]]:
    """Return the terms that full text is searched for, and those of which one of some is enough.

    Alternatives weigh alike however rare each is, but for how probable it is.
    """
    words = _plain_words(query)
    if not query.meant:
        return words, []
    given = [word for word in words if count_han(word)]
    groups = [
        AnyOf(((word,),), (_GIVEN,), _GIVEN * found.idf) for word, found in text.statistics(given).items()
    ]
    for meaning in query.meant:
        whole = _statistics_of(text, meaning).idf
        ways = tuple(tuple(terms_of_word(way)) for way in meaning.alternatives)
        own = [sum(found.idf for found in text.statistics(way).values()) / len(way) for way in ways]
        weights = (whole * share**_DOUBT / idf for share, idf in zip(meaning.shares, own, strict=True))
        groups.append(AnyOf(ways, tuple(weights), whole))
    return [word for word in words if not count_han(word)], groups


def _ceiling(text: FullText, words: Sequence[str], any_of: Sequence[AnyOf]) -> float:
    total = sum(found.idf for found in text.statistics(words).values())
    total += sum(group.idf for group in any_of)
    return _TERM_CEILING * total or 1.0
