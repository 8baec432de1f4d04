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

from rag.build import build_pipeline
from rag.ingest.ingest import ingest
from rag.settings import Settings
from tests.doubles import TEXTS, write_files
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


def assert_clear(outcome: Outcome, *said: str) -> None:
    """Assert exit status 1 and one line on stderr that says what is wrong; a traceback has more."""
    assert outcome.status == 1, outcome
    assert outcome.err.startswith("yinju: "), outcome.err
    assert outcome.err.count("\n") == 1, outcome.err
    for words in said:
        assert words in outcome.err


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
    """Run `yinju` as a process of its own, as it comes."""

    def run_it(*arguments: object) -> Outcome:
        done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=60)
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run_it


@pytest.fixture
def yinju(monkeypatch, capfd) -> Run:
    """Run `yinju` in this process, which is quicker, with the hashing embedder.

    What would be a traceback is raised here.
    """
    monkeypatch.setenv("YINJU_EMBEDDER", "hashing")

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
def stored(tmp_path_factory) -> Path:
    """A library of the three small documents, vectors from the hashing embedder. Only read it."""
    folder = tmp_path_factory.mktemp("stored")
    pipeline = build_pipeline(Settings.read(library=folder / "library", embedder="hashing"), create=True)
    ingest(pipeline.corpus, [write_files(folder / "files", TEXTS)])
    pipeline.close()
    return folder / "library"


@pytest.fixture
def copied(stored, here) -> Path:
    """A copy of the stored library, to damage."""
    return Path(shutil.copytree(stored, here / "copy"))


@pytest.fixture(scope="session")
def states() -> dict[Path, tuple[str, str]]:
    """What each library held when it was first looked at."""
    return {}


@pytest.fixture
def unchanged(yinju, states) -> Callable[[Path], AbstractContextManager[None]]:
    """Prove that what happens inside changes nothing that a library stores or lists."""

    def state(library: Path) -> tuple[str, str]:
        return rows_digest(library), yinju("documents", "--json", "--library", library).out

    @contextmanager
    def prove(library: Path) -> Iterator[None]:
        before = states.get(library) or states.setdefault(library, state(library))
        yield
        assert state(library) == before

    return prove
