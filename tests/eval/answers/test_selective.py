from dataclasses import dataclass

import pytest

from eval.answers.selective import Bin, selective


@dataclass
class Judged:
    confidence: float | None
    answerable: bool = True
    abstained: bool = False
    missing_facts: tuple[object, ...] = ()


def test_the_curve_and_its_area():
    # most confident first: answerable, unanswerable, answerable, unanswerable
    found = selective([Judged(0.2, False, True), Judged(0.9), Judged(0.6, False), Judged(0.4)])
    assert found.curve == (
        (1 / 4, 0 / 1, 0.9),
        (2 / 4, 1 / 2, 0.6),
        (3 / 4, 1 / 3, 0.4),
        (4 / 4, 2 / 4, 0.2),
    )
    assert found.aurc == pytest.approx((0 / 1 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    assert found.aurc_best == pytest.approx((0 / 1 + 0 / 2 + 1 / 3 + 2 / 4) / 4)
    assert found.aurc_random == 2 / 4
    assert found.chosen == (3 / 4, 1 / 3, 0.4)


def test_wrong_answers_are_known_only_for_what_was_answered():
    found = selective([Judged(0.9, missing_facts=("a",)), Judged(0.6), Judged(0.4, abstained=True)])
    assert found.wrong_curve == ((1 / 3, 1 / 1, 0.9), (2 / 3, 1 / 2, 0.6))


def test_equal_confidences_come_in_at_once_in_whatever_order():
    rows = [Judged(0.5, False), Judged(0.5), Judged(0.1)]
    found, turned = selective(rows), selective([rows[1], rows[0], rows[2]])
    assert found == turned
    assert [point.coverage for point in found.curve] == [2 / 3, 1]
    # each of the two adds half a fault
    assert found.aurc == pytest.approx((0.5 / 1 + 1 / 2 + 1 / 3) / 3)


def test_calibration_compares_confidence_and_share_bin_by_bin():
    found = selective([Judged(0.1, False), Judged(0.15), Judged(1.0), Judged(0.95)])
    assert [each[:4] for each in found.bins] == [(0.1, 0.2, 2, 1), (0.9, 1.0, 2, 2)]
    assert [each.confidence for each in found.bins] == pytest.approx([0.125, 0.975])
    assert found.ece == pytest.approx(2 / 4 * abs(1 / 2 - 0.125) + 2 / 4 * abs(2 / 2 - 0.975))


def test_a_bin_has_wilsons_interval():
    # 8 of 10: (0.8 + 1.96² / 20 ± 1.96 √(0.8 · 0.2 / 10 + 1.96² / 400)) / (1 + 1.96² / 10)
    low, high = Bin(0.5, 0.6, 10, 8, 0.55).interval
    assert (low, high) == pytest.approx((0.490, 0.943), abs=0.001)
    low, high = Bin(0.5, 0.6, 10, 10, 0.55).interval
    assert 0.7 < low < 0.75
    assert high == 1.0


def test_questions_without_a_confidence_are_left_out_and_counted():
    assert selective([]) is None
    assert selective([Judged(None)]) is None
    found = selective([Judged(None, False), Judged(0.5)])
    assert (found.questions, found.without_confidence, found.aurc) == (1, 1, 0.0)


def test_a_run_that_answers_nothing_has_chosen_no_point():
    found = selective([Judged(0.5, abstained=True)])
    assert found.chosen is None
    assert found.wrong_curve == ()
