"""What the reader is told of each piece of a text beside its meaning: how it lies to the question."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.models.feature_blocks import FeatureBlock, stacked
from rag.models.reader.cut import Cut, Floats, Ints

__all__ = ["FEATURES", "QUESTION_FEATURES", "question_features", "rarity", "text_features"]

_SHAPE: Final = ("digit", "latin", "mark", "length", "quoted", "bracket")
_OF_SENTENCE: Final = (
    *("covered", "covered_with_before", "covered_with_next", "telling"),
    *("covered_lead", "covered_with_before_lead", "telling_lead"),
)
FEATURES: Final = (
    *_SHAPE,
    *("rarity", "in_question", "in_question_rare", "near", "run", "covered_characters"),
    *("after_match", "before_match", "place_in_sentence", "repeated"),
    *_OF_SENTENCE,
    *("sentence_length", "sentence_number", "sentence_share", "sentences", "first", "last"),
)
QUESTION_FEATURES: Final = (*_SHAPE, "rarity", "in_text", "near")
_MARK: Final = _SHAPE.index("mark")
_LENGTH: Final = len(_OF_SENTENCE)  # the column behind them, in what `_sentences` returns
_CODE_POINTS: Final = 0x110000  # a pair of characters is one number
_SCALE_OF_RARITY, _SCALE_OF_LENGTH, _SCALE_OF_COUNT = 11.0, 4, 3  # of logarithms: they stay near 1
_COMMONEST: Final = 20  # pieces that say nothing
_FAR: Final = 40  # characters


def rarity(ids: Ints) -> Floats:
    """Return how rare pieces are, from 0 to about 1; the vocabulary is ordered by frequency."""
    return np.asarray(np.log1p(np.maximum(ids - _COMMONEST, 0)) / _SCALE_OF_RARITY, dtype=np.float32)


def question_features(question: Cut, text: Cut, near: Floats) -> Floats:
    """Return a row a piece of the question, (n, QUESTION_FEATURES); `near` is (question, text)."""
    own = {
        "rarity": rarity(question.ids),
        "in_text": np.isin(question.ids, text.ids),
        "near": near.max(axis=1, initial=0.0),
    }
    blocks = FeatureBlock(_SHAPE, question.shape), FeatureBlock.of(own)
    return stacked(QUESTION_FEATURES, *blocks).astype(np.float32)


def text_features(question: Cut, text: Cut, near: Floats) -> Floats:
    """Return a row a piece of the text, (n, FEATURES); `near` holds cosines, (question, text)."""
    weights = rarity(text.ids)
    held = np.isin(text.ids, question.ids) & (text.shape[:, _MARK] == 0)
    runs = _runs(question, text)
    share = np.add.reduceat((runs > 0).astype(np.float32), text.starts)
    lengths = np.maximum(np.diff(text.starts, append=len(text.codes)), 1)
    after, before = _distances(runs >= 2, text.starts)
    number = text.sentence
    sentences = _sentences(question, text)
    first = text.sentence_starts[number]
    within = (text.starts - first) / np.maximum(sentences[number, _LENGTH], 1)
    own = {
        "rarity": weights,
        "in_question": held,
        "in_question_rare": held * weights,
        "near": near.max(axis=0, initial=0.0),
        "run": np.log1p(np.maximum.reduceat(runs, text.starts)),
        "covered_characters": share / lengths,
        "after_match": after,
        "before_match": before,
        "place_in_sentence": within,
        "repeated": _repeated(text),
    }
    around = {
        "sentence_length": np.log1p(sentences[number, _LENGTH]) / _SCALE_OF_LENGTH,
        "sentence_number": np.log1p(number) / _SCALE_OF_COUNT,
        "sentence_share": number / max(1, len(sentences) - 1),
        "sentences": np.full(len(number), np.log1p(len(sentences)) / _SCALE_OF_COUNT),
        "first": number == 0,
        "last": number == len(sentences) - 1,
    }
    blocks = (
        *(FeatureBlock(_SHAPE, text.shape), FeatureBlock.of(own)),
        *(FeatureBlock(_OF_SENTENCE, sentences[number, :_LENGTH]), FeatureBlock.of(around)),
    )
    return stacked(FEATURES, *blocks).astype(np.float32)


def _runs(question: Cut, text: Cut) -> Floats:
    """Return for each character how long the longest run through it is that the question holds too."""
    codes = question.codes
    runs = np.zeros((len(codes) + 1, len(text.codes) + 1), dtype=np.float32)
    same = codes[:, None] == text.codes[None, :]
    for row in range(len(codes)):
        runs[row + 1, 1:] = (runs[row, :-1] + 1) * same[row]
    best = runs[1:, 1:]
    for row in range(len(codes) - 2, -1, -1):
        longer = best[row + 1, 1:] * same[row, :-1]
        np.maximum(best[row, :-1], longer, out=best[row, :-1])
    found = best.max(axis=0, initial=0.0)
    found[_marks(text)] = 0
    return np.asarray(found)


def _marks(text: Cut) -> NDArray[np.bool_]:
    """Tell which characters are neither letters nor digits."""
    mark = np.zeros(len(text.codes), dtype=bool)
    for start in text.starts[text.shape[:, _MARK] > 0]:
        mark[start] = True
    return mark


def _distances(matched: NDArray[np.bool_], starts: Ints) -> tuple[Floats, Floats]:
    """Return how far, to _FAR at most, the last match before and the next match after a piece are."""
    places = np.arange(len(matched))
    last = np.maximum.accumulate(np.where(matched, places, -_FAR))
    following = np.minimum.accumulate(np.where(matched, places, len(matched) + _FAR)[::-1])[::-1]
    scale = np.float32(np.log1p(_FAR))
    after = np.log1p(np.minimum(places - last, _FAR))[starts] / scale
    before = np.log1p(np.minimum(following - places, _FAR))[starts] / scale
    return after.astype(np.float32), before.astype(np.float32)


def _repeated(text: Cut) -> Floats:
    """Tell how often each piece stands in the text."""
    _, inverse, counts = np.unique(text.ids, return_inverse=True, return_counts=True)
    return np.asarray(np.log(counts[inverse]), dtype=np.float32)


def _sentences(question: Cut, text: Cut) -> Floats:
    """Return a row a sentence: seven measures of what it holds of the question, and its length."""
    codes, weights = _pairs(question)
    if len(text.codes) < 2 or not len(codes):
        held = np.zeros((len(text.sentence_starts), max(1, len(codes))), dtype=bool)
        weights = np.ones(held.shape[1], dtype=np.float32)
    else:
        pairs = text.codes * _CODE_POINTS + np.append(text.codes[1:], 0)
        held = np.logical_or.reduceat(pairs[:, None] == codes[None, :], text.sentence_starts, axis=0)
    total = float(weights.sum()) or 1.0
    before = held.copy()
    before[1:] |= held[:-1]
    following = held.copy()
    following[:-1] |= held[1:]
    telling = weights / np.maximum(held.sum(axis=0), 1)
    measures = np.column_stack(
        [
            held @ weights / total,
            before @ weights / total,
            following @ weights / total,
            held @ telling / (float(telling[held.any(axis=0)].sum()) or 1.0),
        ]
    )
    leads = [_lead(measures[:, column]) for column in (0, 1, 3)]
    lengths = np.diff(text.sentence_starts, append=len(text.codes))
    return np.column_stack([measures, *leads, lengths]).astype(np.float32)


def _pairs(question: Cut) -> tuple[Ints, Floats]:
    """Return the pairs of neighbouring characters of a question that hold no mark, each with its weight."""
    if len(question.codes) < 2 or not len(question):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    lengths = np.diff(question.starts, append=len(question.codes))
    lengths[0] += question.starts[0]
    of_character = np.repeat(rarity(question.ids) * (question.shape[:, _MARK] == 0), lengths)
    pairs = question.codes[:-1] * _CODE_POINTS + question.codes[1:]
    weights = np.sqrt(of_character[:-1] * of_character[1:])
    codes, first = np.unique(pairs, return_index=True)
    some = weights[first] > 0
    return codes[some], weights[first][some].astype(np.float32)


def _lead(values: Floats) -> Floats:
    """Return how far each value is ahead of the best of the others."""
    if len(values) < 2:
        return np.zeros_like(values)
    best, second = np.sort(values)[::-1][:2]
    return np.asarray(values - np.where(values == best, second, best))
