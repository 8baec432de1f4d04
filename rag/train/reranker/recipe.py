"""The recipe of the trees that rank candidates again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import lightgbm
import numpy as np

from rag.retrieve.rerank.features import FEATURES
from rag.settings import Settings
from rag.train.data.pairs import read_answers, read_pairs
from rag.train.fitting.trees import ForestRecipe, fit_trees, save_trees
from rag.train.report import Report
from rag.train.reranker.judged import JudgedSet, answer_sets, judge, pair_sets

__all__ = ["TOY", "RerankerRecipe", "train_reranker"]

_HEADINGS: Final = ("docs_heading", "gov", "law", "wiki")


@dataclass(frozen=True, slots=True)
class RerankerRecipe(ForestRecipe):
    """The settings of one training run; the defaults made the shipped trees."""

    trees: int = 400
    leaves: int = 15
    leaf: int = 80
    learning_rate: float = 0.04
    features: float = 0.3
    seed: int = 20261121
    headings: float = 0.25  # weight of a pair whose question is a heading or a title: few people ask so


TOY: Final = RerankerRecipe(trees=5, leaf=5)


def train_reranker(
    data: Path, out: Path, recipe: RerankerRecipe, settings: Settings, report: Report
) -> dict[str, Any]:
    """Train on the questions under `data` that the embedding model never saw; return what the run was.

    The settings name no reranker: what it is to rank is what comes without one.
    """
    sets: list[JudgedSet] = []
    files, answers = read_pairs(data), read_answers(data)
    for asked in chain(answer_sets(answers, recipe.seed), pair_sets(files, recipe.seed)):
        sets.append(judge(asked, settings))
        report(f"{asked.name}: {len(asked.questions):,} questions, {len(asked.passages):,} passages")
    save_trees(_fit(sets, recipe), FEATURES, out)
    return {
        "questions": sum(len(found.groups) for found in sets),
        "sets": [found.name for found in sets],
        "recipe": asdict(recipe),
    }


def _fit(sets: Sequence[JudgedSet], recipe: RerankerRecipe) -> lightgbm.Booster:
    weights = [
        np.full(len(found.labels), recipe.headings if found.name.startswith(_HEADINGS) else 1.0)
        for found in sets
    ]
    rows, labels = [found.rows for found in sets], [found.labels for found in sets]
    return fit_trees(rows, labels, FEATURES, recipe, np.concatenate(weights))
