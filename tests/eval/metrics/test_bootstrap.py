import pytest

from eval.metrics.bootstrap import interval, paired_difference, ratio_interval


def test_constant_values_give_an_interval_without_width():
    assert interval([1.0] * 30) == (1.0, 1.0)
    assert interval([0.0]) == (0.0, 0.0)


@pytest.mark.parametrize("values", [[0.0, 1.0], [1.0] * 9 + [0.0], [0.0] * 99 + [1.0], [0.1, 0.5, 0.9] * 7])
def test_the_interval_holds_the_mean(values):
    low, high = interval(values)
    assert low <= sum(values) / len(values) <= high
    assert min(values) <= low < high <= max(values)


def test_the_same_seed_gives_the_same_interval():
    values = [i / 100 for i in range(100)]
    assert interval(values, seed=3) == interval(values, seed=3)
    assert interval(values, seed=3) != interval(values, seed=4)


def test_agrees_with_the_normal_approximation():
    # p = 0.5, n = 400: 0.5 ± 1.96 sqrt(0.25 / 400) = 0.5 ± 0.049
    low, high = interval([0.0, 1.0] * 200)
    assert (low, high) == pytest.approx((0.451, 0.549), abs=0.006)


def test_a_ratio_weighs_a_question_by_its_denominator():
    # 9 of 10 and 0 of 1: the ratio is 9 / 11, not the mean of 0.9 and 0
    assert ratio_interval([9, 0], [10, 1]) == (0.0, 0.9)
    low, high = ratio_interval([9, 0] * 50, [10, 1] * 50)
    assert low < 9 / 11 < high
    assert low > 0.7


def test_a_ratio_over_ones_is_the_mean():
    values = [0.0, 1.0, 1.0, 0.5]
    assert ratio_interval(values, [1, 1, 1, 1]) == interval(values)


@pytest.mark.parametrize(("top", "bottom"), [([], []), ([1], [0]), ([1, 2], [1])])
def test_refuses_what_has_no_ratio(top, bottom):
    with pytest.raises(ValueError, match="numerators"):
        ratio_interval(top, bottom)


def test_paired_difference_is_taken_question_by_question():
    first = [0.0, 1.0] * 50
    better = paired_difference(first, [value + 0.5 for value in first])
    assert better == pytest.approx(
        (0.5, 0.5, 0.5)
    )  # though the two means vary by resample, their pairs do not
    same = paired_difference(first, first)
    assert same == (0.0, 0.0, 0.0)


def test_paired_difference_needs_the_same_questions():
    with pytest.raises(ValueError, match="zip"):
        paired_difference([1.0], [1.0, 0.0])
