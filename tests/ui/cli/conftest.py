"""The command line: arguments in; exit status, output and error output out."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.ui.api.rows import rows_digest
from ui.cli import main

COMMAND = Path(sys.executable).with_name("yinju")


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The output as JSON."""
        return json.loads(self.out)

    def is_a_clear_error(self) -> bool:
        """Whether there is one line on stderr that says what is wrong, and no traceback."""
        return self.status == 1 and self.err.startswith("yinju: ") and self.err.count("\n") == 1


Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder to run in, since ./library is the default."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run() -> Run:
    """Run `yinju` as a process of its own."""

    def run_it(*arguments: object) -> Outcome:
        done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=60)
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run_it


@pytest.fixture
def yinju(monkeypatch, capfd) -> Run:
    """Run `yinju` in this process, which is quicker; what would be a traceback is raised here."""

    def run_it(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["yinju", *map(str, arguments)])
        capfd.readouterr()
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        return Outcome(status, *capfd.readouterr())

    return run_it


@pytest.fixture(scope="session")
def stored(seeds, tmp_path_factory) -> Path:
    """A copy of the library of seeds, for what might change it."""
    folder = tmp_path_factory.mktemp("stored") / "library"
    shutil.copytree(seeds.library.folder, folder, ignore=shutil.ignore_patterns("*-shm"))
    return folder


@pytest.fixture
def unchanged(yinju) -> Callable[[Path], AbstractContextManager[None]]:
    """Prove that what happens inside changes nothing that a library stores or lists."""

    @contextmanager
    def prove(library: Path) -> Iterator[None]:
        def state() -> tuple[str, str]:
            return rows_digest(library), yinju("documents", "--json", "--library", library).out

        before = state()
        yield
        assert state() == before

    return prove
