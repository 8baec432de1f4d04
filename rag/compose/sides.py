"""A question that puts two things side by side, as a question about each of them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.compose.sight import article_around
from rag.lens import Lens
from rag.parts import compares, without
from rag.text import normalise
from rag.types import Document, Passage, Query

__all__ = ["Side", "sides_of"]

_TELLING: Final = 0.1  # share of the question's weight that only one of the two may hold
_LOOKED_AT: Final = 10  # articles
_SHORTEST: Final = 2  # characters of a stretch that names something
_LONGEST_LABEL: Final = 16
_AND: Final = re.compile("[和与與跟及同、；;]|以及|\\b(?:and|or|to|from)\\b")
_LABEL_BEGINS: Final = re.compile(".*[，,；;。？?：:和与與跟及同]|.*以及|.*\\band\\b", re.DOTALL)
_LABEL_ENDS: Final = re.compile("[，,；;。？?：:和与與跟及同的都各也在]|以及|\\band\\b")


class Side(NamedTuple):
    """One of two things asked about: what it is called, how it is asked for, and the article on it."""

    label: str
    query: Query
    article: str  # its text, folded


def sides_of(lens: Lens, passages: Sequence[Passage], documents: dict[str, Document]) -> list[Side]:
    """Return the two sides of a question that compares, none if it does not.

    They are the two articles that each hold most of the question that the other lacks.
    """
    if not compares(lens.query):
        return []
    articles: dict[str, str] = {}
    for passage in passages:
        articles.setdefault(article_around(documents[passage.document], passage), passage.document)
    texts = list(articles)[:_LOOKED_AT]
    held = [lens.held(text) for text in texts]
    total = float(lens.weights.sum()) or 1.0
    best, pair = _TELLING, None
    for one, other in combinations(range(len(texts)), 2):
        least = min(
            float(lens.weights[held[one] & ~held[other]].sum()) / total,
            float(lens.weights[held[other] & ~held[one]].sum()) / total,
        )
        if least > best:
            best, pair = least, (one, other)
    if pair is None:
        return []
    own = [_stretches(lens, held[i] & ~held[j]) for i, j in (pair, pair[::-1])]
    if not all(own) or not _joined(lens.query.focus, *(max(words, key=len) for words in own)):
        return []
    found = []
    for index, words, others in zip(pair, own, own[::-1], strict=True):
        asked, longest = without(lens.query.focus, others), max(words, key=len)
        query = replace(
            lens.query,
            asked=asked,
            focus=without(asked, words),  # all of the article is about it
            text=without(lens.query.text, others),
            documents=(articles[texts[index]],),
        )
        side = Side(_label(lens.query.focus, longest), query, texts[index])
        found.append((lens.query.focus.find(longest), side))
    return [side for _, side in sorted(found, key=lambda item: item[0])]


def _joined(question: str, one: str, other: str) -> bool:
    """Tell whether a question names one thing and the other."""
    first, second = sorted((one, other), key=question.find)
    between = question[question.find(first) + len(first) : question.find(second)]
    return bool(_AND.search(between))


def _label(question: str, stretch: str) -> str:
    """Return the words around a stretch that name the thing it is a part of."""
    start = question.find(stretch)
    begins = _LABEL_BEGINS.match(question[:start])
    first = begins.end() if begins else 0
    ends = _LABEL_ENDS.search(question, start + len(stretch))
    label = question[first : ends.start() if ends else len(question)].strip(" 、“”「」『』")
    return label if len(label) <= _LONGEST_LABEL else stretch


def _stretches(lens: Lens, exclusive: NDArray[np.bool_]) -> list[str]:
    """Return the stretches of the question that are made of the given terms."""
    focus = lens.query.focus
    folded = normalise(focus)
    if len(folded) != len(focus):
        return []
    marked = np.zeros(len(focus), dtype=bool)
    for word, is_exclusive in zip(lens.words, exclusive, strict=True):
        start = folded.find(word) if is_exclusive else -1
        while start >= 0:
            marked[start : start + len(word)] = True
            start = folded.find(word, start + 1)
    runs, current = [], ""
    for character, is_marked in zip([*focus, ""], [*marked, False], strict=True):
        if is_marked:
            current += character
            continue
        if len(current) >= _SHORTEST:
            runs.append(current)
        current = ""
    return runs
