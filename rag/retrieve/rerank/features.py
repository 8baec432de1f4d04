"""What the trees see of a question and a candidate: plain numbers, most of them between 0 and 1.

Candidates are told apart by what the others lack, so that every measure is also given as its
distance from the best of them, and from the best other one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import log1p
from typing import Final, NamedTuple

import numpy as np

from rag.models.feature_blocks import FeatureBlock, stacked
from rag.retrieve.rerank.matching import (
    ASKED_KINDS,
    CLOSE,
    Floats,
    MatchedQuestion,
    MatchedText,
    Sight,
    cues_of,
    look,
)

__all__ = ["FEATURES", "Judged", "behind", "features"]

_SCORES: Final = ("dense", "lexical", "fused")
_COMPARED: Final = (
    *_SCORES,
    *("saturated", "covered", "covered_with_heading", "covered_by_heading", "covered_wide"),
    *("telling", "telling_in_text", "best_sentence", "best_pair", "best_sentence_with_heading"),
    *("best_telling_sentence", "best_telling_pair", "best_beside_heading"),
    *("near", "near_telling", "nearest_sentence", "nearest_telling_sentence", "nearest_pair"),
    *("closest_sentence", "longest_run", "noun"),
)
_RANKED: Final = (*_SCORES, "saturated")
_SINGLE: Final = (
    *("rarest_missing", "has_cue", "numbers_missing", "latin_missing", "heading_in_question"),
    *("han_share", "other_language", "log_length", "sentences", "same_heading"),
)
_OF_QUESTION: Final = ("question_length", "question_terms", "english", "known")
FEATURES: Final = (
    *_COMPARED,
    *(f"{name}_gap" for name in _COMPARED),
    *(f"{name}_lead" for name in _COMPARED),
    *(f"{name}_rank" for name in _RANKED),
    *_SINGLE,
    *_OF_QUESTION,
    *(f"asks_{kind}" for kind in ASKED_KINDS),
)
_GAP: Final = re.compile(r"\W+")
_RANKS: Final = 20.0
_K1, _B, _SHARPER = 0.4, 0.75, 1.2  # of a BM25 that counts little what is said more than once
_NO_WEIGHT: Final = 1e-9  # stands for 0 where one divides by it
_CHINESE: Final = 0.2  # share of Han characters


class Judged(NamedTuple):
    """The scores of one candidate by both legs and together."""

    dense: float
    lexical: float
    fused: float


def features(asked: MatchedQuestion, judged: Sequence[Judged], texts: Sequence[MatchedText]) -> Floats:
    """Return a row a candidate, shape (n, len(FEATURES)); candidates come best first."""
    if not texts:
        return np.zeros((0, len(FEATURES)))
    sight = look(asked, texts)
    compared = FeatureBlock(
        _COMPARED,
        stacked(
            _COMPARED,
            FeatureBlock(_SCORES, np.array(judged, dtype=np.float64)),
            _of_terms(asked, texts, sight),
            _of_pieces(asked, sight),
        ),
    )
    ranked = compared.only(_RANKED)
    ranks = np.argsort(np.argsort(-ranked.columns, axis=0, kind="stable"), axis=0, kind="stable") / _RANKS
    return stacked(
        FEATURES,
        compared,
        *behind(compared),
        ranked.changed(ranks, "{}_rank".format),
        _of_texts(asked, texts, sight),
        _of_question(asked, len(texts)),
    )


def behind(measures: FeatureBlock) -> tuple[FeatureBlock, FeatureBlock]:
    """Return the distance of each row from the best one and from the best other one, feature by feature."""
    rows = measures.columns
    best = rows.max(axis=0)
    second = np.partition(rows, -2, axis=0)[-2] if len(rows) > 1 else np.zeros_like(best)
    lead = rows - np.where(rows == best, second, best)
    return measures.changed(rows - best, "{}_gap".format), measures.changed(lead, "{}_lead".format)


def _of_terms(asked: MatchedQuestion, texts: Sequence[MatchedText], sight: Sight) -> FeatureBlock:
    """Return how much of the question's terms, by weight, each text holds, and how close together."""
    weights, total = asked.weights, float(asked.weights.sum()) or 1.0
    inside = sight.counts > 0
    have = inside | sight.in_heading
    telling, told = _telling(weights, have)
    telling_inside, told_inside = _telling(weights, inside)
    sizes = np.diff(np.append(sight.starts, len(sight.held)))
    both = np.column_stack([weights / total, telling_inside / told_inside])
    sentences = _best(sight.held @ both, sight)
    pairs = _best((sight.held | _next(sight.held, sight.starts)) @ both, sight)
    new = weights * ~sight.in_heading
    beside = (sight.held * np.repeat(new, sizes, axis=0)).sum(axis=1)
    with_heading = beside + np.repeat(sight.in_heading @ weights, sizes)
    return FeatureBlock.of(
        {
            "saturated": _saturated(asked, texts, sight),
            "covered": inside @ weights / total,
            "covered_with_heading": have @ weights / total,
            "covered_by_heading": sight.in_heading @ weights / total,
            "covered_wide": inside @ (weights * asked.wide) / (float(weights @ asked.wide) or 1.0),
            "telling": have @ telling / told,
            "telling_in_text": inside @ telling_inside / told_inside,
            "best_sentence": sentences[:, 0],
            "best_pair": pairs[:, 0],
            "best_sentence_with_heading": _best(with_heading, sight) / total,
            "best_telling_sentence": sentences[:, 1],
            "best_telling_pair": pairs[:, 1],
            "best_beside_heading": _best(beside, sight) / np.maximum(new.sum(axis=1), _NO_WEIGHT),
        }
    )


def _telling(weights: Floats, have: np.ndarray) -> tuple[Floats, float]:
    """Weigh terms by how few of the candidates hold them; return the weights and what they add up to."""
    holders = have.sum(axis=0)
    telling = weights / np.maximum(holders, 1)
    return telling, float(telling[holders > 0].sum()) or 1.0


def _next(rows: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the rows of the sentences that follow, nothing behind the last of a text."""
    after = np.vstack([rows[1:], np.zeros_like(rows[:1])])
    after[starts[1:] - 1] = 0
    return after


def _best(of_sentences: Floats, sight: Sight) -> Floats:
    return np.asarray(np.maximum.reduceat(of_sentences, sight.starts, axis=0))


def _saturated(asked: MatchedQuestion, texts: Sequence[MatchedText], sight: Sight) -> Floats:
    """Score by BM25 (Robertson and Zaragoza, 2009) with a low k1, as a share of the highest score."""
    weights = asked.weights**_SHARPER
    lengths = np.array([float(text.lengths.sum()) for text in texts])
    often = _K1 * (1 - _B + _B * lengths / max(1.0, float(lengths.mean())))
    scores = sight.counts * (_K1 + 1) / (sight.counts + often[:, None]) + sight.in_heading
    return np.asarray(scores @ weights / (float(weights.sum()) or 1.0) / (_K1 + 2))


def _of_pieces(asked: MatchedQuestion, sight: Sight) -> FeatureBlock:
    """Return how near the texts come to the question's pieces, of which they may hold none."""
    whole = np.maximum.reduceat(sight.near, sight.starts, axis=0)
    telling = asked.rarity / np.maximum((whole > CLOSE).sum(axis=0), 1)
    telling /= telling.sum()
    pairs = np.maximum(sight.near, _next(sight.near, sight.starts))
    return FeatureBlock.of(
        {
            "near": whole @ asked.rarity,
            "near_telling": whole @ telling,
            "nearest_sentence": _best(sight.near @ asked.rarity, sight),
            "nearest_telling_sentence": _best(sight.near @ telling, sight),
            "nearest_pair": _best(pairs @ asked.rarity, sight),
            "closest_sentence": _best(sight.cosines, sight),
            "longest_run": _best(sight.runs.astype(np.float64), sight),
            "noun": _best(sight.noun, sight),
        }
    )


def _of_texts(asked: MatchedQuestion, texts: Sequence[MatchedText], sight: Sight) -> FeatureBlock:
    is_english = asked.query.language == "en"
    absent = ~((sight.counts > 0) | sight.in_heading)
    rarest = (absent * asked.weights).max(axis=1, initial=0.0)
    headings = Counter(text.heading for text in texts)
    shares = np.array([text.han_share for text in texts])
    return FeatureBlock.of(
        {
            "rarest_missing": rarest / (float(asked.weights.max(initial=0.0)) or 1.0),
            "has_cue": _best(cues_of(asked.asks, texts), sight),
            "numbers_missing": [_missing(asked.numbers, text) for text in texts],
            "latin_missing": [_missing(asked.latin, text) for text in texts],
            "heading_in_question": [
                bool(text.heading) and _GAP.sub("", text.heading) in asked.text for text in texts
            ],
            "han_share": shares,
            "other_language": is_english == (shares > _CHINESE),
            # Without the line breaks.
            "log_length": [log1p(len(text.text) - len(text.lengths) + 1) for text in texts],
            "sentences": [len(text.lengths) for text in texts],
            "same_heading": [headings[text.heading] - 1 if text.heading else 0 for text in texts],
        }
    )


def _missing(wanted: frozenset[str], text: MatchedText) -> float:
    """Return the share of the question's numbers or Latin words that a text does not hold."""
    if not wanted:
        return 0.0
    return sum(one not in text.text and one not in text.heading for one in wanted) / len(wanted)


def _of_question(asked: MatchedQuestion, count: int) -> FeatureBlock:
    told = {
        "question_length": float(len(asked.text)),
        "question_terms": float(len(asked.terms)),
        "english": float(asked.query.language == "en"),
        "known": asked.known,
    }
    kinds = {f"asks_{kind}": float(asked.asks == kind) for kind in ASKED_KINDS}
    return FeatureBlock.everywhere(told | kinds, count)
