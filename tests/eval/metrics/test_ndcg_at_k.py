from math import log2

import pytest

from eval.metrics import ndcg_at_k


def test_gain_is_the_grade_discounted_by_rank():
    ranked, qrels = ["b", "x", "a"], {"a": 2, "b": 1, "c": 1, "x": 0}
    dcg = 1 / log2(2) + 0 / log2(3) + 2 / log2(4)
    best = 2 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert ndcg_at_k(ranked, qrels, 3) == pytest.approx(dcg / best)


def test_one_relevant_document_at_rank_three():
    assert ndcg_at_k(["x", "y", "a"], {"a": 1}, 10) == pytest.approx(1 / log2(4))


def test_past_k_nothing_counts():
    assert ndcg_at_k(["x", "a"], {"a": 1}, 1) == 0.0


def test_the_best_ranking_is_one():
    assert ndcg_at_k(["a", "b"], {"a": 2, "b": 1, "c": 1}, 2) == 1.0


def test_undefined_without_relevant_documents():
    with pytest.raises(ValueError, match="leave it out"):
        ndcg_at_k(["a"], {"a": 0}, 5)


def test_a_document_that_comes_again_gains_nothing_again():
    ranked, qrels = ["a", "a", "b"], {"a": 1, "b": 1}
    dcg = 1 / log2(2) + 0 / log2(3) + 1 / log2(4)
    best = 1 / log2(2) + 1 / log2(3)
    assert ndcg_at_k(ranked, qrels, 3) == pytest.approx(dcg / best)
