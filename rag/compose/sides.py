"""A question that puts two things side by side, seen from each of them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np

from rag.compose.sight import article_around
from rag.lens import Lens
from rag.lists import find_listing
from rag.parts import compares, parts_of, without
from rag.text import normalise
from rag.types import Evidence, Passage

__all__ = ["Part", "parts"]

_TELLING: Final = 0.1  # share of the question's weight that only one of the two may hold
_LOOKED_AT: Final = 6  # articles
_SHORTEST_LABEL: Final = 2
_AND: Final = re.compile("[和与與跟及同、]|以及|\\b(?:and|or|to|from)\\b|[；;]")


class Part(NamedTuple):
    """One of the questions that a question puts, and what it may be answered from.

    `label` says which of the compared it is about; empty where nothing is compared.
    """

    label: str
    lens: Lens
    evidence: Evidence


def parts(lens: Lens, evidence: Evidence) -> list[Part]:
    """Return what is asked, part by part; the question alone if it is one."""
    sides = _sides(lens, evidence) if compares(lens.query) else []
    if sides:
        return sides
    asked = parts_of(lens.query)
    if len(asked) == 1:
        return [Part("", lens, evidence)]
    return [_part(lens.of(query), evidence, evidence.passages) for query in asked]


def _part(lens: Lens, evidence: Evidence, passages: Sequence[Passage], label: str = "") -> Part:
    documents = {passage.document: evidence.documents[passage.document] for passage in passages}
    listing = find_listing(lens, documents.values(), passages)
    return Part(label, lens, replace(evidence, passages=passages, documents=documents, listing=listing))


def _sides(lens: Lens, evidence: Evidence) -> list[Part]:
    """Return the two articles that hold most of the question that the other lacks, best passage first."""
    articles: dict[str, list[Passage]] = {}
    for passage in evidence.passages:
        text = article_around(evidence.documents[passage.document], passage)
        articles.setdefault(text, []).append(passage)
    looked_at = list(articles.items())[:_LOOKED_AT]
    held = [lens.held(text) for text, _ in looked_at]
    total = float(lens.weights.sum()) or 1.0
    best, pair = _TELLING, None
    for one, other in combinations(range(len(looked_at)), 2):
        weights = (
            float(lens.weights[held[one] & ~held[other]].sum()) / total,
            float(lens.weights[held[other] & ~held[one]].sum()) / total,
        )
        if min(weights) > best:
            best, pair = min(weights), (one, other)
    if pair is None:
        return []
    own = [_runs(lens, held[i] & ~held[j]) for i, j in (pair, pair[::-1])]
    if not all(own) or not _joined(lens.query.focus, *(max(words, key=len) for words in own)):
        return []
    found = []
    for side, (index, words, others) in enumerate(zip(pair, own, own[::-1], strict=True)):
        focus = without(lens.query.focus, others)
        query = replace(lens.query, asked=focus, focus=focus, text=without(lens.query.text, others))
        at = lens.query.focus.find(max(words, key=len))
        found.append((at, side, _part(lens.of(query), evidence, looked_at[index][1], max(words, key=len))))
    return [part for _, _, part in sorted(found, key=lambda item: item[:2])]


def _joined(question: str, one: str, other: str) -> bool:
    """Tell whether a question names one thing and the other."""
    first, second = sorted((one, other), key=question.find)
    between = question[question.find(first) + len(first) : question.find(second)]
    return bool(_AND.search(between))


def _runs(lens: Lens, exclusive: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> list[str]:
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
        if len(current) >= _SHORTEST_LABEL:
            runs.append(current)
        current = ""
    return runs
