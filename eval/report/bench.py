"""What was measured beside the peers: as tables for a terminal, as Markdown, as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from statistics import fmean
from typing import Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from eval.metrics.bootstrap import Difference
from eval.retrieval.bench import SHOWN, Entry, SetReport

__all__ = ["as_data", "as_markdown", "render"]

_NONE: Final = "–"
_LEGEND: Final = (
    "recall@1 with its 95 % bootstrap interval, then how much better Yinju's full search is on the same"
    " questions (paired bootstrap). Build and question: time as a ratio to Yinju's in the same run, mean of"
    " the sets."
)
_FIRST: Final = "recall@1"
_HEAD: Final = ("retriever", *SHOWN, "recall@1: yinju is better by", "build", "question")


def render(reports: Sequence[SetReport]) -> RenderableType:
    """Lay out one table a set."""
    tables = [part for report in reports for part in (_table(report), Text())]
    return Group(*tables, Text("95 % bootstrap intervals. Times as ratios to yinju's in the same run."))


def _table(report: SetReport) -> Table:
    title = f"{report.set}: {_questions(report)}, {report.documents:,} passages"
    if report.answer_sentence is not None:
        title += f"; yinju ranks a sentence with the answer first for {report.answer_sentence:.3f}"
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column(_HEAD[0], overflow="fold")  # gives way where a terminal is narrow
    for name in _HEAD[1:]:
        table.add_column(name, justify="right", no_wrap=True)
    for entry in report.entries:
        table.add_row(*map(Text, _cells(entry)))
    return table


def _cells(entry: Entry) -> list[str]:
    found = entry.figures
    if found is None:
        return [f"{_named(entry)}: {entry.problem}", *[_NONE] * (len(_HEAD) - 1)]
    return [
        _named(entry),
        *(_bounded(found.metrics[name], *found.ci95[name]) for name in SHOWN),
        _signed(found.behind[_FIRST]) if found.behind else _NONE,
        _ratio(found.build_ratio),
        _ratio(found.query_ratio),
    ]


def as_markdown(reports: Sequence[SetReport]) -> str:
    """Return one table of all sets: recall@1 with its interval, what Yinju is ahead, and time ratios."""
    sets = [f"{report.set} ({_questions(report)})" for report in reports]
    lines = [["retriever", *sets, "build", "question"], ["---"] * (len(reports) + 3)]
    for same in zip(*(report.entries for report in reports), strict=True):
        found = [entry.figures for entry in same if entry.figures]
        times = [
            _ratio(fmean(getattr(figures, name) for figures in found)) if found else _NONE
            for name in ("build_ratio", "query_ratio")
        ]
        lines.append([_named(same[0]), *map(_cell, same), *times])
    table = "\n".join(f"| {' | '.join(_escaped(cell) for cell in line)} |" for line in lines)
    return f"{table}\n\n{_LEGEND}\n"


def _cell(entry: Entry) -> str:
    found = entry.figures
    if found is None:
        return entry.problem
    value = _bounded(found.metrics[_FIRST], *found.ci95[_FIRST])
    return f"{value}; {_signed(found.behind[_FIRST])}" if found.behind else value


def as_data(reports: Sequence[SetReport]) -> dict[str, Any]:
    """Return everything that was measured, for JSON."""
    sets = [asdict(report) for report in reports]
    for told, report in zip(sets, reports, strict=True):
        for row, entry in zip(told["entries"], report.entries, strict=True):
            if entry.figures:
                behind = entry.figures.behind
                row["figures"]["behind"] = {name: found._asdict() for name, found in behind.items()}
    return {"sets": sets}


def _questions(report: SetReport) -> str:
    if report.asked == report.queries:
        return f"{report.queries:,} questions"
    return f"{report.asked:,} of {report.queries:,} questions"


def _named(entry: Entry) -> str:
    return f"{entry.name} {entry.version}".strip()


def _bounded(value: float, low: float, high: float) -> str:
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


def _signed(found: Difference) -> str:
    return f"{found.mean:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
