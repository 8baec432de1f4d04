"""Words that the two sides of the strait call differently: 软件 and 軟體, 信息 and 資訊."""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from rag.text.normalize import convert, in_other_words, normalise, terms
from rag.text.vocabulary import words
from rag.types.query import Language

__all__ = ["Seen", "in_the_library_s_words"]

Seen = Callable[[Sequence[str]], set[str]]
"""Which of some terms stand in the library."""


def in_the_library_s_words(question: str, language: Language, seen: Seen) -> str:
    """Return a question with each word that stands nowhere as the other region has it, if that is known.

    A word that stands somewhere is left alone: what it means here, its documents know.
    """
    if language == "en" or not _unseen_words(question, seen):
        return question
    own, other = convert(question, "zh-Hans"), in_other_words(question, language)
    if own == other:
        return question
    chosen = "".join(_chosen(own, other, seen))
    return question if chosen == own else convert(chosen, language)


def _unseen_words(question: str, seen: Seen) -> bool:
    pairs = {term for word in words(normalise(question)) for term in terms(word) if len(term) > 1}
    return bool(pairs - seen(sorted(pairs)))


def _chosen(own: str, other: str, seen: Seen) -> Iterator[str]:
    """Yield the stretches of a question, those of the other form where only that is known."""
    for tag, start, end, other_start, other_end in SequenceMatcher(
        None, own, other, autojunk=False
    ).get_opcodes():
        mine, theirs = _pairs(own, start, end), _pairs(other, other_start, other_end)
        known = seen([*mine, *theirs]) if tag != "equal" else set()
        yield other[other_start:other_end] if known & theirs and not known & mine else own[start:end]


def _pairs(text: str, start: int, end: int) -> set[str]:
    """Return the pairs of characters that tell a stretch: its own, or those at its sides if it has none."""
    if end - start < 2:
        start, end = max(0, start - 1), end + 1
    return {"".join(pair) for pair in pairwise(text[start:end])}
