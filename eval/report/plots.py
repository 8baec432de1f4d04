"""Plots as inline SVG. Colours come from the page's style sheet, so that they follow its theme.

A strip (one value on a line from 0 to 1) is drawn in per cent of its width and fits any column; a
chart has a fixed view box and is scaled as a whole.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any, Final

from lxml import etree
from markupsafe import Markup

from eval.answers.selective import Point, Selective

__all__ = ["bar", "histogram", "reliability", "risk_coverage", "stacked", "whisker"]

Interval = tuple[float, float] | None

_MOST_BARS: Final = 24
_FEW: Final = 0.05  # coverage below which a risk is that of a handful of questions


def whisker(value: float, interval: Interval, before: float | None = None) -> Markup:
    """Draw a dot with its interval on a line from 0 to 1, and a hollow dot where it was before."""
    grid = [_line((at, at), (0, 100), "grid") for at in (0, 25, 50, 75, 100)]
    parts = [*grid]
    if interval:
        low, high = (100 * bound for bound in interval)
        parts += [_line((low, high), (50, 50), "whisker")]
        parts += [_line((end, end), (30, 70), "whisker") for end in (low, high)]
    if before is not None:
        parts.append(_tag("circle", "before", cx=_percent(100 * before), cy="50%", r="5"))
    parts.append(_tag("circle", "dot", cx=_percent(100 * value), cy="50%", r="5"))
    return _svg("strip", parts)


def bar(value: float, interval: Interval) -> Markup:
    """Draw a small bar from 0 to `value` of 1, its interval across its end."""
    parts = [
        _tag("rect", "track", width="100%", height="100%", rx="2"),
        _tag("rect", "fill", width=_percent(100 * value), height="100%", rx="2"),
    ]
    if interval and interval[0] < interval[1]:
        low, high = (100 * bound for bound in interval)
        parts.append(_line((low, high), (50, 50), "whisker"))
    return _svg("bar", parts)


def stacked(shares: Iterable[tuple[str, float]]) -> Markup:
    """Draw shares of 1 side by side, each in the class it is given."""
    parts, reached = [], 0.0
    for name, share in shares:
        parts.append(
            _tag("rect", name, x=_percent(100 * reached), width=_percent(100 * share), height="100%")
        )
        reached += share
    return _svg("stacked", parts)


@dataclass(frozen=True, slots=True)
class _Chart:
    """The frame of a chart: data coordinates in, picture coordinates out."""

    most_x: float
    most_y: float
    width: float = 460
    height: float = 300
    left: float = 44
    right: float = 14
    top: float = 30
    bottom: float = 44

    def x(self, value: float) -> float:
        return round(self.left + value / self.most_x * (self.width - self.left - self.right), 2)

    def y(self, value: float) -> float:
        return round(
            self.height - self.bottom - value / self.most_y * (self.height - self.top - self.bottom), 2
        )

    def frame(
        self,
        ticks: tuple[Sequence[float], Sequence[float]],
        shown: tuple["_Show", "_Show"],
        names: tuple[str, str],
    ) -> list[Any]:
        """Draw the grid, the numbers beside it and the names of the axes."""
        (at_x, at_y), (show_x, show_y), (name_x, name_y) = ticks, shown, names
        floor = self.y(0)
        parts = [
            _segment((self.left, self.y(at)), (self.width - self.right, self.y(at)), "grid") for at in at_y
        ]
        parts += [_text(self.left - 7, self.y(at) + 4, show_y(at), "tick end") for at in at_y]
        parts += [_text(self.x(at), floor + 17, show_x(at), "tick middle") for at in at_x]
        parts += [_segment((self.x(at), floor), (self.x(at), floor + 4), "axis") for at in at_x]
        parts.append(_segment((self.left, floor), (self.width - self.right, floor), "axis"))
        parts.append(_text((self.left + self.width - self.right) / 2, self.height - 6, name_x, "name middle"))
        return [*parts, _text(0, 12, name_y, "name")]

    def path(self, points: Sequence[tuple[float, float]], name: str) -> Any:
        """Draw a line through points."""
        steps = " ".join(f"{self.x(x):g},{self.y(y):g}" for x, y in points)
        return _tag("polyline", name, points=steps)

    def svg(self, parts: Iterable[Any], label: str) -> Markup:
        """Return the whole chart."""
        return _svg("chart", parts, viewBox=f"0 0 {self.width:g} {self.height:g}", label=label)


_Show = Callable[[float], str]


def risk_coverage(found: Selective) -> Markup:
    """Draw the risk at every coverage, that of no order at all, and what the run chose."""
    shown = [point.risk for point in (*found.curve, *found.wrong_curve) if point.coverage > _FEW]
    highest = max(0.1, found.aurc_random, found.chosen.risk if found.chosen else 0.0, *shown)
    chart = _Chart(most_x=1.0, most_y=min(1.0, math.ceil(highest * 10) / 10))
    parts = chart.frame(
        (_ticks(1.0), _ticks(chart.most_y)),
        (_share, _share),
        ("share of questions answered", "share at fault"),
    )
    parts.append(chart.path([(0, found.aurc_random), (1, found.aurc_random)], "line random"))
    parts.append(chart.path(_inside(found.wrong_curve, chart.most_y), "line wrong"))
    parts.append(chart.path(_inside(found.curve, chart.most_y), "line risk"))
    if found.chosen:
        x, y = chart.x(found.chosen.coverage), chart.y(found.chosen.risk)
        parts.append(_segment((x, chart.top), (x, chart.y(0)), "chosen"))
        parts.append(_tag("circle", "dot", cx=f"{x:g}", cy=f"{y:g}", r="5"))
    return chart.svg(parts, "Risk and coverage")


def _inside(curve: Sequence[Point], most: float) -> list[tuple[float, float]]:
    """Return the curve from where it enters the frame: the risk of the first few says little."""
    points = [(0.0, point.risk) for point in curve[:1]] + [(point.coverage, point.risk) for point in curve]
    return list(dropwhile(lambda point: point[1] > most, points))


def reliability(found: Selective) -> Markup:
    """Draw for each bin how many of its questions are answerable beside how sure the answers were."""
    chart = _Chart(most_x=1.0, most_y=1.0)
    parts = chart.frame(
        (_ticks(1.0), _ticks(1.0)), (_share, _share), ("confidence of the answer", "share answerable")
    )
    fullest = max(each.questions for each in found.bins)
    for each in found.bins:
        tall = 36 * each.questions / fullest
        left, right = chart.x(each.low) + 1, chart.x(each.high) - 1
        size = {"x": f"{left:g}", "y": f"{chart.y(0) - tall:g}", "width": f"{right - left:g}"}
        parts.append(_tag("rect", "count", height=f"{tall:g}", **size))
        parts.append(_text((left + right) / 2, chart.y(0) - tall - 4, str(each.questions), "tick middle"))
    parts.append(chart.path([(0, 0), (1, 1)], "line random"))
    for each in found.bins:
        x, (low, high) = chart.x(each.confidence), each.interval
        parts.append(_segment((x, chart.y(low)), (x, chart.y(high)), "whisker"))
        parts.append(_tag("circle", "dot", cx=f"{x:g}", cy=f"{chart.y(each.share):g}", r="5"))
    return chart.svg(parts, "Calibration")


def histogram(groups: Sequence[tuple[str, Sequence[int]]], marked: float | None, name: str) -> Markup:
    """Draw how often each value comes, groups on top of each other in their classes, one value marked.

    The last bar holds all that is longer.
    """
    every = sorted(value for _, values in groups for value in values)
    if not every:
        return Markup("")
    step = _nice(every[int(0.97 * (len(every) - 1))] / _MOST_BARS)
    bars = min(every[-1] // step, _MOST_BARS) + 1
    counts = [[0] * bars for _ in groups]
    for place, (_, values) in enumerate(groups):
        for value in values:
            counts[place][min(value // step, bars - 1)] += 1
    heights = [sum(column) for column in zip(*counts, strict=True)]
    chart = _Chart(most_x=bars * step, most_y=max(heights) * 1.06, height=260)
    last = (bars - 1) * step
    upright = [at for at in _ticks(bars * step, 6) if at != bars * step]
    is_cut = every[-1] >= bars * step
    parts = chart.frame(
        (upright, [at for at in _ticks(max(heights), 4) if at == int(at)]),
        (lambda at: f"{at:g}", lambda at: f"{at:g}"),
        (f"{name}; the last bar: {last} and more" if is_cut else name, "answers"),
    )
    for place in range(bars):
        below = 0
        for (group, _), column in zip(groups, counts, strict=True):
            if column[place]:
                left, right = chart.x(place * step) + 0.5, chart.x((place + 1) * step) - 0.5
                top, floor = chart.y(below + column[place]), chart.y(below)
                size = {"x": f"{left:g}", "y": f"{top:g}", "width": f"{right - left:g}"}
                parts.append(_tag("rect", group, height=f"{floor - top:g}", **size))
            below += column[place]
    if marked is not None and marked < bars * step:
        x = chart.x(marked)
        parts.append(_segment((x, chart.top), (x, chart.y(0)), "chosen"))
    return chart.svg(parts, name)


def _ticks(most: float, about: int = 5) -> list[float]:
    step = _nice_step(most / about)
    return [round(step * i, 10) for i in range(int(most / step + 1e-9) + 1)]


def _nice_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * (1 - 1e-9))


def _nice(rough: float) -> int:
    return max(1, round(_nice_step(rough))) if rough > 1 else 1


def _share(value: float) -> str:
    return f"{100 * value:g} %"


def _percent(value: float) -> str:
    return f"{value:.4g}%"


def _line(x: tuple[float, float], y: tuple[float, float], name: str) -> Any:
    (x1, x2), (y1, y2) = x, y
    return _tag("line", name, x1=_percent(x1), x2=_percent(x2), y1=_percent(y1), y2=_percent(y2))


def _segment(start: tuple[float, float], end: tuple[float, float], name: str) -> Any:
    (x1, y1), (x2, y2) = start, end
    return _tag("line", name, x1=f"{x1:g}", y1=f"{y1:g}", x2=f"{x2:g}", y2=f"{y2:g}")


def _text(x: float, y: float, words: str, name: str) -> Any:
    element = _tag("text", name, x=f"{x:g}", y=f"{y:g}")
    element.text = words
    return element


def _tag(kind: str, name: str, **attributes: str) -> Any:
    return etree.Element(kind, {"class": name, **attributes})


def _svg(name: str, parts: Iterable[Any], label: str = "", **attributes: str) -> Markup:
    told = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    root = _tag("svg", name, **told, **attributes)
    root.extend(list(parts))
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704 - made of elements, not of text
