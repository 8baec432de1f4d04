"""What the commands share: options, opening the pipeline, printing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from rag.pipeline import Pipeline
from rag.settings import Settings

__all__ = ["CONSOLE", "AsJson", "LibraryOption", "opened", "print_json"]

CONSOLE: Final = Console(highlight=False, soft_wrap=True)

LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", metavar="DIR", help="The library's folder (YINJU_LIBRARY, else ./library)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


@contextmanager
def opened(
    library: Path | None, create: bool = False, check: bool = True, **given: object
) -> Iterator[Pipeline]:
    """Open the pipeline over a library, close it at the end."""
    from rag.build import build_pipeline

    pipeline = build_pipeline(Settings.read(library=library, **given), create, check)
    try:
        yield pipeline
    finally:
        pipeline.close()


def print_json(data: Any) -> None:
    """Print data as JSON on standard output, characters as they are."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
