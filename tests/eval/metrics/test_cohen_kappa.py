import pytest

from eval.metrics.cohen_kappa import cohen_kappa


def test_agreement_beyond_chance():
    # Of 50, both say yes to 20 and no to 15: observed .7. The first says yes to 25, the second to 30:
    # expected .5·.6 + .5·.4 = .5, so kappa is (.7 - .5) / (1 - .5).
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert cohen_kappa(first, second) == pytest.approx(0.4)


def test_agreement_by_chance_alone_is_none_and_opposites_are_below():
    assert cohen_kappa(list("aabb"), list("abab")) == 0
    assert cohen_kappa(list("ab"), list("ba")) == -1
    assert cohen_kappa(list("abc"), list("abc")) == 1


def test_where_all_have_one_grade_there_is_nothing_to_agree_on():
    assert cohen_kappa(["a", "a"], ["a", "a"]) is None
    assert cohen_kappa([], []) is None
