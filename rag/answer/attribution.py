"""What each statement of a language model rests on: found by its words, clause by clause.

A small model forgets its markers, or writes those of another passage. Theirs are hints here: a marked
passage goes before another that holds as much. Which words support a statement is told by `support`.
After attributed question answering (Bohnet et al., 2022, arXiv:2212.08037).
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from rag.answer.citations import narrowed
from rag.answer.claims import share_held, telling_words, with_digits
from rag.answer.support import FEWEST_TERMS, Embed, holds_what_must_be, support
from rag.text.marks import COMMAS, SEMICOLONS
from rag.text.normalize import count_han, terms
from rag.text.sentences import clauses_of
from rag.types.document import Span
from rag.types.evidence import Evidence, Passage
from rag.types.query import Language

__all__ = ["Attribution", "Attributor", "Resting", "Source"]

_TRIED: Final = 4  # passages whose best words are looked at closely
_NEAREST: Final = 3  # sentences that are looked at for their meaning
_MARKED: Final = 0.1  # what it counts, as a share, that the model marked a passage
_MOST_SOURCES: Final = 3  # that a clause joins
_NEARLY_ALL: Final = 0.85  # share of a statement's words from which no clause needs another source
_MOST_WORDS: Final = 0.5  # share of a clause's words that tells where it comes from
_ENDS_CLAUSE: Final = f"{COMMAS}{SEMICOLONS} "


class Source(NamedTuple):
    """Words of a document."""

    document: str
    span: Span


class Resting(NamedTuple):
    """A source, and where in the statement its marker goes."""

    at: int
    source: Source


class Attribution(NamedTuple):
    """What a statement rests on, the share of its words that stand there, and whether that supports it."""

    places: tuple[Resting, ...]
    share: float
    is_supported: bool


class Attributor:
    """Finds what statements rest on, in what a model was shown before all else that was found."""

    def __init__(
        self, shown: Sequence[Passage], evidence: Evidence, language: Language, embed: Embed
    ) -> None:
        self._shown = shown
        self._passages = [*shown, *(passage for passage in evidence.passages if passage not in shown)]
        self._documents = evidence.documents
        self._language, self._embed = language, embed

    def attribute(self, said: str, marked: Collection[int] = ()) -> Attribution:
        """Return what a statement without markers rests on; `marked` numbers what it was marked with."""
        if len(telling_words(said)) < FEWEST_TERMS:
            return self._as_marked(said, marked)
        one = self._best(said, marked)
        alone = self._resting(said, [Resting(len(said), one)]) if one else None
        if alone and alone.share >= _NEARLY_ALL:
            return alone
        by_clause = self._by_clause(said, marked)
        if by_clause and by_clause.is_supported:
            return by_clause
        return alone or self._likelier(said, by_clause, marked)

    def _likelier(self, said: str, by_clause: Attribution | None, marked: Collection[int]) -> Attribution:
        """Return several sources that together hold a statement, else what its clauses or marks point to."""
        covered = self._covered(said, marked)
        return covered if covered.is_supported else by_clause or self._as_marked(said, marked)

    def _resting(self, said: str, places: Sequence[Resting], is_held: bool = False) -> Attribution:
        quotes = [self._quote(source) for source in dict.fromkeys(place.source for place in places)]
        share, is_supported = support(said, quotes, self._language, self._embed)
        is_unmixed = len(quotes) < 2 or all(_is_of_one(said[a:b], quotes) for a, b in _pieces(said))
        return Attribution(tuple(places), share, is_held or (is_supported and is_unmixed))

    def _quote(self, source: Source) -> str:
        return self._documents[source.document].text[source.span.start : source.span.end]

    def _as_marked(self, said: str, marked: Collection[int]) -> Attribution:
        """Return the words nearest to a statement in the passages that were marked, supporting or not."""
        inside = [self._shown[number - 1] for number in marked if 1 <= number <= len(self._shown)]
        places = [Resting(len(said), Source(one.document, narrowed(said, one)[1])) for one in inside]
        return self._resting(said, places)

    def _best(self, said: str, marked: Collection[int]) -> Source | None:
        """Return the one source that supports a statement best, None if none does alone."""
        for source in self._candidates(said, marked):
            if support(said, [self._quote(source)], self._language, self._embed)[1]:
                return source
        return None

    def _candidates(self, said: str, marked: Collection[int]) -> Iterator[Source]:
        """Yield what may support a statement, the likeliest first: by its words, or by its meaning."""
        if not self._is_across(said):
            ranked = sorted(self._narrowed(said, marked), key=lambda found: -found[0])
            yield from (source for _, source in ranked[:_TRIED])
            return
        sentences = [(passage.document, one) for passage in self._passages for one in passage.sentences]
        vectors = self._embed([said, *(sentence.text for _, sentence in sentences)])
        for place in np.argsort(-vectors[1:] @ vectors[0], kind="stable")[:_NEAREST]:
            document, sentence = sentences[int(place)]
            yield Source(document, sentence.span)

    def _is_across(self, said: str) -> bool:
        """Tell whether a statement is in English and what it rests on is not: they share no words."""
        return self._language == "en" and not count_han(said) and any(count_han(p.text) for p in self._shown)

    def _narrowed(self, said: str, marked: Collection[int]) -> Iterator[tuple[float, Source]]:
        for number, passage in enumerate(self._passages, 1):
            share, span = narrowed(said, passage)
            yield share + _MARKED * (number in marked), Source(passage.document, span)

    def _by_clause(self, said: str, marked: Collection[int]) -> Attribution | None:
        """Return what the clauses of a statement rest on, None if no clause rests on anything."""
        pieces = list(_pieces(said))
        if len(pieces) < 2:
            return None
        found = [(end, self._best(said[start:end], marked)) for start, end in pieces]
        places = []
        for (end, source), (_, following) in zip(found, [*found[1:], (0, None)], strict=True):
            if source is not None and source != following:
                at = end if end == len(said) else len(said[:end].rstrip(_ENDS_CLAUSE))
                places.append(Resting(at, source))
        is_held = all(source is not None for _, source in found)
        return self._resting(said, places, is_held) if places else None

    def _covered(self, said: str, marked: Collection[int]) -> Attribution:
        """Return the fewest sources that together hold the words of a statement, best first."""
        places: list[Resting] = []
        left = telling_words(said)
        while len(left) >= FEWEST_TERMS and len(places) < _MOST_SOURCES:
            ranked = [
                (share_held(left, self._held(source)) + share * 0.01, source)
                for share, source in self._narrowed(" ".join(left), marked)
            ]
            share, source = max(ranked, default=(0.0, Source("", Span(0, 0))), key=lambda one: one[0])
            held = self._held(source) if share > 0 else frozenset()
            if sum(word in held for word in left) < FEWEST_TERMS:
                break
            places.append(Resting(len(said), source))
            left = [word for word in left if word not in held]
        return self._resting(said, places)

    def _held(self, source: Source) -> frozenset[str]:
        return frozenset(terms(with_digits(self._quote(source))))


def _is_of_one(clause: str, quotes: Sequence[str]) -> bool:
    """Tell whether a clause has its numbers and names from the quotation that has its words."""
    wanted = telling_words(clause)
    held = [share_held(wanted, frozenset(terms(with_digits(quote)))) for quote in quotes]
    share, quote = max(zip(held, quotes, strict=True))
    return share < _MOST_WORDS or holds_what_must_be(clause, [quote])


def _pieces(said: str) -> Iterator[tuple[int, int]]:
    """Yield where the clauses of a statement start and end, those that say too little with the next."""
    ends = [clause.end for clause in clauses_of(said)]
    start, pieces = 0, list[tuple[int, int]]()
    for end in ends:
        is_number = said[end - 1 : end] in COMMAS and said[end : end + 1].isdecimal()
        if not is_number and len(telling_words(said[start:end])) >= FEWEST_TERMS:
            pieces.append((start, end))
            start = end
    if pieces and start < len(said):
        pieces[-1] = (pieces[-1][0], len(said))
    yield from pieces
