"""The program that is measured: how it is started, and what it said.

It is that of this checkout. `--python-path DIR` measures another one; YINJU_PROGRAM names any other
command, as a shell reads it: `PYTHONPATH=/old/checkout /old/checkout/.venv/bin/yinju`. A command that
starts the program by way of another, as `env` and most scripts do, cannot be stopped at a system call.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Self

from tests import INSTALLED

ROOT: Final = Path(__file__).parents[2]
_START: Final = "from ui.cli import main; main()"
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*=")
_QUICK: Final = {"YINJU_EMBEDDER": "hashing", "YINJU_RERANKER": "none"}
_LONGEST_SECONDS: Final = 300.0


class Outcome(NamedTuple):
    """How a process ended; one that did not end in time has the status None."""

    status: int | None
    out: str
    err: str

    @property
    def message(self) -> str:
        """The last line of what it said is wrong."""
        lines = (self.err.strip() or self.out.strip()).splitlines()
        return lines[-1] if lines else ""

    def __str__(self) -> str:
        ended = "did not end" if self.status is None else f"ended with status {self.status}"
        return f"{ended}: {self.message}"


class Program(NamedTuple):
    """A command and the environment it is started in."""

    command: tuple[str, ...]
    environment: Mapping[str, str]

    @classmethod
    def read(cls, python_path: Path = ROOT, *, quick: bool = True) -> Self:
        """Return the program of a checkout, or the one that YINJU_PROGRAM names.

        A `quick` one has the hashing embedder and no reranker, unless the environment says otherwise.
        """
        words = shlex.split(os.environ.get("YINJU_PROGRAM", "")) or [sys.executable, "-c", _START]
        path = {"PYTHONPATH": f"{python_path.resolve()}{os.pathsep}{INSTALLED}"}
        environment = (_QUICK if quick else {}) | os.environ | path
        while words and _ASSIGNMENT.match(words[0]):
            name, _, value = words.pop(0).partition("=")
            environment[name] = value
        return cls(tuple(words), environment)

    def also(self, **variables: str) -> Self:
        """Return the same program with more variables in its environment."""
        return self._replace(environment={**self.environment, **variables})

    def script(self, file: Path) -> Self:
        """Return a Python script that imports what the program imports."""
        return self._replace(command=(sys.executable, "-P", str(file)))

    def run(self, folder: Path, *arguments: object, under: Sequence[str] = (), given: str = "") -> Outcome:
        """Run it to its end in a folder; `under` is the command that runs it, `given` its input."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            # Files and no pipes: children of a program that was killed would keep a pipe open.
            try:
                status: int | None = subprocess.run(
                    [*under, *self.command, *map(str, arguments)],
                    input=given.encode(),
                    stdout=out,
                    stderr=err,
                    cwd=folder,
                    env=self.environment,
                    timeout=_LONGEST_SECONDS,
                ).returncode
            except subprocess.TimeoutExpired:
                status = None
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode(errors="replace"))
        return Outcome(status, *texts)


def written(folder: Path, texts: Mapping[str, str]) -> Path:
    """Write texts as the files of a folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder
