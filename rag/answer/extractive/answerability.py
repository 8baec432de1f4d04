"""How likely it is that what was found answers the question.

Two forests over what is seen of the best sentences, as a question goes unanswered in two ways that look
opposite: the library does not treat its subject, so that few of its words are found; or it does, and
does not tell the detail, so that all of them are, more than those of a question put in words of its own.
What they say is multiplied. `yinju train answers` made them of questions that a library answers and of
both other kinds. The threshold was chosen there for the share of answerable questions that may be
refused (selective answering: El-Yaniv & Wiener, 2010).
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np

from rag.answer.extractive.sentence_features import FEATURES
from rag.answer.extractive.sentence_ranker import Choice
from rag.errors import ModelError
from rag.models.forest import Trees
from rag.query.keywords import holds_code
from rag.resources import MODELS
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.text.normalize import is_in_english
from rag.types.evidence import Evidence

__all__ = [
    "DETAIL",
    "PLAIN",
    "SIGNS",
    "SUBJECT",
    "THRESHOLD",
    "confidence",
    "signs",
    "signs_of_question",
    "threshold",
]

SUBJECT: Final = MODELS / "answers" / "subject.safetensors"
DETAIL: Final = MODELS / "answers" / "detail.safetensors"
THRESHOLD: Final = MODELS / "answers" / "confidence.json"
PLAIN: Final = 0.4
"""The probability below which a reader is told that the answer is not plain."""
_LOOKED_AT: Final = 5  # best sentences
_LISTING_SURE: Final = 0.9  # score of a list that counts what is asked for
# A question half of which stands nowhere in the library, that the reader finds no answer to, and that no
# sentence comes near to in meaning: the trees, which saw few of those that share a common word with the
# text, may think otherwise.
_CODED: Final = 0.75  # share of a question's words, beside its codes, that a sentence tells of
_UNSEEN: Final = 0.5  # share of the question
_UNREADABLE: Final = -2.0  # logit; the more of the question is unseen, the higher
_BY_UNSEEN: Final = 25.0  # of the logit, for all of the question
_UNLIKELY: Final = -2.0  # logit of a sentence in English that was read alone: of such, one in three is right
_READABLE: Final = FEATURES.index("readable_most")
_MEANING: Final = FEATURES.index("meaning")
_NEAR_IN_MEANING: Final = 0.88  # cosine; the more of the question is unseen, the higher
_NEARER_BY_UNSEEN: Final = 0.07  # of the cosine, for all of the question
_BEYOND: Final = FEATURES.index("beyond")
_BESIDE: Final = FEATURES.index("beside")
_MOST: Final = (
    *("fit", "own", "near", "wide", "closely", "cosine", "meaning"),
    *("shape", "beside", "explains", "named_in_article"),
)
_MOST_COLUMNS: Final = [FEATURES.index(name) for name in _MOST]
SIGNS: Final = (
    *("best", "second", "mean", "sentences"),
    *("fused_most", "dense_most", "english", "listing", "listing_named", "listing_items"),
    *FEATURES,
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
    best = np.argsort(-logits, kind="stable")[:_LOOKED_AT]
    whole = (logits[best[0]], logits[best[min(1, len(best) - 1)]], logits[best].mean(), float(len(logits)))
    return np.concatenate([whole, of_question, rows[best[0]], rows[best][:, _MOST_COLUMNS].max(axis=0)])


def confidence(question: Relevance, choices: Sequence[Choice], evidence: Evidence) -> float:
    """Return the probability that the evidence answers the question; 0 where there is no sentence."""
    if not choices:
        return 0.0
    logits = np.array([choice.logit for choice in choices])
    rows = np.array([choice.row for choice in choices])
    seen = signs(signs_of_question(question, evidence), logits, rows)[None, :]
    treated, told = (float(1 / (1 + np.exp(-trees.logits(seen)[0]))) for trees in _forests())
    probability = treated * told
    listing = evidence.listing
    if listing and listing.named and listing.score >= _LISTING_SURE:
        probability = max(probability, threshold(), PLAIN)  # an outline counts the very things asked for
    if question.analysis.codes and _tells_of_codes(question, choices[0]):
        return max(probability, threshold(), PLAIN)  # it is called by a code, as in the question
    beyond_half = question.unseen - _UNSEEN
    if question.query.language == "en" and is_in_english(choices[0].sentence.text):
        is_unreadable = logits[0] < _UNLIKELY
    else:
        is_unreadable = bool(rows[0, _READABLE] < _UNREADABLE + _BY_UNSEEN * beyond_half)
    is_of_another_world = (
        beyond_half >= 0
        and is_unreadable
        and rows[:, _MEANING].max() < _NEAR_IN_MEANING + _NEARER_BY_UNSEEN * beyond_half
    )
    is_beyond = bool(rows[0, _BEYOND])  # the fifth of four
    best = np.argsort(-logits, kind="stable")[:_LOOKED_AT]
    names_nobody = question.analysis.asks == "person" and not rows[best, _BESIDE].any()
    is_unwritten = bool(question.query.unwritten) and not question.query.called
    names_another = is_unwritten or _lacks_code(question, evidence)
    is_untreated = treated < _thresholds()["subject"]
    if is_of_another_world or is_beyond or names_another or names_nobody or is_untreated:
        return min(probability, threshold() / 2)
    return probability


def _tells_of_codes(question: Relevance, best: Choice) -> bool:
    """Tell whether a sentence has all codes of a question and nearly all of its words."""
    text = f"{' '.join(best.passage.heading_path)} {best.sentence.text}"
    weights = np.array([weight for _, weight in question.content])
    held = float(question.holds(text) @ weights) / (weights.sum() or 1.0)
    return held >= _CODED and all(holds_code(best.sentence.text, code) for code in question.analysis.codes)


def _lacks_code(question: Relevance, evidence: Evidence) -> bool:
    """Tell whether a question names a code that stands in none of the documents that were found."""
    return any(
        not any(holds_code(document.text, code) for document in evidence.documents.values())
        for code in question.analysis.codes
    )


@cache
def _forests() -> tuple[Trees, Trees]:
    return Trees(SUBJECT, SIGNS), Trees(DETAIL, SIGNS)


def threshold() -> float:
    """Return the probability below which an answer is withheld; raises ModelError."""
    return _thresholds()["threshold"]


@cache
def _thresholds() -> dict[str, float]:
    try:
        told = json.loads(THRESHOLD.read_text(encoding="utf-8"))
        return {name: float(told[name]) for name in ("threshold", "subject")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{THRESHOLD} holds no thresholds: {error}") from error
