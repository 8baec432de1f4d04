"""Questions with made-up term weights, and texts prepared as the trees see them."""

import numpy as np

from rag.query.rewrite import rewrite
from rag.retrieve.rerank.matching import MatchedQuestion, TermWeights, matched_question
from rag.text.normalize import terms


def weights_of(question: str) -> dict[str, float]:
    return {term: 1.0 + number / 7 for number, term in enumerate(dict.fromkeys(terms(question)))}


def asked(question: str, weights: dict[str, float] | None = None) -> MatchedQuestion:
    weights = weights_of(question) if weights is None else weights
    return matched_question(
        rewrite(question), TermWeights(tuple(weights), np.array([*weights.values()])), 0.9
    )
