"""yinju bench."""

import json as to_json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from rag.settings import Settings
from ui.cli.shared import CONSOLE

__all__ = ["bench"]


def bench(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of BEIR folders.")],
    peers: Annotated[
        str | None,
        typer.Option(metavar="NAME,...", help="Measure beside these peers only; all unless given."),
    ] = None,
    questions: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="At most so many questions of a set, the same each time."),
    ] = None,
    growth: Annotated[
        bool,
        typer.Option(
            "--growth", help="Measure how the time a question takes grows with the library instead."
        ),
    ] = False,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write all figures here.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", metavar="FILE", help="Write a table in Markdown here.")
    ] = None,
) -> None:
    """Measure retrieval beside other projects' retrievers, on every BEIR folder in a folder."""
    from eval.files import write_text
    from eval.report.bench import as_data, as_markdown, render
    from eval.report.growth import growth_markdown, render_growth
    from eval.retrieval.bench import bench as measure
    from eval.retrieval.growth import QUESTIONS
    from eval.retrieval.growth import growth as measure_growth

    settings = Settings.read()
    if growth:
        grown = measure_growth(folder, settings, most=questions or QUESTIONS, told=_tell)
        CONSOLE.print(render_growth(grown))
        data, table = asdict(grown), growth_markdown(grown)
    else:
        names = [name.strip() for name in peers.split(",") if name.strip()] if peers is not None else None
        reports = measure(folder, settings, names, questions, _tell)
        CONSOLE.print(render(reports))
        data, table = as_data(reports), as_markdown(reports)
    if json:
        write_text(json, to_json.dumps(data, ensure_ascii=False, indent=2) + "\n", "json")
    if markdown:
        write_text(markdown, table, "markdown")


def _tell(what: str) -> None:
    typer.echo(what, err=True)
