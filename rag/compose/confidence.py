"""How likely it is that what was found answers the question.

Trees over what is seen of the best sentences, trained by `yinju train answers` on questions that a
library answers and on questions that it does not: among them those whose answer was cut out of its
passage, and those that ask of one thing what is said of another. The threshold was chosen there for
the share of answerable questions that may be refused (selective answering: El-Yaniv & Wiener, 2010).
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np

from rag.compose.select import Choice
from rag.compose.sight import FEATURES
from rag.errors import ModelError
from rag.lens import Lens
from rag.rerank.matching import Floats
from rag.rerank.trees import Trees
from rag.types import Evidence
from rag.words import MODELS

__all__ = ["SHIPPED", "SIGNS", "THRESHOLD", "confidence", "signs", "signs_of_question", "threshold"]

SHIPPED: Final = MODELS / "answers" / "confidence.safetensors"
THRESHOLD: Final = MODELS / "answers" / "confidence.json"
_LOOKED_AT: Final = 5  # best sentences
_LISTING_SURE: Final = 0.9  # score of a list that counts what is asked for
# A question half of which stands nowhere in the library, and that the reader finds no answer to: the trees,
# which saw few of those that share a common word with the text, may think otherwise.
_UNSEEN: Final = 0.5  # share of the question
_UNREADABLE: Final = -2.0  # logit
_READABLE: Final = FEATURES.index("readable_most")
_MOST: Final = ("fit", "own", "near", "wide", "cosine", "shape", "beside", "explains", "named_in_article")
_MOST_COLUMNS: Final = [FEATURES.index(name) for name in _MOST]
SIGNS: Final = (
    *("best", "second", "mean", "sentences"),
    *("fused_most", "dense_most", "english", "listing", "listing_named", "listing_items"),
    *FEATURES,
    *(f"most_{name}" for name in _MOST),
)


def signs_of_question(lens: Lens, evidence: Evidence) -> Floats:
    """Return what is seen of a question and all that was found for it, shape (q,)."""
    listing = evidence.listing
    return np.array(
        [
            evidence.strongest,
            evidence.closest,
            float(lens.query.language == "en"),
            listing.score if listing else 0.0,
            float(bool(listing and listing.named)),
            float(bool(listing and lens.count == len(listing.section.children))),
        ]
    )


def signs(of_question: Floats, logits: Floats, rows: Floats) -> Floats:
    """Return all signs, shape (len(SIGNS),), of one sentence at least: a logit and a row for each."""
    best = np.argsort(-logits, kind="stable")[:_LOOKED_AT]
    whole = (logits[best[0]], logits[best[min(1, len(best) - 1)]], logits[best].mean(), float(len(logits)))
    return np.concatenate([whole, of_question, rows[best[0]], rows[best][:, _MOST_COLUMNS].max(axis=0)])


def confidence(lens: Lens, choices: Sequence[Choice], evidence: Evidence) -> float:
    """Return the probability that the evidence answers the question; 0 where there is no sentence."""
    if not choices:
        return 0.0
    logits = np.array([choice.logit for choice in choices])
    rows = np.array([choice.row for choice in choices])
    logit = _trees().logits(signs(signs_of_question(lens, evidence), logits, rows)[None, :])[0]
    probability = float(1 / (1 + np.exp(-logit)))
    listing = evidence.listing
    if listing and listing.named and listing.score >= _LISTING_SURE:
        probability = max(probability, threshold())  # an outline counts the very things that are asked for
    is_of_another_world = (
        lens.query.language != "en" and lens.unseen >= _UNSEEN and rows[0, _READABLE] < _UNREADABLE
    )
    return min(probability, threshold() / 2) if is_of_another_world else probability


@cache
def _trees() -> Trees:
    return Trees(SHIPPED, SIGNS)


@cache
def threshold() -> float:
    """Return the probability below which an answer is withheld; raises ModelError."""
    try:
        return float(json.loads(THRESHOLD.read_text(encoding="utf-8"))["threshold"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{THRESHOLD} holds no threshold: {error}") from error
