"""Forests: fitted by LightGBM (Ke et al., 2017), written as flat arrays that need no LightGBM to read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

__all__ = ["ForestRecipe", "fit_trees", "save_trees"]


@dataclass(frozen=True, slots=True)
class ForestRecipe:
    """The settings of one training run."""

    trees: int
    leaves: int
    leaf: int  # rows in a leaf at least
    learning_rate: float
    features: float  # share of the features that each tree may look at
    seed: int


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
    """A forest's nodes in one row; a leaf is its own child."""

    def __init__(self) -> None:
        self.feature: list[int] = []
        self.threshold: list[float] = []
        self.children: list[int] = []
        self.value: list[float] = []
        self.roots: list[int] = []
        self.levels = 0

    def add(self, node: dict[str, Any], depth: int) -> int:
        """Add a node and what hangs below it; return its number."""
        self.levels = max(self.levels, depth)
        number = len(self.feature)
        self.feature.append(node.get("split_feature", 0))
        self.threshold.append(node.get("threshold", np.inf))
        self.value.append(node.get("leaf_value", 0.0))
        self.children.extend((number, number))
        if "split_feature" in node:
            for side, name in enumerate(("left_child", "right_child")):
                self.children[2 * number + side] = self.add(node[name], depth + 1)
        return number


def save_trees(model: lightgbm.Booster, names: Sequence[str], path: Path) -> None:
    """Write a forest as `rag.rerank.trees.Trees` reads it."""
    flat = _Flat()
    for tree in model.dump_model()["tree_info"]:
        flat.roots.append(flat.add(tree["tree_structure"], 0))
    arrays: dict[str, NDArray[Any]] = {
        "roots": np.array(flat.roots, dtype=np.int32),
        "feature": np.array(flat.feature, dtype=np.int32),
        "threshold": np.array(flat.threshold, dtype=np.float64),
        "children": np.array(flat.children, dtype=np.int32),
        "value": np.array(flat.value, dtype=np.float64),
        "levels": np.array([flat.levels], dtype=np.int32),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(arrays, path, {"features": json.dumps(list(names))})
