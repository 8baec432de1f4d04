"""Forests: fitted by LightGBM (Ke et al., 2017), written as flat arrays that need no LightGBM to read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import lightgbm
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from rag.models.forest import LEAVES

__all__ = ["ForestRecipe", "fit_trees", "save_trees"]

_ALL: Final = (1 << LEAVES) - 1


@dataclass(frozen=True, slots=True)
class ForestRecipe:
    """The settings of one training run."""

    trees: int
    leaves: int
    leaf: int  # rows in a leaf at least
    learning_rate: float
    features: float  # share of the features that each tree may look at
    seed: int
    extra: bool = False  # one random threshold a feature (extremely randomised: Geurts et al., 2006)
    rising: tuple[str, ...] = ()  # features that more of never makes less likely
    falling: tuple[str, ...] = ()


def fit_trees(
    rows: Sequence[NDArray[np.float64]],
    labels: Sequence[NDArray[np.int8]],
    names: Sequence[str],
    recipe: ForestRecipe,
    weights: NDArray[np.float64] | None = None,
) -> lightgbm.Booster:
    """Fit trees to blocks of rows: how likely is it that a row's label is 1?"""
    parameters = {
        "objective": "binary",
        "learning_rate": recipe.learning_rate,
        "num_leaves": recipe.leaves,
        "min_data_in_leaf": recipe.leaf,
        "feature_fraction": recipe.features,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "extra_trees": recipe.extra,
        "monotone_constraints": [(name in recipe.rising) - (name in recipe.falling) for name in names],
        "seed": recipe.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    dataset = lightgbm.Dataset(
        np.concatenate(rows), np.concatenate(labels), weight=weights, feature_name=list(names)
    )
    return lightgbm.train(parameters, dataset, recipe.trees)


class _Flat:
    """A forest's splits in one row, tree by tree, and the values of its leaves from left to right."""

    def __init__(self) -> None:
        self.feature: list[int] = []
        self.threshold: list[float] = []
        self.mask: list[int] = []  # the leaves that are left where a row is beyond the threshold
        self.first: list[int] = []  # each tree's first split
        self.values: list[list[float]] = []

    def add_tree(self, root: dict[str, Any]) -> None:
        """Add a tree; one without a split gets a split that every row passes."""
        self.first.append(len(self.feature))
        self.values.append([])
        self._add(root)
        if self.first[-1] == len(self.feature):
            self._add_split(0, np.inf, _ALL)
        if len(self.values[-1]) > LEAVES:
            raise ValueError(f"a tree has {len(self.values[-1])} leaves, {LEAVES} at most")

    def _add(self, node: dict[str, Any]) -> None:
        values = self.values[-1]
        if "split_feature" not in node:
            values.append(node["leaf_value"])
            return
        start = len(values)
        self._add(node["left_child"])
        gone = (1 << len(values)) - (1 << start)
        self._add(node["right_child"])
        self._add_split(node["split_feature"], node["threshold"], _ALL & ~gone)

    def _add_split(self, feature: int, threshold: float, mask: int) -> None:
        self.feature.append(feature)
        self.threshold.append(threshold)
        self.mask.append(mask)


def save_trees(model: lightgbm.Booster, names: Sequence[str], path: Path) -> None:
    """Write a forest as `rag.models.forest.Trees` reads it."""
    flat = _Flat()
    for tree in model.dump_model()["tree_info"]:
        flat.add_tree(tree["tree_structure"])
    arrays: dict[str, NDArray[Any]] = {
        "feature": np.array(flat.feature, dtype=np.int32),
        "threshold": np.array(flat.threshold, dtype=np.float64),
        "mask": np.array(flat.mask, dtype=np.uint16),
        "first": np.array(flat.first, dtype=np.int32),
        "value": np.array([values + [0.0] * (LEAVES - len(values)) for values in flat.values]),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(arrays, path, {"features": json.dumps(list(names))})
