"""All that a question says by itself, read off it once; what the library makes of it comes later."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rag.query.answer_type import Asks, asks_for
from rag.query.comparisons import Conjunct, readings
from rag.query.counted_names import CountedName, asked_count, counted_names
from rag.query.expected_answer import Expected, expected
from rag.query.keywords import codes_in, content_terms, telling_words
from rag.query.subquestions import subquestions_of
from rag.text.marks import CLOSING, OPENING, SINGLE_CLOSING, SINGLE_OPENING, quoted
from rag.text.normalize import HAN, unquoted
from rag.types.query import Language, Query

__all__ = ["QueryAnalysis", "analyse"]

_QUOTED: Final = re.compile(quoted("{2,20}", f'{OPENING}{SINGLE_OPENING}"', f'{CLOSING}{SINGLE_CLOSING}"'))
_BRACKETED: Final = re.compile(f"[(（]([{HAN}][^()（）]{{1,20}})[)）]")


@dataclass(frozen=True)
class QueryAnalysis:
    """What a question asks for and about.

    `asks` is the kind of answer that is wanted, `expected` what that must show; `count` how many things
    the question says there are, `counted_names` its names that say how many things they stand for,
    `quoted_names` what it puts in quotation marks, without them and folded, `codes` what it calls by letters
    and digits. `keywords` are the words that say what it is about, `focus_keywords` those of what is asked
    now.
    """

    query: Query
    asks: Asks
    expected: Expected
    count: int | None
    counted_names: tuple[CountedName, ...]
    quoted_names: tuple[str, ...]
    codes: tuple[str, ...]
    keywords: tuple[str, ...]
    focus_keywords: frozenset[str]
    says_something: bool  # beside the words that only ask

    @property
    def language(self) -> Language:
        """The language it is asked in."""
        return self.query.language

    @cached_property
    def comparisons(self) -> list[tuple[Conjunct, ...]]:
        """The ways to take it apart into one question for each of several things."""
        return readings(self.query)

    @cached_property
    def subquestions(self) -> list[Query]:
        """The questions that it puts one after the other; itself if that is all."""
        return subquestions_of(self.query)


def analyse(query: Query) -> QueryAnalysis:
    """Read off a question what it asks for and about."""
    return QueryAnalysis(
        query,
        asks_for(query.asked),
        expected(query.focus),
        asked_count(query.focus),
        tuple(counted_names(query.focus)),
        _quoted_names(query),
        codes_in(query.text),
        tuple(telling_words(query.text)),
        frozenset(telling_words(query.focus)),
        bool(content_terms(query.text)),
    )


def _quoted_names(query: Query) -> tuple[str, ...]:
    names = _QUOTED.findall(query.focus)
    if query.language == "en":
        names += _BRACKETED.findall(query.focus)
    return tuple(unquoted(name) for name in names)
