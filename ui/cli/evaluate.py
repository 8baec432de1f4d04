"""yinju eval."""

from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, RenderableType

from rag.errors import InputError
from rag.retrieve import Legs
from rag.settings import Settings
from ui.cli.shared import CONSOLE, LibraryOption, opened

__all__ = ["evaluate"]


def evaluate(
    questions: Annotated[Path, typer.Option(metavar="FILE", help="Reference questions, JSON Lines.")] = Path(
        "eval/questions/seeds.jsonl"
    ),
    beir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Measure retrieval on a BEIR folder instead.")
    ] = None,
    retriever: Annotated[
        str, typer.Option(metavar="full|dense|lexical", help="With --beir: which legs.")
    ] = "full",
    library: LibraryOption = None,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the whole report here.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the tables as a page here.")
    ] = None,
) -> None:
    """Measure answers on reference questions, or retrieval on a BEIR folder."""
    if beir is not None:
        _evaluate_beir(beir, _legs(retriever), json, html)
        return
    from eval.questions import read_questions
    from eval.run import evaluate as evaluate_answers
    from eval.table import render
    from eval.write import write_json

    asked = read_questions(questions)
    with opened(library) as pipeline:
        report = evaluate_answers(pipeline, asked)
    if json:
        write_json(report, json)
    _show(render(report), html)


def _show(tables: RenderableType, html: Path | None) -> None:
    from eval.write import write_text

    CONSOLE.print(tables)
    if html:
        page = Console(record=True, width=160, file=StringIO())
        page.print(tables)
        write_text(html, page.export_html(), "html")


def _legs(name: str) -> Legs:
    known: dict[str, Legs] = {"full": "full", "dense": "dense", "lexical": "lexical"}
    if name not in known:
        raise InputError("retriever", f"unknown retriever {name!r}: choose one of {', '.join(known)}")
    return known[name]


def _evaluate_beir(folder: Path, legs: Legs, json: Path | None, html: Path | None) -> None:
    from eval.beir import evaluate_beir, render_beir, write_beir

    report = evaluate_beir(folder, legs, Settings.read())
    if json:
        write_beir(report, json)
    _show(render_beir(report), html)
