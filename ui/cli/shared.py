"""What the commands share: options, opening the pipeline, printing."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from rag.pipeline import Pipeline
from rag.settings import Settings

__all__ = ["CONSOLE", "AsJson", "LibraryOption", "opened", "print_json"]

# A pipe has no width of its own: tables are as wide there as their text.
CONSOLE: Final = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 250)

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
