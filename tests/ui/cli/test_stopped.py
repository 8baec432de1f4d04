"""Commands that are stopped in the middle: what was finished is in the library, the rest comes next time."""

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.command_line import COMMAND, Outcome
from tests.doubles import FERRY, write_files
from tests.ui.api.rows import rows_digest
from tests.waiting import LONGEST_WAIT, wait_until

FILES = 24
HANGS = """
import time
from rag.ingest.formats.text import TextReader

whole = TextReader.read

def read(self, data, name, limits):
    if name.startswith("hangs"):
        time.sleep(3600)
    return whole(self, data, name, limits)

TextReader.read = read
"""


@pytest.fixture(scope="session")
def many(tmp_path_factory) -> Path:
    """A folder of files that are cut into many chunks each, so that they go in a few at a time."""
    source = random.Random(7)  # noqa: S311
    words = "果园渡口图书馆水库学校医院道路会议报告检查农户种树"

    def sentence(n: int) -> str:
        return f"第{n}项工作由{''.join(source.choices(words, k=24))}负责，金额{source.randrange(10**6)}元。"

    texts = {
        f"{i:02}.txt": f"第{i}号报告\n" + "".join(f"第{n}条 {sentence(n)}{sentence(n)}\n" for n in range(150))
        for i in range(FILES)
    }
    return write_files(tmp_path_factory.mktemp("many"), texts)


@pytest.fixture
def environment(monkeypatch) -> None:
    monkeypatch.setenv("YINJU_EMBEDDER", "hashing")
    monkeypatch.setenv("YINJU_CHUNK_TOKENS", "64")


@pytest.fixture
def start(environment, here) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start `yinju` in a process group of its own, as a terminal does."""
    started: list[subprocess.Popen[str]] = []

    def start_it(*arguments: object) -> "subprocess.Popen[str]":
        started.append(
            subprocess.Popen(
                [COMMAND, *map(str, arguments)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )
        return started[-1]

    yield start_it
    for process in started:
        process.kill()
        process.communicate()


def outcome_of(process: "subprocess.Popen[str]", seconds: float = LONGEST_WAIT) -> Outcome:
    out, err = process.communicate(timeout=seconds)
    return Outcome(process.returncode, out, err)


def stored(folder: Path) -> list[str]:
    """Return the names of a library's documents, none if it cannot be read yet."""
    file = folder / "library" / "library.sqlite3"
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return [name for (name,) in connection.execute("SELECT name FROM documents ORDER BY name")]
    except sqlite3.Error:
        return []


def interrupt(process: "subprocess.Popen[str]") -> None:
    """Do what Ctrl-C in a terminal does."""
    os.killpg(process.pid, signal.SIGINT)


def check_sound_and_completed(run, here: Path, many: Path) -> None:
    """Prove that `doctor` finds nothing, and that a second ingest brings in what is missing."""
    before = stored(here)
    doctor = run("doctor")
    assert (doctor.status, doctor.out.count("BAD")) == (0, 0), doctor

    again = run("ingest", many, "--json")

    assert again.status == 0, again
    assert again.data["unchanged"] == before
    assert again.data["added"] == [f"{i:02}.txt" for i in range(FILES) if f"{i:02}.txt" not in before]
    assert stored(here) == [f"{i:02}.txt" for i in range(FILES)]
    assert run("doctor").status == 0


def test_an_ingest_that_is_stopped_tells_what_went_in_and_the_rest_comes_next_time(start, run, here, many):
    process = start("ingest", many)
    wait_until(lambda: stored(here) != [])
    interrupt(process)
    outcome = outcome_of(process)

    names = stored(here)
    assert outcome.status == 130, outcome
    assert 0 < len(names) < FILES
    assert outcome.out.splitlines()[-1] == f"{len(names)} added, 0 replaced, 0 unchanged, 0 failed"
    assert [line.split()[1] for line in outcome.out.splitlines()[:-1]] == names
    assert outcome.err == "yinju: stopped; what was finished is in the library\n"
    check_sound_and_completed(run, here, many)


def test_an_ingest_that_is_stopped_twice_leaves_a_sound_library(start, run, here, many):
    process = start("ingest", many)
    wait_until(lambda: stored(here) != [])
    interrupt(process)
    time.sleep(0.05)
    if process.poll() is None:
        interrupt(process)

    assert outcome_of(process).status == 130
    check_sound_and_completed(run, here, many)


@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM"])
def test_an_ingest_that_is_killed_leaves_a_sound_library(start, run, here, many, how):
    process = start("ingest", many)
    wait_until(lambda: stored(here) != [])
    process.send_signal(signal.Signals[how])

    assert outcome_of(process).status == -signal.Signals[how]
    assert len(stored(here)) < FILES
    check_sound_and_completed(run, here, many)


@pytest.mark.parametrize("seconds", [0.6, 1.6])
def test_an_ingest_that_is_killed_at_any_time_leaves_a_sound_library(start, run, here, many, seconds):
    process = start("ingest", many)
    time.sleep(seconds)
    process.kill()
    process.communicate()

    again = run("ingest", many, "--json")

    assert again.status == 0, again
    assert sorted(again.data["added"] + again.data["unchanged"]) == [f"{i:02}.txt" for i in range(FILES)]
    assert run("doctor").status == 0


def test_a_rebuild_that_is_stopped_leaves_the_library_as_it_was(start, run, here, many):
    assert run("ingest", many).status == 0
    before = rows_digest(here / "library")
    log = here / "library" / "library.sqlite3-wal"
    process = start("rebuild")
    wait_until(lambda: log.exists() and log.stat().st_size > 0)
    interrupt(process)

    assert outcome_of(process).status == 130
    assert rows_digest(here / "library") == before
    assert run("doctor").status == 0


def test_an_ingest_is_stopped_at_once_though_a_file_hangs(start, here, tmp_path, monkeypatch):
    write_files(tmp_path / "planted", {"sitecustomize.py": HANGS})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "planted"), prepend=os.pathsep)
    monkeypatch.setenv("YINJU_PARSE_SECONDS", "50")
    files = write_files(tmp_path / "files", {"a.txt": FERRY, "hangs.txt": FERRY})
    process = start("ingest", files)
    wait_until(lambda: _children_of(process.pid) >= 2)
    time.sleep(2)
    interrupt(process)

    assert outcome_of(process, seconds=12).status == 130
    assert stored(here) == ["a.txt"]


def _children_of(pid: int) -> int:
    return sum(
        len(file.read_text().split())
        for file in Path(f"/proc/{pid}/task").glob("*/children")
        if file.exists()
    )
