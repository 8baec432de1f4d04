"""Which section a question asks to sum up or list: weights of what is seen of each, learnt from marked ones.

A conditional logit (McFadden, 1974): of the sections that are shown, the right one is to weigh most.
How sure the best one is to be right is fitted to what cross-validation finds (Platt, 1999).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from rag.answer.extractive.sections import FEATURES, look_at_sections, sections_of
from rag.errors import InputError
from rag.pipeline import Pipeline
from rag.retrieve.rerank.matching import Floats
from rag.train.report import Report

__all__ = ["TOY", "MarkedSection", "SectionsRecipe", "read_marked", "train_sections"]

_STEPS: Final = 50  # of Newton's method at most; some ten are enough
_STILL: Final = 1e-9  # of the longest step, below which it stands still
_NOTHING: Final = 1e-6  # a feature's spread below which it tells nothing
_TELL_EVERY: Final = 50  # questions


class MarkedSection(NamedTuple):
    """A question and the section that answers it: its document, start and end."""

    question: str
    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SectionsRecipe:
    """What the weights are held back by, and how they are tried."""

    held_back: float = 0.005  # half the weight of the squares of the weights, in standard units
    folds: int = 8
    neighbours: int = 6  # questions that stay in one fold: they are often of one document
    fewest: int = 40  # questions


TOY: Final = SectionsRecipe(folds=2, neighbours=1, fewest=4)


class _Shown(NamedTuple):
    rows: Floats
    right: int


def read_marked(file: Path) -> list[MarkedSection]:
    """Read questions with the sections that answer them, JSON Lines; raises InputError."""
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
        return [MarkedSection(row["question"], row["doc"], row["start"], row["end"]) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("questions", f"{file} holds no marked sections: {error}") from error


def train_sections(
    pipeline: Pipeline,
    marked: Sequence[MarkedSection],
    out: Path,
    recipe: SectionsRecipe,
    report: Report,
) -> dict[str, Any]:
    """Fit and write the weights; return the figures. Raises InputError if too few can be learnt from."""
    shown = []
    for number, one in enumerate(marked, 1):
        shown += _shown(pipeline, one)
        if number % _TELL_EVERY == 0:
            report(f"{number:,} of {len(marked):,} questions asked")
    if len(shown) < recipe.fewest:
        raise InputError("questions", f"{len(shown)} sections are found: {recipe.fewest} are the fewest")
    best = np.array(_cross_validated(shown, recipe))
    slope, bias = _calibrated(best)
    weights = _fitted(shown, recipe.held_back) * slope
    told = {"features": FEATURES, "weights": np.round(weights, 4).tolist(), "bias": round(bias, 4)}
    out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return {
        "recipe": asdict(recipe),
        "questions": len(shown),
        "not_found": len(marked) - len(shown),
        "right_cross_validated": round(float(best[:, 1].mean()), 3),
    }


def _shown(pipeline: Pipeline, marked: MarkedSection) -> list[_Shown]:
    """Return what is seen of the sections that a question is shown, nothing if the right one is not there."""
    plan = pipeline.found_alone(marked.question)
    found = sections_of(plan.evidence)
    right = [
        number
        for number, one in enumerate(found)
        if (one.document.name, one.section.start, one.section.end) == marked[1:]
    ]
    if not right:
        return []
    return [_Shown(look_at_sections(plan.question, found, plan.choices, plan.evidence), right[0])]


def _cross_validated(shown: Sequence[_Shown], recipe: SectionsRecipe) -> list[tuple[float, float]]:
    """Return the score of each question's best section, fitted without it, and whether it is right."""
    fold_of = np.arange(len(shown)) // recipe.neighbours % recipe.folds
    found = []
    for fold in range(recipe.folds):
        weights = _fitted(
            [one for one, at in zip(shown, fold_of, strict=True) if at != fold], recipe.held_back
        )
        for one in (one for one, at in zip(shown, fold_of, strict=True) if at == fold):
            scores = one.rows @ weights
            found.append((float(scores.max()), float(scores.argmax() == one.right)))
    return found


def _fitted(shown: Sequence[_Shown], held_back: float) -> Floats:
    """Return the weights that make the right sections likeliest, shape (features,)."""
    every = np.concatenate([one.rows for one in shown])
    spread = np.maximum(every.std(axis=0), _NOTHING)
    scaled = [_Shown(one.rows / spread, one.right) for one in shown]

    def loss(weights: Floats) -> float:
        told = sum(np.log(_softmax(one.rows @ weights)[one.right] + _NOTHING) for one in scaled)
        return float(held_back * weights @ weights - told / len(scaled))

    def slope_and_curve(weights: Floats) -> tuple[Floats, Floats]:
        slope, curve = 2 * held_back * weights, 2 * held_back * np.eye(len(weights))
        for one in scaled:
            likely = _softmax(one.rows @ weights)
            mean = likely @ one.rows
            slope = slope + (mean - one.rows[one.right]) / len(scaled)
            curve = curve + ((one.rows * likely[:, None]).T @ one.rows - np.outer(mean, mean)) / len(scaled)
        return slope, curve

    return np.asarray(_lowest(loss, slope_and_curve, every.shape[1]) / spread, dtype=np.float64)


def _lowest(
    loss: Callable[[Floats], float], slope_and_curve: Callable[[Floats], tuple[Floats, Floats]], size: int
) -> Floats:
    """Return where a convex loss is lowest, by Newton's method with steps that are halved until they help."""
    place = np.zeros(size)
    for _ in range(_STEPS):
        slope, curve = slope_and_curve(place)
        step, before = np.linalg.solve(curve, slope), loss(place)
        while np.abs(step).max() > _STILL and loss(place - step) > before:
            step = step / 2
        if np.abs(step).max() <= _STILL:
            break
        place = place - step
    return place


def _softmax(scores: Floats) -> Floats:
    risen = np.exp(scores - scores.max())
    return np.asarray(risen / risen.sum(), dtype=np.float64)


def _calibrated(best: Floats) -> tuple[float, float]:
    """Return slope and bias by which the scores of the best become probabilities."""
    scores, right = best[:, 0], best[:, 1]
    middle, spread = scores.mean(), max(scores.std(), _NOTHING)
    columns = np.column_stack([(scores - middle) / spread, np.ones(len(scores))])

    def loss(line: Floats) -> float:
        logits = columns @ line
        return float((np.logaddexp(0, logits) - right * logits).mean() + _NOTHING * line @ line)

    def slope_and_curve(line: Floats) -> tuple[Floats, Floats]:
        likely = 1 / (1 + np.exp(-columns @ line))
        curve = (columns * (likely * (1 - likely))[:, None]).T @ columns / len(scores)
        slope = columns.T @ (likely - right) / len(scores) + 2 * _NOTHING * line
        return slope, curve + 2 * _NOTHING * np.eye(2)

    line = _lowest(loss, slope_and_curve, 2)
    return float(line[0] / spread), float(line[1] - line[0] * middle / spread)
