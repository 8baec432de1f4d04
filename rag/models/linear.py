"""A linear model over named features: small enough to be read, and written as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

__all__ = ["LinearModel"]


class LinearModel:
    """Logistic regression: a weight for each feature and a bias."""

    def __init__(self, file: Path, features: Sequence[str]) -> None:
        """Read the weights; raises ModelError if they are none, or not of these features."""
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            names, weights, bias = told["features"], told["weights"], float(told["bias"])
            self._weights = np.array(weights, dtype=np.float64)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{file} holds no linear model: {error}") from error
        if tuple(names) != tuple(features) or len(names) != len(self._weights):
            raise ModelError(f"{file} weighs other features than the program knows: make it anew")
        self._bias = bias

    def logits(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a logit for each row, shape (n,)."""
        return rows @ self._weights + self._bias

    def probabilities(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a probability for each row, shape (n,)."""
        return 1 / (1 + np.exp(-self.logits(rows)))
