import pytest

from eval.metrics import mrr_at_k


@pytest.mark.parametrize(
    ("ranked", "expected"),
    [
        (["a", "x", "y"], 1 / 1),
        (["x", "y", "a"], 1 / 3),
        (["x", "b", "a"], 1 / 2),
        (["x", "y", "z", "a"], 0.0),
    ],
)
def test_one_over_the_rank_of_the_first_relevant(ranked, expected):
    assert mrr_at_k(ranked, {"a": 1, "b": 1, "x": 0}, 3) == expected
