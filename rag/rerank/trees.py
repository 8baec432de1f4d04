"""Gradient-boosted trees over plain features (Friedman, 2001; Ke et al., 2017), read without LightGBM."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from rag.errors import ModelError
from rag.rerank.features import FEATURES, Judged, features
from rag.rerank.matching import Asked, Matched
from rag.words import MODELS

__all__ = ["DEPTH", "SHIPPED", "TreeReranker", "Trees", "create"]

SHIPPED: Final = MODELS / "reranker" / "trees.safetensors"
DEPTH: Final = 20


class Trees:
    """A forest as flat arrays: node i goes left where feature[i] is at most threshold[i].

    A leaf is a node whose children are itself; `value` is what it adds to the logit.
    """

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        """Read a forest that `names` are the features of; raises ModelError."""
        try:
            with safe_open(path, framework="numpy") as file:
                told = json.loads((file.metadata() or {})["features"])
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
                self.roots: NDArray[np.int32] = arrays["roots"]
                self.feature: NDArray[np.int32] = arrays["feature"]
                self.threshold: NDArray[np.float64] = arrays["threshold"]
                self.children: NDArray[np.int32] = arrays["children"]
                self.value: NDArray[np.float64] = arrays["value"]
                self._levels = int(arrays["levels"][0])
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise ModelError(f"{path} holds no trees: {error}") from error
        if told != list(names):
            raise ModelError(f"{path} was made of other features: train it again (yinju train)")

    def logits(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of the trees' values for each row, shape (n,)."""
        wide = rows
        nodes = np.broadcast_to(self.roots, (len(rows), len(self.roots)))
        at = np.arange(len(rows))[:, None]
        for _ in range(self._levels):
            goes_right = wide[at, self.feature[nodes]] > self.threshold[nodes]
            nodes = self.children[2 * nodes + goes_right]
        return np.asarray(self.value[nodes].sum(axis=1))


class TreeReranker:
    """Ranks by the trees that `yinju train reranker` made."""

    depth = DEPTH

    def __init__(self, path: Path = SHIPPED) -> None:
        """Read the trees; raises ModelError."""
        self._trees = Trees(path, FEATURES)

    def scores(self, asked: Asked, judged: Sequence[Judged], texts: Sequence[Matched]) -> NDArray[np.float64]:
        """Return the probability that each candidate answers, shape (n,)."""
        logits = self._trees.logits(features(asked, judged, texts))
        return np.asarray(1 / (1 + np.exp(-logits)))


@cache
def create() -> TreeReranker:
    """Read the shipped trees, once."""
    return TreeReranker()
