"""The command line."""

import os
import sys
from typing import Final

# Before numpy is imported: its sums here are small, and a pool of threads costs more than they do.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import typer

from rag.errors import YinjuError
from ui.cli.bench import bench
from ui.cli.doctor import doctor
from ui.cli.documents import documents, ingest, outline, rebuild, remove
from ui.cli.evaluate import evaluate
from ui.cli.questions import ask, search
from ui.cli.serve import serve
from ui.cli.train import train

__all__ = ["app", "main"]

_STOPPED: Final = 130  # what typer makes of Ctrl-C, as a shell does

app = typer.Typer(
    help="Yinju 引据: answers from your documents, with the exact words they rely on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (serve, ingest, remove, documents, outline, search, ask, doctor, rebuild, bench):
    app.command()(command)
app.command("eval")(evaluate)
app.add_typer(train, name="train")


def main() -> None:
    """Run the command line: exit status 0 done, 1 a clear error, 2 usage."""
    try:
        app()
    except YinjuError as error:
        sys.stderr.write(f"yinju: {' '.join(str(error).split())}\n")
        sys.exit(1)
    except SystemExit as end:
        if end.code == _STOPPED:
            sys.stderr.write("yinju: stopped; what was finished is in the library\n")
        raise
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
