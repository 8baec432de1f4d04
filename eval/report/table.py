"""The report as tables for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich import box
from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from eval.answers.compare import Change, Comparison, Verdict
from eval.answers.graded import Graded
from eval.answers.misses import Miss, find_misses
from eval.answers.outcomes import count_outcomes
from eval.answers.summary import Group, Report
from eval.data.grades import GRADES
from eval.metrics import MEASURES

__all__ = ["render"]

_NONE: Final = "–"
_SHOWN: Final = 20
_MARKS: Final[dict[Verdict, str]] = {"better": "▲ better", "worse": "▼ worse", "same": "·"}


def render(report: Report, comparison: Comparison | None = None, shown: int = _SHOWN) -> RenderableType:
    """Lay out the figures, by type, language, method and document, and at most `shown` misses."""
    misses = find_misses(report.rows)
    groups = {
        "By type": report.by_type,
        "By language": report.by_lang,
        "By form": report.by_form,
        "By method": report.by_method,
        "By set": report.by_set,
        "By document": report.by_doc,
    }
    parts: list[RenderableType] = [_overall(report)]
    if comparison:
        parts += [_changes(comparison), _left_out(comparison)]
    parts += [_groups(title, group) for title, group in groups.items() if group]
    if report.graded:
        parts += [_grades(report.graded), _agreement(report.graded)]
    parts += [_answers(report)]
    if misses:
        parts.append(_misses(misses, shown))
    if report.problems:
        lines = "\n".join(report.problems[:shown])
        parts.append(Text(f"The question file does not fit the library:\n{lines}", style="yellow"))
    return Lines(*(piece for part in parts for piece in (part, Text())))


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


def _changes(comparison: Comparison) -> Table:
    table = _table(f"Beside {comparison.baseline}: {comparison.questions} questions that are in both")
    table.add_column("measure")
    for name in ("before", "now", "difference", "95 % interval", "better", "worse"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for change in comparison.changes.values():
        table.add_row(*map(Text, _change(change)))
    return table


def _change(change: Change) -> list[str]:
    found = change.difference
    return [
        _words(change.measure),
        _number(change.before),
        _number(change.now),
        f"{found.mean:+.3f}",
        f"{found.low:+.3f} to {found.high:+.3f}",
        f"{len(change.better)}",
        f"{len(change.worse)}",
        _MARKS[change.verdict],
    ]


def _left_out(comparison: Comparison) -> Text:
    lines = [
        f"{title}: {', '.join(ids)}"
        for title, ids in (
            *((f"Worse in {_words(c.measure)}", c.worse) for c in comparison.changes.values()),
            *((f"Better in {_words(c.measure)}", c.better) for c in comparison.changes.values()),
            ("Left out, new", comparison.added),
            ("Left out, gone", comparison.removed),
            ("Left out, no longer the same question", comparison.edited),
        )
        if ids
    ]
    return Text("\n".join(lines) or "No question scored otherwise.")


def _answers(report: Report) -> Text:
    complete, median = report.complete_lists, report.median_fact_length
    lines = [f"{kind.value}: {count} ({kind.meaning})" for kind, count in count_outcomes(report.rows).items()]
    if median is not None:
        lines.append(f"Median answer to a fact question: {median:g} characters")
    if complete:
        lines.append(f"Complete lists: {complete.share:.3f} ({complete.hits} of {complete.of})")
    if found := report.selective:
        lines.append(
            f"Confidence: AURC {found.aurc:.3f} (best {found.aurc_best:.3f}, in any order"
            f" {found.aurc_random:.3f}), calibration error {found.ece:.3f}, {found.questions} questions"
        )
    lines.append(f"Sentences without a citation: {report.uncited_sentences}")
    lines.append(f"Inexact citations: {report.inexact_citations} (must be 0)")
    return Text("\n".join(lines))


def _groups(title: str, groups: Mapping[str, Group]) -> Table:
    table = _table(title)
    # Only the first column gives way where a terminal is narrow: a figure cut short is none.
    table.add_column("", overflow="fold")
    table.add_column("n", justify="right", no_wrap=True)
    for name in MEASURES:
        table.add_column(name.replace("_", "\n"), justify="right", no_wrap=True)
    for key, figures in groups.items():
        # Text, since a document's name may hold what rich takes for markup.
        table.add_row(
            Text(key), f"{figures.questions}", *(_number(figures.metrics[name]) for name in MEASURES)
        )
    return table


def _grades(graded: Graded) -> Table:
    table = _table("Grades by reading: share of the graded answers, 95 % interval")
    table.add_column("", overflow="fold")
    for name in ("graded", "no grade", *GRADES):
        table.add_column(name, justify="right", no_wrap=True)
    for title, groups in graded.groups.items():
        for key, found in groups.items():
            shares = [_share(found.share(name), found.interval(name)) for name in GRADES]
            table.add_row(Text(f"{title}: {key}"), f"{found.graded}", f"{found.ungraded}", *shares)
    return table


def _share(value: float | None, bounds: tuple[float, float] | None) -> str:
    return _NONE if value is None or bounds is None else f"{value:.2f} ({bounds[0]:.2f}–{bounds[1]:.2f})"


def _agreement(graded: Graded) -> Text:
    found = graded.agreement
    if not found.answers:
        return Text("No answer of this run has a grade yet.", style="yellow")
    kappa = _NONE if found.kappa is None else f"{found.kappa:.3f}"
    return Text(
        f"Two readers agree on {found.agreed} of {found.answers} answers, Cohen's kappa {kappa};"
        f" {graded.overall.ungraded} answers have no grade yet"
    )


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
