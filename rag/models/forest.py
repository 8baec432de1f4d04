"""Gradient-boosted trees, evaluated with numpy."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from rag.errors import ModelError

__all__ = ["LEAVES", "Trees"]

LEAVES: Final = 16  # of a tree at most: a bit each


class Trees:
    """A forest as flat arrays, evaluated split by split (QuickScorer: Lucchese et al., 2015).

    Split i asks whether feature[i] is at most threshold[i]; if not, the leaves that `mask[i]` lacks
    are out of reach. What is left of a tree's leaves, its lowest bit, is where a row falls.
    """

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        """Read a forest for rows of the features `names`, among which its own are; raises ModelError."""
        try:
            with safe_open(path, framework="numpy") as file:
                told = json.loads((file.metadata() or {})["features"])
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
                self._feature: NDArray[np.int32] = arrays["feature"]
                self._threshold: NDArray[np.float32] = arrays["threshold"][:, None].astype(np.float32)
                self._mask: NDArray[np.uint16] = arrays["mask"][:, None]
                self._first: NDArray[np.int32] = arrays["first"]
                self._value: NDArray[np.float64] = arrays["value"]
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise ModelError(f"{path} holds no trees: {error}") from error
        self._width = len(names)
        place = {name: number for number, name in enumerate(names)}
        if not place.keys() >= set(told):
            raise ModelError(f"{path} was made of other features: train it again (yinju train)")
        self._feature = np.array([place[name] for name in told], dtype=np.int32)[self._feature]
        self._leaf_of_tree = (np.arange(len(self._first)) * self._value.shape[1])[:, None]

    def logits(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of the trees' values for each row, shape (n,); raises ValueError for other rows."""
        if rows.shape[1] != self._width:
            raise ValueError(f"rows of {rows.shape[1]} features, {self._width} expected")
        columns = np.ascontiguousarray(rows.T, dtype=np.float32)
        within = columns[self._feature] <= self._threshold
        # A split that a row passes takes nothing away: all bits; one that it fails leaves its mask's.
        left = np.bitwise_and.reduceat(self._mask | -within.astype(np.uint16), self._first, axis=0)
        lowest = np.bitwise_count((left & -left) - np.uint16(1))
        leaves = lowest + self._leaf_of_tree
        return np.asarray(self._value.ravel()[leaves].sum(axis=0))
