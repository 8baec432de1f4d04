"""Commands over small libraries."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.command_line import COMMAND, Outcome, run_here
from tests.doubles import TEXTS
from tests.libraries import made_library
from tests.ui.api.rows import rows_digest

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
    """Run `yinju` in this process, with the hashing embedder."""
    monkeypatch.setenv("YINJU_EMBEDDER", "hashing")
    return partial(run_here, monkeypatch, capfd)


@pytest.fixture(scope="session")
def stored(tmp_path_factory) -> Path:
    """A library of the three small documents, vectors from the hashing embedder. Only read it."""
    with made_library(tmp_path_factory.mktemp("stored"), TEXTS, embedder="hashing") as pipeline:
        return pipeline.settings.library


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
