"""The report as tables for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from eval.metrics import MEASURES
from eval.misses import Miss, find_misses
from eval.report import Figures, Report

__all__ = ["render"]

_NONE: Final = "–"
_SHOWN: Final = 20


def render(report: Report, shown: int = _SHOWN) -> RenderableType:
    """Lay out the figures, by type, language and document, and at most `shown` misses."""
    misses = find_misses(report.rows)
    parts: list[RenderableType] = [
        _overall(report),
        _groups("By type", report.by_type),
        _groups("By language", report.by_lang),
        _groups("By document", report.by_doc),
        Text(f"Inexact citations: {report.inexact_citations} (must be 0)"),
    ]
    if misses:
        parts.append(_misses(misses, shown))
    if report.problems:
        lines = "\n".join(report.problems[:shown])
        parts.append(Text(f"The question file does not fit the library:\n{lines}", style="yellow"))
    return Group(*(piece for part in parts for piece in (part, Text())))


def _table(title: str) -> Table:
    return Table(
        title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0)
    )


def _overall(report: Report) -> Table:
    table = _table(f"{report.questions} questions")
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("95 % interval", justify="right")
    for name in MEASURES:
        bounds = report.ci95[name]
        between = f"{bounds[0]:.3f} to {bounds[1]:.3f}" if bounds else _NONE
        table.add_row(_words(name), _number(report.metrics[name]), between)
    return table


def _groups(title: str, groups: Mapping[str, Figures]) -> Table:
    table = _table(title)
    # Only the first column gives way where a terminal is narrow: a figure cut short is none.
    table.add_column("", overflow="fold")
    table.add_column("n", justify="right", no_wrap=True)
    for name in MEASURES:
        table.add_column(name.replace("_", "\n"), justify="right", no_wrap=True)
    for key, figures in groups.items():
        # Text, since a document's name may hold what rich takes for markup.
        table.add_row(Text(key), f"{figures['questions']}", *(_number(figures[name]) for name in MEASURES))
    return table


def _misses(misses: Sequence[Miss], shown: int) -> Table:
    rest = f", the first {shown}" if len(misses) > shown else ""
    table = _table(f"{len(misses)} with something missing{rest}")
    table.add_column("id")
    table.add_column("question")
    table.add_column("missing")
    for miss in misses[:shown]:
        table.add_row(Text(miss.id), Text(miss.question), Text("\n".join(miss.missing)))
    return table


def _words(name: str) -> str:
    return name.replace("_", " ")


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.3f}"
