"""The two forests that say how sure an answer is, and the thresholds below which it is withheld."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from rag.answer.extractive.answerability import SIGNS
from rag.retrieve.rerank.matching import Floats
from rag.train.answers.judged import Judged
from rag.train.answers.settings import FOLDS, AnswersRecipe
from rag.train.fitting.trees import ForestRecipe, fit_trees, save_trees

__all__ = ["fit_confidence"]

# Shares of answerable questions that may be refused, for their subject and of the others for the detail.
_NOT_TREATED, _NOT_TOLD = 0.005, 0.05


def fit_confidence(
    judged: Sequence[Judged],
    seen: Floats,
    fold_of: NDArray[np.int64],
    recipe: AnswersRecipe,
    out: Path,
) -> tuple[dict[str, Any], dict[str, float]]:
    """Fit and write both forests; return figures, cross-validated, and the thresholds chosen."""
    reference = np.array([q.is_reference for q in judged])
    weights = np.array([q.weight(recipe.weight_of_confidence, recipe.of_judged) for q in judged])
    treated = np.array([q.outcome != "not treated" for q in judged])
    labels = np.array([q.outcome == "answered" for q in judged])
    everything = np.ones(len(judged), dtype=bool)
    found: list[Floats] = []
    # Whether the subject is treated is learnt of all, whether the detail is told of those where it is.
    for name, right, among in (("subject", treated, everything), ("detail", labels, treated)):
        fit = partial(_fit_signs, seen, right, weights, recipe.confidence)
        told = np.zeros(len(judged))
        for fold_number in range(FOLDS):
            inside = fold_of == fold_number
            told[inside] = fit(among & ~inside).predict(seen[inside])
        save_trees(fit(among), SIGNS, out / f"{name}.safetensors")
        found.append(told)
    judged_on = np.array([q.is_judged_on for q in judged])
    answerable, subject = labels[judged_on], found[0][judged_on]
    told = subject * found[1][judged_on]
    least_subject = float(np.quantile(subject[answerable], _NOT_TREATED))
    kept = subject >= least_subject
    threshold = float(np.quantile(told[answerable & kept], _NOT_TOLD))
    refused = ~kept | (told < threshold)
    figures = {
        "questions": int(judged_on.sum()),
        "unanswerable": int((~answerable).sum()),
        "refused_of_unanswerable": round(float(refused[~answerable].mean()), 3),
        "refused_of_answerable": round(float(refused[answerable].mean()), 3),
        "own_questions": int(reference.sum()),
        "public_questions": int((~reference).sum()),
    }
    return figures, {"threshold": round(threshold, 4), "subject": round(least_subject, 4)}


def _fit_signs(
    seen: Floats,
    right: NDArray[np.bool_],
    weights: Floats,
    recipe: ForestRecipe,
    among: NDArray[np.bool_],
) -> lightgbm.Booster:
    labels = right[among].astype(np.int8)
    return fit_trees([seen[among]], [labels], SIGNS, recipe, weights[among])
