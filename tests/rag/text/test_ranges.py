"""Amounts, and the ranges that rules are made of."""

import pytest

from rag.text.numbers import value_of
from rag.text.ranges import Amount, Range, amounts, fits_ranges, ranges_of, reach

ENDLESS = float("inf")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("12,000", 12_000),
        ("1.2万", 12_000),
        ("三百", 300),
        ("两", 2),
        ("半", 0.5),
        ("一百二十", 120),
        ("3亿", 3e8),
        ("甚", None),
    ],
)
def test_an_amount_is_read_however_it_is_written(text, value):
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("满1年不满10年的", [Range(1, 10, "年")]),
        ("满20年的", [Range(20, ENDLESS, "年")]),
        ("不满5,000元", [Range(0, 5000, "元")]),
        ("1万元以上5万元以下的罚款", [Range(10_000, 50_000, "元", True, True)]),
        ("超过24小时的", [Range(24, ENDLESS, "小时", has_low=False)]),
        ("每年不超过3次", [Range(0, 3, "次", True, True)]),
        ("5至15个工作日", [Range(5, 15, "工作日", True, True)]),
        ("more than 30 days", [Range(30, ENDLESS, "日", has_low=False)]),
        ("每人每天100元", []),
    ],
)
def test_the_ranges_of_a_rule(text, expected):
    assert ranges_of(text) == expected


def test_borders_are_in_or_out_as_the_words_say():
    [below] = ranges_of("不满10年")
    [from_ten] = ranges_of("满10年不满20年")

    assert not below.holds(Amount(10, "年"))
    assert from_ten.holds(Amount(10, "年"))
    assert not from_ten.holds(Amount(20, "年"))
    assert not from_ten.holds(Amount(15, "月"))


@pytest.mark.parametrize(
    ("asked", "text", "fit"),
    [
        ("工龄12年有几天年假", "满10年不满20年的，年休假10天", 1),
        ("工龄12年有几天年假", "满1年不满10年的，年休假5天", -1),
        ("工龄12年有几天年假", "年休假由职工提出申请", 0),
        ("工龄12年，请了三个半月病假", "满10年不满20年，请病假累计3个月以上的", 2),
        ("工龄12年，请了三个半月病假", "满1年不满10年，请病假累计2个月以上的", -1),
        ("連續出差40天", "连续出差超过30天的，按80%执行", 1),
        ("an employee of 12 years", "满10年不满15年", 1),
    ],
)
def test_a_case_falls_into_a_rule_or_past_it(asked, text, fit):
    assert fits_ranges(amounts(asked), text) == fit


def test_of_two_open_ranges_the_higher_that_is_reached_is_nearer():
    asked = amounts("迟到三个半小时")

    assert reach(asked, "3小时以上的") > reach(asked, "2小时以上的") > 0
    assert reach(asked, "4小时以上的") == 0
