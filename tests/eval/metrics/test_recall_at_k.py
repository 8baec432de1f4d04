import pytest

from eval.metrics import recall_at_k

RANKED = ["x", "a", "b", "y", "c"]
QRELS = {"a": 1, "b": 2, "c": 1, "d": 1, "x": 0}


@pytest.mark.parametrize(("k", "expected"), [(1, 0 / 4), (2, 1 / 4), (3, 2 / 4), (5, 3 / 4), (10, 3 / 4)])
def test_share_of_the_relevant_found(k, expected):
    assert recall_at_k(RANKED, QRELS, k) == expected


def test_undefined_without_relevant_documents():
    with pytest.raises(ValueError, match="leave it out"):
        recall_at_k(RANKED, {"x": 0}, 5)
