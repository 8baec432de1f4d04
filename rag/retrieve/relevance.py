"""How well a piece of text fits a question: shared words, weighed by rarity, and meaning."""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.models.embedders import Embedder
from rag.models.reader import CrossReader, Reading, shipped_cross_reader, shipped_reader
from rag.models.sentence_encoder import shipped_encoder
from rag.query.analysis import QueryAnalysis
from rag.query.keywords import content_terms, question_words
from rag.query.translation import counted_nouns, in_focus, word_for_word
from rag.retrieve.rerank.matching import MatchedQuestion
from rag.store.fulltext import TermStatistics
from rag.text.normalize import HAN, count_han, fold, is_in_english, normalise, telling_terms, terms
from rag.text.numbers import ARABIC, HUNDREDS, NUMERALS

__all__ = ["Relevance", "VectorsOf"]

VectorsOf = Callable[[Sequence[str]], NDArray[np.float32]]
"""Gives the vectors of sentences by the sentence encoder, shape (n, size)."""

_BEFORE: Final = 0.4  # of a word that the turns before brought, where one just asked weighs 1
_NUMERAL: Final = f"[{ARABIC}{NUMERALS}{HUNDREDS}万亿]"
_HAN_RUN: Final = re.compile(f"[{HAN}]+")


def _parts(word: str) -> list[str]:
    """Return the terms of a word, single characters only where there is nothing else."""
    return [term for term in terms(word) if len(term) > 1] or terms(word)


def _share(word: str, folded: str) -> float:
    if word.isascii():  # a code, a number: another one that shares its letters is another thing
        return float(bool(re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", folded)))
    if word in folded:
        return 1.0
    parts = _parts(word)
    return sum(part in folded for part in parts) / len(parts) if len(parts) > 1 else 0.0


class Relevance:
    """One question, seen through the library's term weights and its embedding model."""

    def __init__(
        self,
        analysis: QueryAnalysis,
        searched: Sequence[str],
        statistics: Callable[[Sequence[str]], dict[str, TermStatistics]],
        embedder: Embedder,
        matched: MatchedQuestion,
        vectors_of: VectorsOf,
    ) -> None:
        """Take a question, the terms it is searched by, where to look terms up, and how it is matched."""
        query = analysis.query
        self.matched = matched
        self.analysis = analysis
        self.query = query
        self._embedder = embedder
        self._vectors_of = vectors_of
        self._statistics = statistics
        # A single character says little where it stands beside others: its bigrams say it.
        self.words = telling_terms(searched)
        asked = set(content_terms(query.focus))
        if query.meant:
            asked |= in_focus(query)
        weights: dict[str, float] = dict(zip(matched.terms, matched.weights.tolist(), strict=True))
        self._weights = {
            word: weights[word] if word in asked else _BEFORE * weights[word] for word in self.words
        }
        self._meant = {meaning.word: meaning.alternatives for meaning in query.meant}
        self._total = sum(self._weights.values()) or 1.0
        self.weights = np.array([self._weights[word] for word in self.words], dtype=np.float64)

    @cached_property
    def cross_reader(self) -> CrossReader:
        """The pretrained reader; one that learnt from this question may be put aside for another."""
        return shipped_cross_reader()

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return what the small reader finds in texts; it is asked in the language of each."""
        reader = shipped_reader()
        if self.query.language != "en":
            return reader.read(self.query.text, texts)
        return [reader.read(question, [text])[0] for question, text in self.put_to(texts)]

    def read_closely(self, texts: Sequence[str]) -> list[Reading]:
        """Return what the pretrained reader finds in texts, asked in the same words."""
        return self.cross_reader.read_pairs(self.put_to(texts))

    def put_to(self, texts: Sequence[str]) -> list[tuple[str, str]]:
        """Return the question as it is put to each text, in that text's language, and the text."""
        if self.query.language != "en":
            return [(self.query.text, text) for text in texts]
        asked, asks = self.query, self.analysis.asks
        return [
            (asked.text if is_in_english(text) else word_for_word(asked, asks, text), text) for text in texts
        ]

    @cached_property
    def _counts(self) -> re.Pattern[str] | None:
        """What an English question counts beside a number: 10名专职党务工作者, 46 deep wells."""
        nouns = "|".join(map(re.escape, counted_nouns(self.query)))
        between = f"(?:[{HAN}]{{0,6}}?| (?:[a-z-]+ ){{0,2}})"
        return re.compile(f"{_NUMERAL}{between}(?:{nouns})|(?:{nouns}){between}{_NUMERAL}") if nouns else None

    def counts(self, text: str) -> bool:
        """Tell whether a text has a number beside what an English question counts."""
        return self._counts is not None and bool(self._counts.search(normalise(text)))

    @cached_property
    def _vector(self) -> NDArray[np.float32]:
        return self._embedder.embed_query(self.query.text)

    def meaning(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosine of what each text means with what the question does, shape (n,).

        Both by the sentence encoder, which reads English and Chinese alike.
        """
        meant: NDArray[np.float32] = self._vectors_of(texts) @ shipped_encoder().question(self.query.text)
        return meant

    @cached_property
    def unseen(self) -> float:
        """The share of the question's words, weighed by rarity, that stand nowhere in the library."""
        if self.query.language == "en":
            return self._unknown()
        total = missing = 0.0
        focus = set(question_words(self.query.focus))
        for word in question_words(self.query.text):
            found = self._statistics(_parts(word)).values()
            weight = max((term.idf for term in found), default=0.0) * (1 if word in focus else _BEFORE)
            total += weight
            missing += weight if any(not term.frequency for term in found) else 0.0
        return missing / total if total else 0.0

    @cached_property
    def content(self) -> tuple[tuple[str, float], ...]:
        """The words that say what is asked about, each with its weight, not cut into terms as `words` are."""
        if self.query.language == "en":
            return tuple(zip(self.words, self.weights.tolist(), strict=True))
        found = []
        for word in self.analysis.keywords:
            rarest = max((term.idf for term in self._statistics(_parts(word)).values()), default=0.0)
            found.append((word, rarest * (1 if word in self.analysis.focus_keywords else _BEFORE)))
        return tuple(found)

    def holds(self, text: str) -> NDArray[np.float64]:
        """Return how far each word of `content` stands in a text, between 0 and 1, shape (c,).

        Of one that does not stand there as it is, the share of its parts.
        """
        if self.query.language == "en":
            return self.held(text).astype(np.float64)
        folded = fold(text)
        return np.array([_share(word, folded) for word, _ in self.content], dtype=np.float64)

    def _unknown(self) -> float:
        missing = sum(found.idf for found in self._statistics(self.query.unknown).values())
        return float(missing / (missing + self._total)) if missing else 0.0

    def coverage(self, *texts: str) -> float:
        """Return the share of the question's terms, weighed by rarity, that stand in the texts."""
        held = {term for text in texts for term in terms(text)}
        held |= self._said(texts)
        return sum(weight for word, weight in self._weights.items() if word in held) / self._total

    def held(self, text: str) -> NDArray[np.bool_]:
        """Return which of `words` stand in a text, shape (w,)."""
        folded = fold(text)
        # A run of Han characters holds a term where it holds its characters; other words need borders.
        others = set(terms(text)) if any(not _HAN_RUN.fullmatch(word) for word in self.words) else set()
        said = self._said([text])
        found = [
            word in folded if _HAN_RUN.fullmatch(word) else word in others or word in said
            for word in self.words
        ]
        return np.array(found, dtype=bool)

    def _said(self, texts: Sequence[str]) -> set[str]:
        """Return the English words of the question whose Chinese stands in the texts."""
        if not self._meant:
            return set()
        together = "\n".join(map(normalise, texts))
        held = set(terms(together))
        return {
            word
            for word, ways in self._meant.items()
            if any(way in held or (count_han(way) > 0 and way in together) for way in ways)
        }

    def similarity(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosine of each text with the question, shape (n,)."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        similarity: NDArray[np.float32] = self._embedder.embed_passages(texts) @ self._vector[0]
        return similarity

    def nearness(self, text: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosine of each of some texts with another text, shape (n,)."""
        vectors = self._embedder.embed_passages([text, *texts])
        near: NDArray[np.float32] = vectors[1:] @ vectors[0]
        return near
