"""The first candidates in an order that also heeds how near their nearest sentence comes in meaning."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.text.sentences import sentence_ends

__all__ = ["DEPTH", "DEPTH_IN_ENGLISH", "Cosines", "fused_order"]

DEPTH: Final = 20  # candidates
DEPTH_IN_ENGLISH: Final = 40
"""The same, of an English question: its words, of which it has many and common ones, tell less."""
_SMOOTHING: Final = 10  # of a rank: how little the very first places stand out

Cosines = Callable[[Sequence[str]], NDArray[np.float32]]


def fused_order(texts: Sequence[str], meaning: Cosines) -> list[int]:
    """Return the places of texts, given best first, in their new order.

    Reciprocal rank fusion (Cormack et al., 2009) of the order given, which words decide, with that by
    the nearest sentence: a question in words of its own is found by the latter. `meaning` tells the
    cosine of each sentence with the question.
    """
    sentences: list[str] = []
    first = [0]
    for text in texts:
        sentences += _sentences(text)
        first.append(len(sentences))
    if len(texts) < 2:
        return list(range(len(texts)))
    cosines = meaning(sentences)
    nearest = np.array([cosines[start:end].max() for start, end in pairwise(first)])
    given = np.arange(len(texts))
    near = np.argsort(np.argsort(-nearest, kind="stable"), kind="stable")
    fused = 1 / (_SMOOTHING + given) + 1 / (_SMOOTHING + near)
    return [int(place) for place in np.argsort(-fused, kind="stable")]


def _sentences(text: str) -> list[str]:
    found = [text[start:end].strip() for start, end in pairwise([0, *sentence_ends(text)])]
    return [sentence for sentence in found if sentence] or [text]
