"""The recipe of the trees that say which clauses of a sentence answer, from answers and from facts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray

from rag.answer.extractive.clause_trimmer import FEATURES, kept, look_at_clauses
from rag.errors import InputError
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.text.normalize import fold
from rag.text.sentences import clauses_of
from rag.train.data.own_questions import Facts
from rag.train.fitting.trees import ForestRecipe, fit_trees, save_trees

__all__ = ["Clauses", "clauses_told", "fit_clauses"]

_SHORT: Final = 40  # characters of a sentence that nothing is learnt from
_FEWEST: Final = 6  # sentences


class Clauses(NamedTuple):
    """A sentence that answers: a row a clause, 1 for those that hold a part of the answer, their lengths."""

    rows: Floats
    labels: NDArray[np.int8]
    lengths: tuple[int, ...]


def clauses_told(question: Relevance, text: str, facts: Facts) -> Clauses | None:
    """Return the clauses of a sentence, None if it has but one or holds none of the facts."""
    clauses = clauses_of(text)
    if len(text) < _SHORT or len(clauses) < 2:
        return None
    pieces = [fold(text[clause.start : clause.end]) for clause in clauses]
    ends = np.cumsum([len(piece) for piece in pieces])
    starts = ends - [len(piece) for piece in pieces]
    whole = "".join(pieces)
    labels = np.zeros(len(pieces), dtype=np.int8)
    for said in (fold(way) for fact in facts for way in fact):
        at = whole.find(said) if said else -1
        while at >= 0:
            labels[(starts < at + len(said)) & (at < ends)] = 1
            at = whole.find(said, at + 1)
    if not labels.any():
        return None
    return Clauses(look_at_clauses(question, text), labels, tuple(c.end - c.start for c in clauses))


def fit_clauses(
    sentences: Sequence[Sequence[Clauses]],
    is_reference: Sequence[bool],
    fold_of: NDArray[np.int64],
    recipe: ForestRecipe,
    weight: float,
    out: Path,
) -> dict[str, Any]:
    """Fit and write the trees, from the sentences of each question; return figures of reference questions.

    `weight` is that of a sentence of a reference question, where a public one weighs 1. Raises
    InputError if there is too little to learn from.
    """
    if sum(map(len, sentences)) < _FEWEST:
        raise InputError("questions", f"{sum(map(len, sentences))} sentences answer: too few to learn from")

    def fit(chosen: NDArray[np.bool_]) -> lightgbm.Booster:
        picked = [(c, n) for n in np.flatnonzero(chosen).tolist() for c in sentences[n]]
        weights = [np.full(len(c.labels), weight if is_reference[n] else 1.0) for c, n in picked]
        rows, labels = [c.rows for c, _ in picked], [c.labels for c, _ in picked]
        return fit_trees(rows, labels, FEATURES, recipe, np.concatenate(weights))

    whole, share = list[bool](), list[float]()
    told = np.array([bool(found) for found in sentences])
    judged_on = told & np.array(is_reference)
    judged_on = judged_on if judged_on.any() else told
    for number in np.unique(fold_of).tolist():
        model = fit(fold_of != number)
        for question in np.flatnonzero((fold_of == number) & judged_on).tolist():
            for clauses in sentences[question]:
                logits = np.asarray(model.predict(clauses.rows, raw_score=True))
                first, last = kept(logits, clauses.lengths)
                held = clauses.labels[first : last + 1].sum()
                whole.append(bool(held == clauses.labels.sum()))
                share.append(sum(clauses.lengths[first : last + 1]) / sum(clauses.lengths))
    save_trees(fit(np.ones(len(sentences), dtype=bool)), FEATURES, out)
    return {
        "sentences": len(whole),
        "kept_whole_answer": round(float(np.mean(whole)), 3),
        "share_of_characters_kept": round(float(np.mean(share)), 3),
    }
