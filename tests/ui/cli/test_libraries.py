"""A library that is missing, damaged or something else: one line, exit status 1, left alone."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.command_line import assert_clear


def _folder_of_other_things(folder):
    folder.mkdir()
    (folder / "thesis.docx").write_bytes(b"mine")


def _file(folder):
    folder.write_bytes(b"mine")


def _database_of_another_program(folder):
    folder.mkdir()
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        connection.execute("CREATE TABLE theirs (a)")
        connection.execute("INSERT INTO theirs VALUES (1)")
        connection.commit()


def _no_database(folder):
    folder.mkdir()
    (folder / "library.sqlite3").write_bytes(b"this is no database, but it is as long as one's header needs")


def _folder_for_a_database(folder):
    (folder / "library.sqlite3").mkdir(parents=True)


def _library_of_another_version(folder):
    folder.mkdir()
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        connection.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        connection.execute(f"PRAGMA application_id = {0x59494E4A}")
        connection.execute("PRAGMA user_version = 99")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.commit()


NOT_LIBRARIES = [
    _folder_of_other_things,
    _file,
    _database_of_another_program,
    _no_database,
    _folder_for_a_database,
    _library_of_another_version,
]


@pytest.mark.parametrize("make", NOT_LIBRARIES, ids=lambda make: make.__name__.strip("_"))
def test_a_folder_that_is_no_library_is_refused_and_left_alone(yinju, here, make):
    make(here / "other")
    before = _held(here / "other")
    source = here / "new.txt"
    source.write_text("一、新\n这一篇是新的。\n", encoding="utf-8")
    for command in (["documents"], ["ask", "党建"], ["ingest", source], ["remove", "a"], ["doctor"]):
        outcome = yinju(*command, "--library", here / "other")
        assert_clear(outcome, "other")
        assert outcome.out == ""
    assert _held(here / "other") == before


def _held(path) -> dict[str, bytes]:
    """Return every file and its bytes; SQLite's own rows where it is a database that it may touch."""
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    return {file.name: file.read_bytes() for file in files if file.suffix in ("", ".docx", ".sqlite3")}


@pytest.mark.parametrize(
    "command",
    [
        ("documents",),
        ("ask", "党建"),
        ("search", "党建"),
        ("outline", "a.txt"),
        ("remove", "a.txt"),
        ("doctor",),
        ("eval", "--questions", "questions.jsonl"),
    ],
    ids=lambda command: command[0],
)
def test_a_library_that_is_missing_is_not_made_by_reading(yinju, here, command):
    row = {"id": "1", "question": "党建？", "lang": "zh-Hans", "type": "unanswerable"}
    (here / "questions.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert_clear(yinju(*command), "there is no library in library", "yinju ingest")
    assert not (here / "library").exists()


def test_a_library_that_cannot_be_made(yinju, here):
    (here / "file.txt").write_text("一、好的\n这一篇读得出来。\n", encoding="utf-8")
    assert_clear(yinju("ingest", "file.txt", "--library", "file.txt/library"), "file.txt/library")


def _damage(library):
    file = library / "library.sqlite3"
    data = file.read_bytes()
    file.write_bytes(data[:8192] + b"\xff" * (len(data) - 8192))  # all pages but the first two


@pytest.mark.parametrize(
    "command", [("documents",), ("outline", "ferry.txt"), ("ask", "末班几点？"), ("remove", "ferry.txt")]
)
def test_a_damaged_database_is_said_to_be_damaged(yinju, copied, command):
    _damage(copied)
    assert_clear(yinju(*command, "--library", copied), str(copied))


def test_doctor_shows_what_is_bad(yinju, copied):
    assert yinju("doctor", "--library", copied).status == 0
    _damage(copied)
    outcome = yinju("doctor", "--library", copied)
    assert outcome.status == 1
    assert "BAD" in outcome.out
    assert "malformed" in outcome.out


def test_a_database_that_was_emptied_is_not_an_empty_library(yinju, copied):
    (copied / "library.sqlite3").write_bytes(b"")
    assert_clear(yinju("ask", "党建", "--library", copied))
