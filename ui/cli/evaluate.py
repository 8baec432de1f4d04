"""yinju eval."""

from datetime import date
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, RenderableType

from rag.errors import InputError
from rag.retrieve.retriever import Legs
from rag.settings import Settings
from rag.types.query import Language
from ui.cli.shared import CONSOLE, LibraryOption, opened

if TYPE_CHECKING:
    from eval.answers.compare import Comparison
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
) -> None:
    """Measure answers on reference questions, or retrieval on a BEIR folder."""
    if beir is not None:
        if baseline or save_baseline:
            raise InputError("baseline", "--baseline compares answers to questions: leave it out with --beir")
        _evaluate_beir(beir, _legs(retriever), json, html)
        return
    from eval.answers.baseline import read_baseline
    from eval.answers.baseline import save_baseline as save
    from eval.answers.compare import compare
    from eval.answers.run import evaluate as evaluate_answers
    from eval.report.page import write_page
    from eval.report.table import render
    from eval.report.write import write_json

    asked = _asked(questions, script)
    before = read_baseline(baseline) if baseline else None
    with opened(library) as pipeline:
        report = evaluate_answers(pipeline, asked)
    comparison = compare(report.rows, before) if before else None
    CONSOLE.print(render(report, comparison))
    if json:
        write_json(report, json, {"comparison": comparison.as_dict()} if comparison else None)
    if html:
        about = (questions.name, f"yinju {version('yinju')}", f"{date.today():%Y-%m-%d}")
        write_page(report, html, comparison, about)
    if save_baseline:
        save(report, save_baseline)
    if comparison:
        _judge(comparison)


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
