"""What the trees see of a question and a sentence of a text: does the answer stand here?

Sentences are told apart by what the others of the text lack: a name that stands in each says nothing.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rag.models.forest import Trees
from rag.query.answer_type import Asks
from rag.resources import MODELS
from rag.retrieve.rerank.features import behind
from rag.retrieve.rerank.matching import CLOSE, Floats, MatchedQuestion, MatchedText, cues_of, look

__all__ = ["FEATURES", "SHIPPED", "SentenceSelector", "features", "shipped_selector"]

SHIPPED: Final = MODELS / "reranker" / "sentences.safetensors"
_COMPARED: Final = (
    *("covered", "covered_with_before", "covered_in_context", "covered_wide", "telling"),
    *("near", "near_with_before", "near_telling", "cosine", "run", "noun"),
)
_SINGLE: Final = (
    *("covered_with_heading", "covered_with_next", "rarest_missing", "least_near", "run_share"),
    *("has_cue", "new_numbers", "asked_numbers", "quotes", "latin", "is_list", "is_question", "refers_back"),
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
FEATURES: Final = (
    *_COMPARED,
    *(f"{name}_gap" for name in _COMPARED),
    *(f"{name}_lead" for name in _COMPARED),
    *_SINGLE,
    *(f"{name}_before" for name in _BESIDE),
    *(f"{name}_after" for name in _BESIDE),
    *_OF_TEXT,
    *(f"asks_{kind}" for kind in _KINDS),
)

_BESIDE_COLUMNS: Final = [FEATURES.index(name) for name in _BESIDE]


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
    compared = np.column_stack(
        [
            held @ weights / total,
            (held | before) @ weights / total,
            context @ weights / total,
            held @ (weights * asked.wide) / (float(weights @ asked.wide) or 1.0),
            held @ telling / (float(telling[held.any(axis=0)].sum()) or 1.0),
            sight.near @ asked.rarity,
            np.maximum(sight.near, _shifted(sight.near, 1)) @ asked.rarity,
            sight.near @ near_telling / float(near_telling.sum()),
            sight.cosines,
            sight.runs.astype(np.float64),
            sight.noun,
        ]
    )
    missing = (~(held | before | held[:1] | heading) * weights).max(axis=1, initial=0.0) / heavy
    single = np.column_stack(
        [
            (held | heading) @ weights / total,
            (held | after) @ weights / total,
            missing,
            sight.near.min(axis=1),
            sight.runs / max(1, len(asked.text)),
            _of_sentences(asked, text),
        ]
    )
    everywhere = held.any(axis=0) | heading[0]
    whole = (
        float(len(held)),
        float(len(asked.text)),
        float(len(asked.terms)),
        float(everywhere @ weights / total),
        float((~everywhere * weights).max(initial=0.0) / heavy),
        float(sight.near.max(axis=0) @ asked.rarity),
        *(float(asked.asks == kind) for kind in _KINDS),
    )
    rows = np.column_stack([compared, *behind(compared), single])
    beside = rows[:, _BESIDE_COLUMNS]
    neighbours = (_shifted(beside, 1), _shifted(beside, -1))
    return np.column_stack([rows, *neighbours, np.tile(whole, (len(held), 1))])


def _shifted(rows: NDArray[Any], by: int) -> NDArray[Any]:
    """Return the rows that stand so many sentences before (after, if below 0), zeros where none does."""
    shifted = np.zeros_like(rows)
    if by > 0:
        shifted[by:] = rows[:-by]
    else:
        shifted[:by] = rows[-by:]
    return shifted


def _of_sentences(asked: MatchedQuestion, text: MatchedText) -> Floats:
    places = np.arange(len(text.lengths))
    new = [float(len(numbers - asked.numbers)) for numbers in text.numbers]
    known = [len(numbers & asked.numbers) / max(1, len(asked.numbers)) for numbers in text.numbers]
    return np.column_stack(
        [
            cues_of(asked.asks, [text]),
            new,
            known,
            text.marks,
            np.log1p(text.lengths),
            places,
            places / max(1, len(places) - 1),
            places == 0,
        ]
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
