"""The order of candidates heeds what their nearest sentence means."""

import numpy as np

from rag.retrieve.rank_fusion import fused_order


def cosines(of):
    """Return a double of the encoder that knows some sentences; all others are far from the question."""
    return lambda sentences: np.array([of.get(sentence, 0.5) for sentence in sentences], np.float32)


def test_a_text_whose_sentence_is_nearest_in_meaning_moves_up():
    texts = ["甲。", "乙。", "丙。丁。", "戊。"]

    assert fused_order(texts, cosines({"丁。": 0.9})).index(2) < 2


def test_the_order_stays_where_meaning_tells_nothing():
    assert fused_order(["甲。", "乙。", "丙。"], cosines({})) == [0, 1, 2]


def test_one_rank_more_is_worth_no_more_than_one_less():
    texts = ["甲。", "乙。"]

    assert fused_order(texts, cosines({"乙。": 0.9})) == [0, 1]  # first by words, second by meaning: a draw


def test_few_texts_need_no_meaning():
    def unused(sentences):
        raise AssertionError(sentences)

    assert fused_order([], unused) == []
    assert fused_order(["甲。"], unused) == [0]


def test_a_text_without_a_sentence_counts_as_one():
    assert fused_order(["", "乙。"], cosines({"乙。": 0.9})) == [0, 1]
