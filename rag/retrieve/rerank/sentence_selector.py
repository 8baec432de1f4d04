"""What the trees see of a question and a sentence of a text: does the answer stand here?

Sentences are told apart by what the others of the text lack: a name that stands in each says nothing.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rag.models.feature_blocks import FeatureBlock, stacked
from rag.models.forest import Trees
from rag.query.answer_type import Asks
from rag.resources import MODELS
from rag.retrieve.rerank.features import behind
from rag.retrieve.rerank.matching import (
    CLOSE,
    SENTENCE_MARKS,
    Floats,
    MatchedQuestion,
    MatchedText,
    Sight,
    cues_of,
    look,
)

__all__ = ["FEATURES", "SHIPPED", "SentenceSelector", "features", "shipped_selector"]

SHIPPED: Final = MODELS / "reranker" / "sentences.safetensors"
_COMPARED: Final = (
    *("covered", "covered_with_before", "covered_in_context", "covered_wide", "telling"),
    *("near", "near_with_before", "near_telling", "cosine", "run", "noun"),
)
_SINGLE: Final = (
    *("covered_with_heading", "covered_with_next", "rarest_missing", "least_near", "run_share"),
    *("has_cue", "new_numbers", "asked_numbers", *SENTENCE_MARKS),
    *("log_length", "place", "place_share", "is_first"),
)
_BESIDE: Final = ("telling_lead", "covered_lead", "near_telling_lead", "has_cue", "refers_back")
_OF_TEXT: Final = (
    *("sentences", "question_length", "question_terms"),
    *("text_covers", "text_misses", "text_near"),
)
_KINDS: Final[tuple[Asks, ...]] = (
    *("time", "count", "person", "place", "reason", "list", "overview", "yes-no", "author"),
)
_OWN: Final = (
    *_COMPARED,
    *(f"{name}_gap" for name in _COMPARED),
    *(f"{name}_lead" for name in _COMPARED),
    *_SINGLE,
)
FEATURES: Final = (
    *_OWN,
    *(f"{name}_before" for name in _BESIDE),
    *(f"{name}_after" for name in _BESIDE),
    *_OF_TEXT,
    *(f"asks_{kind}" for kind in _KINDS),
)


def features(asked: MatchedQuestion, text: MatchedText) -> Floats:
    """Return a row a sentence, shape (s, len(FEATURES))."""
    sight = look(asked, [text])
    weights, total = asked.weights, float(asked.weights.sum()) or 1.0
    heavy = float(weights.max(initial=0.0)) or 1.0
    held, heading = sight.held, sight.in_heading
    before, after = _shifted(held, 1), _shifted(held, -1)
    context = held | before | _shifted(held, 2) | held[:1] | heading
    telling = weights / np.maximum(held.sum(axis=0), 1)
    near_telling = asked.rarity / np.maximum((sight.near > CLOSE).sum(axis=0), 1)
    compared = FeatureBlock.of(
        {
            "covered": held @ weights / total,
            "covered_with_before": (held | before) @ weights / total,
            "covered_in_context": context @ weights / total,
            "covered_wide": held @ (weights * asked.wide) / (float(weights @ asked.wide) or 1.0),
            "telling": held @ telling / (float(telling[held.any(axis=0)].sum()) or 1.0),
            "near": sight.near @ asked.rarity,
            "near_with_before": np.maximum(sight.near, _shifted(sight.near, 1)) @ asked.rarity,
            "near_telling": sight.near @ near_telling / float(near_telling.sum()),
            "cosine": sight.cosines,
            "run": sight.runs.astype(np.float64),
            "noun": sight.noun,
        }
    )
    missing = (~(held | before | held[:1] | heading) * weights).max(axis=1, initial=0.0) / heavy
    single = FeatureBlock.of(
        {
            "covered_with_heading": (held | heading) @ weights / total,
            "covered_with_next": (held | after) @ weights / total,
            "rarest_missing": missing,
            "least_near": sight.near.min(axis=1),
            "run_share": sight.runs / max(1, len(asked.text)),
        }
    )
    own = [compared, *behind(compared), single, *_of_sentences(asked, text)]
    beside = FeatureBlock(_OWN, stacked(_OWN, *own)).only(_BESIDE)
    return stacked(
        FEATURES,
        *own,
        beside.changed(_shifted(beside.columns, 1), "{}_before".format),
        beside.changed(_shifted(beside.columns, -1), "{}_after".format),
        _of_text(asked, sight, heavy),
    )


def _of_text(asked: MatchedQuestion, sight: Sight, heavy: float) -> FeatureBlock:
    """Return what is seen of the whole text; `heavy` is the weight of the question's heaviest term."""
    weights, held = asked.weights, sight.held
    everywhere = held.any(axis=0) | sight.in_heading[0]
    told = {
        "sentences": float(len(held)),
        "question_length": float(len(asked.text)),
        "question_terms": float(len(asked.terms)),
        "text_covers": float(everywhere @ weights / (float(weights.sum()) or 1.0)),
        "text_misses": float((~everywhere * weights).max(initial=0.0) / heavy),
        "text_near": float(sight.near.max(axis=0) @ asked.rarity),
    }
    kinds = {f"asks_{kind}": float(asked.asks == kind) for kind in _KINDS}
    return FeatureBlock.everywhere(told | kinds, len(held))


def _shifted(rows: NDArray[Any], by: int) -> NDArray[Any]:
    """Return the rows that stand so many sentences before (after, if below 0), zeros where none does."""
    shifted = np.zeros_like(rows)
    if by > 0:
        shifted[by:] = rows[:-by]
    else:
        shifted[:by] = rows[-by:]
    return shifted


def _of_sentences(asked: MatchedQuestion, text: MatchedText) -> Iterator[FeatureBlock]:
    """Yield what is seen of each sentence by itself: what it shows, and where it stands."""
    places = np.arange(len(text.lengths))
    yield FeatureBlock.of(
        {
            "has_cue": cues_of(asked.asks, [text]),
            "new_numbers": [float(len(numbers - asked.numbers)) for numbers in text.numbers],
            "asked_numbers": [
                len(numbers & asked.numbers) / max(1, len(asked.numbers)) for numbers in text.numbers
            ],
        }
    )
    yield FeatureBlock(SENTENCE_MARKS, text.marks)
    yield FeatureBlock.of(
        {
            "log_length": np.log1p(text.lengths),
            "place": places,
            "place_share": places / max(1, len(places) - 1),
            "is_first": places == 0,
        }
    )


class SentenceSelector:
    """Ranks the sentences of a text by the trees that `yinju train selector` made."""

    def __init__(self, path: Path = SHIPPED) -> None:
        """Read the trees; raises ModelError."""
        self._trees = Trees(path, FEATURES)

    def scores(self, asked: MatchedQuestion, text: MatchedText) -> Floats:
        """Return how well each sentence of a text answers, as a logit that compares within the text, (s,)."""
        return self.judge(features(asked, text))

    def judge(self, rows: Floats) -> Floats:
        """Return the logit of each row of `features`, shape (s,)."""
        return self._trees.logits(rows)


@cache
def shipped_selector() -> SentenceSelector:
    """Read the shipped trees, once."""
    return SentenceSelector()
