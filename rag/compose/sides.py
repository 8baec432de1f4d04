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
from rag.text import normalise, unquoted
from rag.types import Document, Passage, Query

__all__ = ["Side", "sides_of"]

_TELLING: Final = 0.1  # share of the question's weight that only one of the two may hold
_LEAST_TELLING: Final = 0.04  # the same, of a question that says 甲和乙
_LOOKED_AT: Final = 10  # articles
_SHORTEST: Final = 2  # characters of a stretch that names something
_LONGEST_LABEL: Final = 16
_AND: Final = re.compile("[和与與跟及同、；;]|以及|\\b(?:and|or|to|from)\\b")
_QUOTED: Final = re.compile("[“「『]([^”」』]*)[”」』]")
_JOINTS: Final = re.compile("[和与與跟及]|以及")
_BEGINS: Final = re.compile("[，,；;。？?：:]")
_ENDS: Final = re.compile(
    "[，,；;。？?：:都各]|分别|分別|有(?:什么|什麼|哪些|何)|在(?=[^，]*(?:不同|区别|區別|差))|[两兩](?=[地篇者家处])"
)
_DIFFER: Final = re.compile(
    "之?[间間]?(?:有|的)?(?:什么|什麼|哪些|何)?(?:不同|区别|區別|差别|差別|异同|異同)(?:之处|之處)?(?:是什么|是什麼)?[？?。]*"
)
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
    pairs = _pairs(lens, held)
    for _, pair in pairs if lens.query.language != "en" else ():
        own = _own(lens, held, pair)
        split = _split(lens.query.focus, own) if all(own) else None
        if split is not None:
            places = sorted((lens.query.focus.find(split.things[n]), n) for n in range(2))
            return [
                _side_of_split(lens.query, split, n, own[n], articles[texts[pair[n]]], texts[pair[n]])
                for _, n in places
            ]
    if not pairs or pairs[0][0] < _TELLING:
        return []
    own = _own(lens, held, pairs[0][1])
    if not all(own) or not _joined(lens.query.focus, *(max(words, key=len) for words in own)):
        return []
    sides = [
        _side_without(lens.query, words, others, articles[texts[i]], texts[i])
        for i, words, others in zip(pairs[0][1], own, own[::-1], strict=True)
    ]
    if sides[0].label == sides[1].label:
        return []
    return sorted(sides, key=lambda side: lens.query.focus.find(side.label))


def _pairs(lens: Lens, held: Sequence[NDArray[np.bool_]]) -> list[tuple[float, tuple[int, int]]]:
    """Return the pairs of articles that each hold what the other lacks, those that hold most of it first."""
    total = float(lens.weights.sum()) or 1.0
    found = []
    for one, other in combinations(range(len(held)), 2):
        least = min(
            float(lens.weights[held[one] & ~held[other]].sum()) / total,
            float(lens.weights[held[other] & ~held[one]].sum()) / total,
        )
        if least > _LEAST_TELLING:
            found.append((least, (one, other)))
    return sorted(found, key=lambda pair: -pair[0])


def _own(lens: Lens, held: Sequence[NDArray[np.bool_]], pair: tuple[int, int]) -> list[list[str]]:
    """Return for each of two articles the stretches of the question that it alone holds."""
    return [_stretches(lens, held[i] & ~held[j]) for i, j in (pair, pair[::-1])]


class _Split(NamedTuple):
    """A question around two things that it joins: 甲和乙，各叫什么."""

    before: str
    things: tuple[str, str]  # in the order of the sides
    behind: str


def _split(question: str, own: Sequence[Sequence[str]]) -> _Split | None:
    """Return a question cut at the word that joins what belongs to one side and to the other."""
    for joint in _JOINTS.finditer(question):
        borders = [border.end() for border in _BEGINS.finditer(question, 0, joint.start())]
        start = borders[-1] if borders else 0
        ends = _ENDS.search(question, joint.end())
        end = ends.start() if ends else len(question)
        left, right = question[start : joint.start()], question[joint.end() : end]
        if "的" in right and "的" not in left:
            left += right[right.rfind("的") :]  # 甲和乙的做法
        for things in ((left, right), (right, left)):
            if all(_longest_in(thing, words) for thing, words in zip(things, own, strict=True)):
                return _Split(question[:start], things, question[end:])
    return None


def _longest_in(text: str, words: Sequence[str]) -> bool:
    return max(words, key=len) in text


def _side_of_split(
    query: Query, split: _Split, number: int, words: Sequence[str], document: str, article: str
) -> Side:
    """Return a side as the question about its thing alone, without what all of its article is about."""
    thing = split.things[number].strip(" 、")
    before = "" if split.before.endswith(("：", ":")) else split.before  # it speaks of both
    asked = f"{before}{thing}{split.behind}"
    if not before and _DIFFER.fullmatch(split.behind) and unquoted(thing) in unquoted(article):
        name = thing if _QUOTED.search(thing) else f"“{thing}”"
        asked = f"{name}是{'什麼' if query.language == 'zh-Hant' else '什么'}？"
    text = query.text.replace(query.focus, asked) if query.focus in query.text else asked
    quoted = "".join(_QUOTED.findall(thing))
    about = [word for word in words if word not in quoted]
    focus = without(asked, about)
    return Side(
        thing if len(thing) <= _LONGEST_LABEL else thing[:_LONGEST_LABEL] + "…",
        replace(query, asked=asked, focus=focus, text=text, documents=(document,)),
        article,
    )


def _side_without(
    query: Query, words: Sequence[str], others: Sequence[str], document: str, article: str
) -> Side:
    """Return a side as the question without the words of the other."""
    asked = without(query.focus, others)
    return Side(
        _label(query.focus, max(words, key=len)),
        replace(
            query,
            asked=asked,
            focus=without(asked, words),  # all of the article is about it
            text=without(query.text, others),
            documents=(document,),
        ),
        article,
    )


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
