"""What every recipe is run within: less data for a toy, and the record of the run at the end."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer

from rag.resources import MODELS
from rag.train.chain import CHAIN
from rag.train.data.sampling import few_rows
from rag.train.record import Printed, data_sums, record
from ui.cli.shared import CONSOLE

__all__ = ["TrainStep", "train_step"]


class TrainStep:
    """One run: where it reads, whom it tells; what it was is to be set before it ends."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.report = Printed(CONSOLE.print)
        self.run: Mapping[str, Any] = {}


@contextmanager
def train_step(
    context: typer.Context, data: Path, out: Path, toy: bool, more: Sequence[Path] = ()
) -> Iterator[TrainStep]:
    """Run a step of the chain, and write down what it was; `more` is what it learns from beside `data`."""
    step = CHAIN[str(context.info_name)]
    if toy and out.resolve() == (MODELS / step.folder).resolve():
        raise typer.BadParameter("a toy must not take the shipped model's place", param_hint="--out")
    with TemporaryDirectory() as folder:
        running = TrainStep(few_rows(data, Path(folder), step.toy_rows) if toy else data)
        yield running
        sums = data_sums([*step.data_files(running.data), *more])
    record(step, out, _command(context), running.run, running.report.lines, sums)


def _command(context: typer.Context) -> str:
    """Return the command line with what was given, the folder of data called DIR."""
    words = ["yinju", "train", str(context.info_name)]
    for name, value in context.params.items():
        source = context.get_parameter_source(name)
        if source is None or source.name != "COMMANDLINE":
            continue
        for given in ["DIR"] if name == "data" else value if isinstance(value, list) else [value]:
            words += [f"--{name.replace('_', '-')}", *([] if given is True else [str(given)])]
    return " ".join(words)
