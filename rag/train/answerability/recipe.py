"""Whether a question is answered: weights of named features, learnt from questions with and without answer.

A logistic regression. Questions with an answer weigh together what those without do: what comes out is
the probability in a library that is asked as many of both. It is judged document by document: what was
found in one is weighed by what the others taught. The threshold refuses the share of answerable
questions that may be refused.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from rag.answer.extractive.answerability import answer_row
from rag.answer.extractive.answerability_features import FEATURES
from rag.errors import InputError
from rag.retrieve.rerank.matching import Floats
from rag.train.data.own_questions import QuestionsOver
from rag.train.report import Report

__all__ = ["TOY", "AnswerabilityRecipe", "Shown", "fit_answerability", "train_answerability"]

_STEPS: Final = 30  # of Newton's method; some eight are enough
_NOTHING: Final = 1e-9  # a feature's spread below which it tells nothing
_TELL_EVERY: Final = 50  # questions


class Shown(NamedTuple):
    """What is seen of a question's answer, the document of its best sentence, and whether it has one.

    It `is_judged_on` if the threshold and the figures are made for questions like it.
    """

    row: Floats
    document: str
    is_answerable: bool
    is_judged_on: bool


@dataclass(frozen=True, slots=True)
class AnswerabilityRecipe:
    """What the weights are held back by, how they are tried, and the share that may be refused."""

    held_back: float = 0.1  # the weight of the squares of the weights, in standard units
    folds: int = 10
    of_others: float = 0.5  # weight of a question that is not judged on
    refused: float = 0.05  # of the answerable questions
    fewest: int = 40  # questions
    seed: int = 7


TOY: Final = AnswerabilityRecipe(folds=2, fewest=2)


def train_answerability(
    own: Sequence[QuestionsOver], out: Path, recipe: AnswerabilityRecipe, report: Report
) -> dict[str, Any]:
    """Ask, fit and write the weights; the first set is judged on. Raises InputError for too few."""
    shown = []
    for number, over in enumerate(own):
        for one in _shown(over, is_judged_on=number == 0):
            shown.append(one)
            if len(shown) % _TELL_EVERY == 0:
                report(f"{len(shown):,} questions asked")
    return fit_answerability(shown, out, recipe)


def _shown(over: QuestionsOver, is_judged_on: bool) -> Iterator[Shown]:
    for asked in over.questions:
        plan = over.pipeline.found_alone(asked.question, asked.history)
        if plan.choices:
            row = answer_row(plan.question, plan.choices, plan.evidence)
            document = plan.choices[0].passage.document
            yield Shown(row, document, bool(asked.facts), is_judged_on)


def fit_answerability(shown: Sequence[Shown], out: Path, recipe: AnswerabilityRecipe) -> dict[str, Any]:
    """Fit and write weights and threshold; return the figures, cross-validated by document."""
    answerable = np.array([one.is_answerable for one in shown])
    if len(shown) < recipe.fewest or answerable.all() or not answerable.any():
        raise InputError(
            "questions", f"{len(shown)} questions are too few, or all with or all without answer"
        )
    rows = np.concatenate([one.row for one in shown])
    weights = np.array([1.0 if one.is_judged_on else recipe.of_others for one in shown])
    told = np.zeros(len(shown))
    folds = _folds(shown, recipe)
    for number in sorted(set(folds.tolist())):
        inside = folds == number
        line = _fitted(rows[~inside], answerable[~inside], weights[~inside], recipe.held_back)
        told[inside] = rows[inside] @ line[:-1] + line[-1]
    judged = np.array([one.is_judged_on for one in shown])
    least = float(np.quantile(told[judged & answerable], recipe.refused))
    refused = told < least
    line = _fitted(rows, answerable, weights, recipe.held_back)
    figures = {
        "questions": int(judged.sum()),
        "unanswerable": int((judged & ~answerable).sum()),
        "refused_of_unanswerable": round(float(refused[judged & ~answerable].mean()), 3),
        "refused_of_answerable": round(float(refused[judged & answerable].mean()), 3),
        "others": int((~judged).sum()),
    }
    model = {
        "features": FEATURES,
        "weights": np.round(line[:-1], 4).tolist(),
        "bias": round(float(line[-1]), 4),
        "threshold": round(float(1 / (1 + np.exp(-least))), 4),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    return {"recipe": asdict(recipe)} | figures


def _folds(shown: Sequence[Shown], recipe: AnswerabilityRecipe) -> Floats:
    """Return a fold for each question: all whose best sentence is of one document are in one."""
    documents = sorted({one.document for one in shown})
    places = np.random.default_rng(recipe.seed).permutation(len(documents)) % recipe.folds
    fold_of = dict(zip(documents, places.tolist(), strict=True))
    return np.array([fold_of[one.document] for one in shown], dtype=np.float64)


def _fitted(rows: Floats, answerable: Floats, weights: Floats, held_back: float) -> Floats:
    """Return a weight for each feature and the bias, by Newton's method in standard units."""
    middle, spread = rows.mean(axis=0), rows.std(axis=0)
    spread = np.where(spread < _NOTHING, 1.0, spread)
    columns = np.column_stack([(rows - middle) / spread, np.ones(len(rows))])
    weights = weights / weights.sum()
    share = float(weights[answerable].sum())
    weights = weights * np.where(answerable, 0.5 / (share or 1.0), 0.5 / ((1 - share) or 1.0))
    penalty = np.diag([*[2 * held_back] * rows.shape[1], _NOTHING])
    line = np.zeros(columns.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-columns @ line))
        slope = columns.T @ (weights * (likely - answerable)) + penalty @ line
        curve = (columns.T * (weights * likely * (1 - likely))) @ columns + penalty
        line = line - np.linalg.solve(curve, slope)
    weighed = line[:-1] / spread
    return np.append(weighed, line[-1] - weighed @ middle)
