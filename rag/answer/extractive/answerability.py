"""How likely it is that what was found answers the question.

Two forests over what is seen of the best sentences, as a question goes unanswered in two ways that look
opposite: the library does not treat its subject, so that few of its words are found; or it does, and
does not tell the detail, so that all of them are, more than those of a question put in words of its own.
What they make of it is one of the named features whose weighed sum is the probability
(`yinju train answerability`). The threshold was chosen there for the share of answerable questions that may
be refused (selective answering: El-Yaniv & Wiener, 2010).
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np

from rag.answer.extractive.answerability_features import FEATURES, LOOKED_AT, look_at_answer
from rag.answer.extractive.sentence_features import FEATURES as OF_SENTENCE
from rag.answer.extractive.sentence_ranker import Choice
from rag.errors import ModelError
from rag.models.forest import Trees
from rag.models.linear import LinearModel
from rag.resources import MODELS
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.types.evidence import Evidence

__all__ = [
    "ANSWERABILITY",
    "DETAIL",
    "PLAIN",
    "SIGNS",
    "SUBJECT",
    "answer_row",
    "confidence",
    "is_treated",
    "signs",
    "signs_of_question",
    "threshold",
]

SUBJECT: Final = MODELS / "answers" / "subject.safetensors"
DETAIL: Final = MODELS / "answers" / "detail.safetensors"
PLAIN: Final = 0.4
"""The probability below which a reader is told that the answer is not plain."""
ANSWERABILITY: Final = MODELS / "answerability" / "answerability.json"
_TREATED: Final = 0.9  # probability from which the documents surely treat what is asked about
_LEAST_TOLD: Final = 1e-9  # probability below which forests tell nothing more
_MOST: Final = (
    *("fit", "own", "near", "wide", "closely", "cosine", "meaning"),
    *("shape", "beside", "explains", "named_in_article"),
)
_MOST_COLUMNS: Final = [OF_SENTENCE.index(name) for name in _MOST]
SIGNS: Final = (
    *("best", "second", "mean", "sentences"),
    *("fused_most", "dense_most", "english", "listing", "listing_named", "listing_items"),
    *OF_SENTENCE,
    *(f"most_{name}" for name in _MOST),
)


def signs_of_question(question: Relevance, evidence: Evidence) -> Floats:
    """Return what is seen of a question and all that was found for it, shape (q,)."""
    listing = evidence.listing
    return np.array(
        [
            evidence.strongest,
            evidence.closest,
            float(question.query.language == "en"),
            listing.score if listing else 0.0,
            float(bool(listing and listing.named)),
            float(bool(listing and question.analysis.count == len(listing.section.children))),
        ]
    )


def signs(of_question: Floats, logits: Floats, rows: Floats) -> Floats:
    """Return all signs, shape (len(SIGNS),), of one sentence at least: a logit and a row for each."""
    best = np.argsort(-logits, kind="stable")[:LOOKED_AT]
    whole = (logits[best[0]], logits[best[min(1, len(best) - 1)]], logits[best].mean(), float(len(logits)))
    return np.concatenate([whole, of_question, rows[best[0]], rows[best][:, _MOST_COLUMNS].max(axis=0)])


def confidence(question: Relevance, choices: Sequence[Choice], evidence: Evidence) -> float:
    """Return the probability that the evidence answers the question; 0 where there is no sentence."""
    if not choices:
        return 0.0
    return float(_weights().probabilities(answer_row(question, choices, evidence))[0])


def answer_row(question: Relevance, choices: Sequence[Choice], evidence: Evidence) -> Floats:
    """Return what is weighed of a question with a sentence at least, shape (1, len(FEATURES))."""
    treated, told = _by_forests(question, choices, evidence)
    return look_at_answer(question, choices, evidence, float(np.log(max(treated * told, _LEAST_TOLD))))


def is_treated(question: Relevance, choices: Sequence[Choice], evidence: Evidence) -> bool:
    """Tell whether the documents surely treat what is asked about, be the detail told or not."""
    return bool(choices) and _by_forests(question, choices, evidence)[0] >= _TREATED


def _by_forests(question: Relevance, choices: Sequence[Choice], evidence: Evidence) -> tuple[float, float]:
    """Return the probability that the subject is treated, and, if it is, that the detail is told."""
    logits = np.array([choice.logit for choice in choices])
    rows = np.array([choice.row for choice in choices])
    seen = signs(signs_of_question(question, evidence), logits, rows)[None, :]
    treated, told = (float(1 / (1 + np.exp(-trees.logits(seen)[0]))) for trees in _forests())
    return treated, told


@cache
def _forests() -> tuple[Trees, Trees]:
    return Trees(SUBJECT, SIGNS), Trees(DETAIL, SIGNS)


@cache
def _weights() -> LinearModel:
    return LinearModel(ANSWERABILITY, FEATURES)


@cache
def threshold() -> float:
    """Return the probability below which an answer is withheld; raises ModelError."""
    try:
        return float(json.loads(ANSWERABILITY.read_text(encoding="utf-8"))["threshold"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{ANSWERABILITY} holds no threshold: {error}") from error
