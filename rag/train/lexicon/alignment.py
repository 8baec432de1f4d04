"""What words stand for each other in aligned sentences: IBM Model 1 (Brown et al., 1993).

How often a word stands for another is shared out among all the words of the other side, until nothing
changes much.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.query.english import content_of, english_words
from rag.text.normalize import count_han
from rag.train.lexicon.settings import LexiconRecipe
from rag.train.lexicon.table import Table, in_pieces, shares_of

__all__ = ["learnt"]

_SAYS_NOTHING: Final = frozenset("的了在是和与及之等其为以于而所就不或者也将这那个")


class _Links(NamedTuple):
    """Every English word of a sentence with every Chinese one: `group` counts the Chinese ones."""

    pair: NDArray[np.int64]  # index into the different pairs
    group: NDArray[np.int64]
    english: NDArray[np.int64]  # of each different pair
    chinese: NDArray[np.int64]


def learnt(
    pairs: Sequence[tuple[str, str]], entries: Sequence[tuple[str, str]], recipe: LexiconRecipe
) -> Table:
    """Estimate by Model 1 what words and frequent phrases stand for."""
    cut = in_pieces([chinese for _, chinese in pairs])
    sides = [
        (content_of(english_words(english)), [piece for piece in pieces if _says_something(piece)])
        for (english, _), pieces in zip(pairs, cut, strict=True)
    ]
    sides += [(content_of(english_words(english)), [word]) for english, word in entries]
    often = Counter(phrase for english, _ in sides for phrase in set(_phrases(english)))
    english_ids: dict[str, int] = {"": 0}
    chinese_ids: dict[str, int] = {}
    left: list[list[int]] = []
    right: list[list[int]] = []
    for english, chinese in sides:
        if not 0 < len(english) <= recipe.longest or not 0 < len(chinese) <= recipe.longest:
            continue
        known = [*english, *(phrase for phrase in _phrases(english) if often[phrase] >= recipe.phrase)]
        left.append([0, *(english_ids.setdefault(word, len(english_ids)) for word in dict.fromkeys(known))])
        right.append([chinese_ids.setdefault(word, len(chinese_ids)) for word in dict.fromkeys(chinese)])
    links = _links(left, right, len(chinese_ids))
    expected = _expected(links, recipe.iterations)
    return _as_table(expected, links, list(english_ids), list(chinese_ids), recipe)


def _says_something(piece: str) -> bool:
    return count_han(piece) == len(piece) > 0 and piece not in _SAYS_NOTHING


def _phrases(words: Sequence[str]) -> list[str]:
    return [f"{first} {second}" for first, second in pairwise(words)]


def _links(left: Sequence[Sequence[int]], right: Sequence[Sequence[int]], chinese: int) -> _Links:
    keys = np.concatenate(
        [np.add.outer(np.array(b), np.array(a) * chinese).ravel() for a, b in zip(left, right, strict=True)]
    )
    sizes = np.repeat([len(a) for a in left], [len(b) for b in right])
    group = np.repeat(np.arange(len(sizes)), sizes)
    unique, pair = np.unique(keys, return_inverse=True)
    return _Links(pair.astype(np.int32), group.astype(np.int32), unique // chinese, unique % chinese)


def _expected(links: _Links, iterations: int) -> NDArray[np.float64]:
    """Return how often each pair of words is expected to stand for one another."""
    share: NDArray[Any] = np.ones(len(links.english))
    counts = share
    for _ in range(iterations):
        weights = share[links.pair]
        weights /= np.bincount(links.group, weights)[links.group]
        counts = np.bincount(links.pair, weights, minlength=len(share))
        share = counts / np.bincount(links.english, counts)[links.english]
    return counts


def _as_table(
    counts: NDArray[np.float64],
    links: _Links,
    english: Sequence[str],
    chinese: Sequence[str],
    recipe: LexiconRecipe,
) -> Table:
    """Weigh pairs in both directions, which drops what stands beside everything."""
    often = np.bincount(links.english, counts)
    there = counts / often[links.english]
    back = counts / np.bincount(links.chinese, counts)[links.chinese]
    score = there * back**recipe.back
    is_known = (counts >= recipe.fewest) | (there >= recipe.only)
    kept = np.flatnonzero(is_known & (there >= recipe.least) & (links.english > 0))
    table: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for index in kept[np.argsort(-score[kept], kind="stable")]:
        table[english[links.english[index]]].append((chinese[links.chinese[index]], float(score[index])))
    trust = {word: float(count / (count + recipe.doubt)) for word, count in zip(english, often, strict=True)}
    return {word: shares_of(found[: recipe.most], trust[word]) for word, found in table.items()}
