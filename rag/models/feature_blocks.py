"""Features as columns that carry their names: two that change places are an error, not a quiet loss."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["FeatureBlock", "stacked"]


@dataclass(frozen=True, slots=True)
class FeatureBlock:
    """Some features of n rows, shape (n, len(names))."""

    names: tuple[str, ...]
    columns: NDArray[Any]

    def __post_init__(self) -> None:
        if self.columns.ndim != 2 or self.columns.shape[1] != len(self.names):
            raise ValueError(f"{len(self.names)} features named, columns of shape {self.columns.shape}")

    @classmethod
    def of(cls, columns: Mapping[str, ArrayLike]) -> "FeatureBlock":
        """Put columns side by side, each of shape (n,), under its name."""
        return cls(tuple(columns), np.column_stack(list(columns.values())))

    @classmethod
    def everywhere(cls, values: Mapping[str, float], rows: int) -> "FeatureBlock":
        """Give each of some rows the same values."""
        return cls(tuple(values), np.tile(tuple(values.values()), (rows, 1)))

    def only(self, names: Sequence[str]) -> "FeatureBlock":
        """Return some of the features, in the order they are named."""
        return FeatureBlock(tuple(names), self.columns[:, [self.names.index(name) for name in names]])

    def changed(self, columns: NDArray[Any], name: Callable[[str], str]) -> "FeatureBlock":
        """Return what was made of each feature, under names made of theirs."""
        return FeatureBlock(tuple(name(own) for own in self.names), columns)


def stacked(names: Sequence[str], *blocks: FeatureBlock) -> NDArray[np.float64]:
    """Return the blocks side by side, shape (n, len(names)); raises ValueError if the names are others.

    Other names are those of a model that was made of rows in that order.
    """
    found = [name for block in blocks for name in block.names]
    if found != list(names):
        place = next((i for i, (a, b) in enumerate(zip(found, names, strict=False)) if a != b), None)
        where = f"{len(found)} features, {len(names)} expected"
        if place is not None:
            where = f"feature {place} is {found[place]!r}, not {names[place]!r}"
        raise ValueError(f"features out of order: {where}")
    return np.column_stack([block.columns for block in blocks]).astype(np.float64, copy=False)
