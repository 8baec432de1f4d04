"""Gradient-boosted trees over plain features (Friedman, 2001; Ke et al., 2017), read without LightGBM."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.models.forest import Trees
from rag.resources import MODELS
from rag.retrieve.rerank.features import FEATURES, Judged, features
from rag.retrieve.rerank.matching import MatchedQuestion, MatchedText

__all__ = ["DEPTH", "SHIPPED", "TreeReranker", "create"]

SHIPPED: Final = MODELS / "reranker" / "trees.safetensors"
DEPTH: Final = 20


class TreeReranker:
    """Ranks by the trees that `yinju train reranker` made."""

    depth = DEPTH

    def __init__(self, path: Path = SHIPPED) -> None:
        """Read the trees; raises ModelError."""
        self._trees = Trees(path, FEATURES)

    def scores(
        self, asked: MatchedQuestion, judged: Sequence[Judged], texts: Sequence[MatchedText]
    ) -> NDArray[np.float64]:
        """Return the probability that each candidate answers, shape (n,)."""
        logits = self._trees.logits(features(asked, judged, texts))
        return np.asarray(1 / (1 + np.exp(-logits)))


@cache
def create() -> TreeReranker:
    """Read the shipped trees, once."""
    return TreeReranker()
