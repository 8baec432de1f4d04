"""The recipe of the trees that choose among the ways to answer, from reference questions and their facts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray

from rag.answer.extractive.answer_forms import Candidate, candidates
from rag.answer.extractive.form_ranker import FEATURES, look_at_candidates
from rag.answer.extractive.sentence_ranker import ranked
from rag.errors import InputError
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.text.normalize import fold
from rag.train.data.own_questions import Facts
from rag.train.fitting.trees import ForestRecipe, fit_trees, save_trees
from rag.types.evidence import Evidence

__all__ = ["Ranked", "fit_candidates"]

_TOO_LONG: Final = 2.2  # times the shortest way that holds all facts, and
_ALLOWED: Final = 80  # characters more
_FEWEST: Final = 6  # ways
_OF_A_QUESTION: Final = 1.0  # weight that the right ways of a question share
_OF_A_WAY: Final = 0.3  # weight that each way has beside


class Ranked(NamedTuple):
    """A question, what was found for it, and how its sentences rank by trees that have not seen it."""

    question: Relevance
    evidence: Evidence
    facts: Facts
    rows: Floats
    logits: Floats


class _Ways(NamedTuple):
    rows: Floats
    labels: NDArray[np.int8]


def fit_candidates(
    questions: Sequence[Ranked], fold_of: NDArray[np.int64], recipe: ForestRecipe, out: Path
) -> dict[str, Any]:
    """Fit and write the trees; return how often, cross-validated, the way chosen is a right one.

    Raises InputError if there is too little to learn from.
    """
    ways = [_ways(question) for question in questions]
    kept = [(way, number) for way, number in zip(ways, fold_of.tolist(), strict=True) if way.labels.any()]
    right = 0
    for number in sorted({number for _, number in kept}):
        others = [way for way, other in kept if other != number]
        if sum(len(way.labels) for way in others) < _FEWEST:
            break
        model = _fit(others, recipe)
        for way in (way for way, other in kept if other == number):
            right += int(way.labels[int(np.asarray(model.predict(way.rows)).argmax())])
    if sum(len(way.labels) for way, _ in kept) < _FEWEST:
        raise InputError("questions", f"{len(kept)} questions with facts are answered: too few to learn from")
    save_trees(_fit([way for way, _ in kept], recipe), FEATURES, out)
    return {"answered": len(kept), "rightly": round(right / len(kept), 3)}


def _ways(asked: Ranked) -> _Ways:
    question, evidence, facts, rows, logits = asked
    choices = ranked(evidence.passages, rows, logits)
    found = candidates(question, choices, evidence.listings, evidence.documents)
    if not found:
        return _Ways(np.zeros((0, len(FEATURES))), np.zeros(0, dtype=np.int8))
    return _Ways(look_at_candidates(question, choices, found), _labels(question, found, facts))


def _labels(question: Relevance, found: Sequence[Candidate], facts: Facts) -> NDArray[np.int8]:
    """Return 1 for the ways that hold all facts and little else; for a list question, its items go first."""
    holds = np.array([_holds(way, facts) for way in found])
    lengths = np.array([len(way.text) for way in found])
    if not holds.any():
        return np.asarray(holds, dtype=np.int8)
    right = holds & (lengths <= _TOO_LONG * lengths[holds].min() + _ALLOWED)
    is_list = np.array([way.kind != "sentences" for way in found])
    if question.analysis.asks in ("list", "overview") and (right & is_list).any():
        right &= is_list
    return np.asarray(right, dtype=np.int8)


def _holds(way: Candidate, facts: Facts) -> bool:
    text = fold(way.text)
    return bool(facts) and all(any(fold(said) in text for said in fact) for fact in facts)


def _fit(ways: Sequence[_Ways], recipe: ForestRecipe) -> lightgbm.Booster:
    weights = [np.full(len(way.labels), _OF_A_QUESTION / way.labels.sum() + _OF_A_WAY) for way in ways]
    return fit_trees(
        [way.rows for way in ways], [way.labels for way in ways], FEATURES, recipe, np.concatenate(weights)
    )
