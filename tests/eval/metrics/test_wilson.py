import pytest

from eval.metrics.wilson import wilson_interval


def test_the_interval_of_a_share_by_its_count():
    # p = .5, n = 10, z² = 3.8416: middle (.5 + .19208) / 1.38416 = .5,
    # half 1.96 · sqrt(.025 + .009604) / 1.38416 = .26341.
    assert wilson_interval(5, 10) == pytest.approx((0.23659, 0.76341), abs=1e-5)


def test_none_and_all_have_a_width():
    low, high = wilson_interval(0, 20)
    assert low == 0 < high
    assert wilson_interval(20, 20) == pytest.approx((1 - high, 1.0))
