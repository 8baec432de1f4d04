"""yinju eval."""

from datetime import date
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from rich.console import Console, RenderableType

from rag.errors import InputError
from rag.retrieve.retriever import Legs
from rag.settings import Settings
from rag.types.query import Language
from ui.cli.shared import CONSOLE, LibraryOption, opened

if TYPE_CHECKING:
    from eval.answers.compare import Comparison
    from eval.answers.summary import Report
    from eval.data.questions import Question

__all__ = ["evaluate"]


def evaluate(  # noqa: PLR0913, PLR0917 - every option is an argument
    questions: Annotated[Path, typer.Option(metavar="FILE", help="Reference questions, JSON Lines.")] = Path(
        "eval/questions/seeds.jsonl"
    ),
    beir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Measure retrieval on a BEIR folder instead.")
    ] = None,
    retriever: Annotated[
        str, typer.Option(metavar="full|dense|lexical", help="With --beir: which legs.")
    ] = "full",
    script: Annotated[
        str | None,
        typer.Option(metavar="zh-Hans|zh-Hant", help="Ask every Chinese question in this script."),
    ] = None,
    library: LibraryOption = None,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the whole report here.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page to read here.")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Compare with an earlier run; exit status 1 if a measure got worse."
        ),
    ] = None,
    save_baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the scores alone, for --baseline.")
    ] = None,
    grades: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Count what readers thought of these answers.")
    ] = None,
    ungraded: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the answers that want a grade, JSON Lines.")
    ] = None,
) -> None:
    """Measure answers on reference questions, or retrieval on a BEIR folder."""
    if beir is not None:
        if baseline or save_baseline:
            raise InputError("baseline", "--baseline compares answers to questions: leave it out with --beir")
        if grades or ungraded:
            raise InputError("grades", "grades are of answers to questions: leave them out with --beir")
        _evaluate_beir(beir, _legs(retriever), json, html)
        return
    files = _Files(json, html, baseline, save_baseline, grades, ungraded)
    _evaluate_answers(questions, script, library, files)


class _Files(NamedTuple):
    """What an evaluation of answers reads beside the questions, and what it writes."""

    json: Path | None
    html: Path | None
    baseline: Path | None
    save_baseline: Path | None
    grades: Path | None
    ungraded: Path | None


def _evaluate_answers(questions: Path, script: str | None, library: Path | None, files: _Files) -> None:
    from eval.answers.baseline import read_baseline
    from eval.answers.compare import compare
    from eval.answers.reading import with_grades
    from eval.answers.run import evaluate as evaluate_answers
    from eval.data.grades import read_grades
    from eval.report.table import render

    asked = _asked(questions, script)
    before = read_baseline(files.baseline) if files.baseline else None
    read = read_grades(files.grades) if files.grades else None
    with opened(library) as pipeline:
        report = evaluate_answers(pipeline, asked)
    if read is not None:
        report = with_grades(report, read)
    comparison = compare(report.rows, before) if before else None
    CONSOLE.print(render(report, comparison))
    _write(report, comparison, files, questions.name)
    if comparison:
        _judge(comparison)


def _write(report: "Report", comparison: "Comparison | None", files: _Files, asked: str) -> None:
    from eval.answers.baseline import save_baseline
    from eval.answers.reading import write_ungraded
    from eval.report.page import write_page
    from eval.report.write import write_json

    if files.json:
        write_json(report, files.json, {"comparison": comparison.as_dict()} if comparison else None)
    if files.html:
        about = (asked, f"yinju {version('yinju')}", f"{date.today():%Y-%m-%d}")
        write_page(report, files.html, comparison, about)
    if files.save_baseline:
        save_baseline(report, files.save_baseline)
    if files.ungraded:
        write_ungraded(report.rows, files.ungraded)


def _judge(comparison: "Comparison") -> None:
    """End with exit status 1 if a measure got significantly worse, and say which."""
    told = [
        f"{change.measure} {change.before:.3f} before, {change.now:.3f} now (95 % interval of the difference"
        f" {change.difference.low:+.3f} to {change.difference.high:+.3f})"
        for change in comparison.dropped
    ]
    if told:
        typer.echo(f"yinju: significantly worse than {comparison.baseline}: {'; '.join(told)}", err=True)
        raise typer.Exit(1)


def _show(tables: RenderableType, html: Path | None) -> None:
    from eval.files import write_text

    CONSOLE.print(tables)
    if html:
        page = Console(record=True, width=160, file=StringIO())
        page.print(tables)
        write_text(html, page.export_html(), "html")


def _asked(questions: Path, script: str | None) -> "list[Question]":
    from eval.data.questions import in_script, read_questions

    known: dict[str, Language] = {"zh-Hans": "zh-Hans", "zh-Hant": "zh-Hant"}
    if script is not None and script not in known:
        raise InputError("script", f"unknown script {script!r}: choose one of {', '.join(known)}")
    asked = read_questions(questions)
    return [in_script(question, known[script]) for question in asked] if script else asked


def _legs(name: str) -> Legs:
    known: dict[str, Legs] = {"full": "full", "dense": "dense", "lexical": "lexical"}
    if name not in known:
        raise InputError("retriever", f"unknown retriever {name!r}: choose one of {', '.join(known)}")
    return known[name]


def _evaluate_beir(folder: Path, legs: Legs, json: Path | None, html: Path | None) -> None:
    from eval.report.beir import render_beir, write_beir
    from eval.retrieval.beir import evaluate_beir

    report = evaluate_beir(folder, legs, Settings.read())
    if json:
        write_beir(report, json)
    _show(render_beir(report), html)
