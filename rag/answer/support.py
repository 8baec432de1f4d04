"""Do some quotations support a sentence? By its words, its numbers and names, and the nearness of meaning."""

import re
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.answer.claims import counts_in, digits_in, share_held, telling_words, with_digits
from rag.text.marks import CLOSING, CLOSING_TITLE, OPENING, OPENING_TITLE, quoted
from rag.text.normalize import count_han, fold, normalise, terms
from rag.text.patterns import as_pattern_text
from rag.types.query import Language

__all__ = ["FEWEST_TERMS", "Embed", "holds_what_must_be", "support"]

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Unit vectors of texts, shape (n, d)."""

FEWEST_TERMS: Final = 2
"""A sentence with fewer says nothing that needs a source."""

_ENOUGH: Final = 0.6  # share of a sentence's terms that its source must hold
_LEAST: Final = 0.3  # share that does where the meaning is near
_NEAR: Final = 0.6  # cosine
_NEAR_IN_ENGLISH: Final = 0.25  # cosine of an English sentence with Chinese words
_OPENING: Final = f"{OPENING}{OPENING_TITLE}"
_QUOTED: Final = re.compile(quoted("{2,30}", _OPENING, f"{CLOSING}{CLOSING_TITLE}", barred=_OPENING))
_LATIN: Final = re.compile("[a-z][a-z0-9+.-]+")


def support(sentence: str, quotes: Sequence[str], language: Language, embed: Embed) -> tuple[float, bool]:
    """Return the share of a sentence's terms that its quotes hold, and whether they support it.

    Every number, date, quoted name and Latin word must be there; then 0.6 of the terms, or 0.3 where
    the meaning is near. An English sentence about Chinese words has none of their terms: for it the
    numbers and the meaning count.
    """
    if not quotes:
        return 0.0, False
    wanted = telling_words(sentence)
    if crosses := language == "en" and bool(count_han("".join(quotes))):
        wanted = [term for term in wanted if count_han(term)]
    share = share_held(wanted, frozenset(terms(with_digits("\n".join(quotes)))))
    in_english = crosses and not wanted
    if not holds_what_must_be(sentence, quotes, in_english=crosses):
        return share, False
    if not in_english and share >= _ENOUGH:
        return share, True
    if not in_english and share < _LEAST:
        return share, False
    vectors = embed([sentence, *quotes])
    near = float((vectors[1:] @ vectors[0]).max())
    return max(share, near if in_english else 0.0), near >= (_NEAR_IN_ENGLISH if in_english else _NEAR)


def holds_what_must_be(sentence: str, quotes: Sequence[str], in_english: bool = False) -> bool:
    """Tell whether numbers, quoted names and Latin words of a sentence stand in its quotes."""
    together = "\n".join(quotes)
    if not _numbers(sentence) <= _numbers(together):
        return False
    held = fold(together)
    if in_english:
        return True
    names = [fold(name) for name in _QUOTED.findall(sentence)]
    words = _LATIN.findall(normalise(sentence)) if count_han(sentence) else []
    return all(name in held for name in names) and all(word in held for word in words)


def _numbers(text: str) -> frozenset[str]:
    folded = as_pattern_text(normalise(text))
    return digits_in(folded) | counts_in(folded)
