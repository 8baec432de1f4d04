from dataclasses import dataclass

import pytest
from lxml import etree

from eval.answers.selective import selective
from eval.report.plots import bar, histogram, reliability, risk_coverage, stacked, whisker


@dataclass
class Judged:
    confidence: float
    answerable: bool = True
    abstained: bool = False
    missing_facts: tuple[object, ...] = ()


def drawn(plot, name):
    return etree.fromstring(str(plot)).xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]")


def test_a_whisker_reaches_from_bound_to_bound():
    plot = whisker(0.5, (0.25, 0.75), before=0.4)
    assert [each.get("cx") for each in drawn(plot, "dot")] == ["50%"]
    assert [each.get("cx") for each in drawn(plot, "before")] == ["40%"]
    assert (drawn(plot, "whisker")[0].get("x1"), drawn(plot, "whisker")[0].get("x2")) == ("25%", "75%")
    assert drawn(whisker(0.5, None), "whisker") == drawn(whisker(0.5, None), "before") == []


def test_a_bar_is_as_long_as_its_value_and_has_no_whisker_without_width():
    assert drawn(bar(0.375, (0.1, 0.9)), "fill")[0].get("width") == "37.5%"
    assert len(drawn(bar(0.375, (0.1, 0.9)), "whisker")) == 1
    assert drawn(bar(1.0, (1.0, 1.0)), "whisker") == []


def test_stacked_shares_follow_each_other():
    plot = stacked([("right", 0.75), ("refused", 0.25)])
    assert [each.get("x") for each in etree.fromstring(str(plot))] == ["0%", "75%"]


def test_the_chosen_point_lies_on_the_curve_where_a_threshold_decides():
    found = selective([Judged(0.9), Judged(0.8, False), Judged(0.7), Judged(0.1, False, True)])
    assert found
    plot = risk_coverage(found)
    [dot] = drawn(plot, "dot")
    [line] = drawn(plot, "risk")
    assert f"{dot.get('cx')},{dot.get('cy')}" in line.get("points").split()


@pytest.mark.parametrize(
    "rows",
    [
        [Judged(0.5)],
        [Judged(0.5, False)],
        [Judged(0.5, abstained=True)],
        [Judged(1.0, False), Judged(0.0, True, True)],
        [Judged(i / 50, i % 3 > 0, i < 20, ("x",) * (i % 2)) for i in range(51)],
    ],
)
def test_every_point_lies_inside_its_chart(rows):
    found = selective(rows)
    assert found
    for plot in (risk_coverage(found), reliability(found)):
        width, height = map(float, etree.fromstring(str(plot)).get("viewBox").split()[2:])
        points = [pair.split(",") for line in drawn(plot, "line") for pair in line.get("points").split()]
        points += [(dot.get("cx"), dot.get("cy")) for dot in drawn(plot, "dot")]
        assert points
        assert all(0 <= float(x) <= width and 0 <= float(y) <= height for x, y in points)


def test_a_histogram_holds_every_value_once():
    fact, other = [10, 12, 35, 60], [5, 61, 100_000]  # one is far longer: the last bar takes it
    plot = histogram([("fact", fact), ("other", other)], 23.5, "characters")
    grid = etree.fromstring(str(plot))
    tall = {name: sum(float(each.get("height")) for each in drawn(plot, name)) for name in ("fact", "other")}
    assert tall["fact"] / tall["other"] == pytest.approx(4 / 3, rel=1e-3)
    assert len(drawn(plot, "chosen")) == 1
    assert any("and more" in (text.text or "") for text in grid.iter("text"))


@pytest.mark.parametrize("values", [[], [0], [0, 0], [7], [1, 2, 3], list(range(500))])
def test_any_lengths_can_be_drawn(values):
    plot = histogram([("fact", values), ("other", [])], None, "characters")
    assert len(drawn(plot, "fact")) > 0 if values else plot == ""
