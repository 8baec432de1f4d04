"""What goes wrong is said in one line, with exit status 1, and nothing that is stored changes."""

import json
import os
import random
import shutil
import socket
import sqlite3
import threading
from contextlib import closing

import pytest

from tests.ui.cli.conftest import Outcome

LONG = "问" * 100_000


def assert_clear(outcome: Outcome, *said: str) -> None:
    assert outcome.is_a_clear_error(), outcome
    for words in said:
        assert words in outcome.err


# What is asked


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param(" \n\t　", "is empty", id="blank"),
        pytest.param(LONG, "100,000 characters, 4,000 at most", id="100,000 characters"),
        pytest.param("\udcff\udcfe", "no valid Unicode", id="bytes that are no UTF-8"),
    ],
)
def test_a_question_that_cannot_be_asked(yinju, unchanged, stored, command, text, said):
    with unchanged(stored):
        outcome = yinju(command, text, "--library", stored)
    assert_clear(outcome, said)
    assert outcome.out == ""
    assert len(outcome.err) < 300


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("ask", "党建", "--backend", "nope"), "unknown backend 'nope'", id="unknown backend"),
        pytest.param(("search", "党建", "-k", 0), "k is 0", id="k of 0"),
        pytest.param(("search", "党建", "-k", 51), "k is 51", id="k of 51"),
        pytest.param(("outline", "nope.txt"), "no document named 'nope.txt'", id="outline of nothing"),
        pytest.param(("remove", "nope.txt"), "no document named 'nope.txt'", id="remove nothing"),
        pytest.param(
            ("remove", "004_76d1a7742d2e14f1.txt", "nope.txt"),
            "no document named 'nope.txt'",
            id="remove one that is there and one that is not",
        ),
        pytest.param(("ingest", "nope.txt"), "nope.txt: there is no such file", id="ingest nothing"),
        pytest.param(("eval", "--questions", "nope.jsonl"), "nope.jsonl", id="no question file"),
        pytest.param(("eval", "--beir", "nope"), "nope/corpus.jsonl", id="no BEIR folder"),
        pytest.param(("eval", "--beir", ".", "--retriever", "x"), "unknown retriever 'x'", id="no such legs"),
    ],
)
def test_something_that_is_not_there(yinju, unchanged, stored, arguments, said):
    with unchanged(stored):
        outcome = yinju(*arguments, "--library", stored)
    assert_clear(outcome, said)
    assert outcome.out == ""


@pytest.mark.xfail(strict=True, reason="Library.document gives sqlite what cannot be encoded", raises=UnicodeError)
@pytest.mark.parametrize("command", ["outline", "remove"])
def test_a_document_name_that_is_no_unicode_is_unknown(yinju, stored, command):
    assert_clear(yinju(command, "\udcff\udcfe", "--library", stored), "no document named")


# Conversations


@pytest.mark.parametrize(
    "content",
    [
        b"garbage {",
        b"",
        b"\xff\xfe\x00",
        b"5",
        b"null",
        b'"ab"',
        b"[1, 2]",
        b'{"role": "user", "content": "x"}',
        b'[{"role": "system", "content": "x"}]',
        b'[{"role": {}, "content": "x"}]',
        b'[{"role": "user"}]',
        b'[{"role": "user", "content": null}]',
        pytest.param(b"[" + b"1" * 5000 + b"]", id="a number of 5,000 digits"),
        pytest.param(b"[" * 100_000, id="100,000 brackets"),
        pytest.param(
            b'[{"role": "user", "content": "\\ud800"}]',
            id="a lone surrogate",
            marks=pytest.mark.xfail(
                strict=True, reason="only the question is checked for surrogates", raises=UnicodeError
            ),
        ),
    ],
)
def test_a_history_file_that_holds_no_conversation(yinju, unchanged, stored, here, content):
    (here / "history.json").write_bytes(content)
    with unchanged(stored):
        outcome = yinju("ask", "那它呢？", "--history", "history.json", "--library", stored)
    assert_clear(outcome, "history.json")


@pytest.mark.parametrize("path", ["nope.json", "."])
def test_a_history_file_that_is_not_there(yinju, stored, path):
    assert_clear(yinju("ask", "那它呢？", "--history", path, "--library", stored), path)


# Files


def _no_text(size: int) -> bytes:
    return b"\xff\xff" + random.Random(0).randbytes(size)  # noqa: S311 - any bytes


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("binary.txt", _no_text(2000), "binary.txt: ", id="binary"),
        pytest.param("nul.txt", "党\0建".encode(), "control characters", id="NUL"),
        pytest.param("empty.txt", b"", "empty", id="empty"),
        pytest.param("blank.md", b" \n\n", "empty", id="blank"),
        pytest.param("damaged.txt", "\ufeff党建".encode("utf-16-le") + b"\x00", "damaged", id="damaged"),
        pytest.param("image.png", b"\x89PNG", "type .png", id="a type that is not read"),
        pytest.param("large.txt", b"x" * 1_100_000, "at most 1 are read (YINJU_MAX_FILE_MB)", id="too large"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_rest_go_in(
    yinju, here, monkeypatch, name, content, said
):
    monkeypatch.setenv("YINJU_EMBEDDER", "hashing")
    monkeypatch.setenv("YINJU_MAX_FILE_MB", "1")
    (here / name).write_bytes(content)
    (here / "z.txt").write_text("一、好的\n这一篇读得出来。\n", encoding="utf-8")
    outcome = yinju("ingest", name, "z.txt", "--json")
    assert_clear(outcome, name, said)
    assert outcome.data["added"] == ["z.txt"]
    assert [failed["document"] for failed in outcome.data["failed"]] == [name]
    assert said in f"{name}: {outcome.data['failed'][0]['reason']}"
    assert [row["document"] for row in yinju("documents", "--json").data] == ["z.txt"]


def test_a_file_that_cannot_be_read_leaves_a_library_as_it_was(yinju, unchanged, stored, here):
    (here / "004_76d1a7742d2e14f1.txt").write_bytes(_no_text(2000))  # also where one of its name is there
    with unchanged(stored):
        outcome = yinju("ingest", "004_76d1a7742d2e14f1.txt", "--library", stored)
    assert_clear(outcome, "004_76d1a7742d2e14f1.txt")


def test_two_files_of_one_name_are_not_taken_for_versions_of_one(yinju, here, monkeypatch):
    monkeypatch.setenv("YINJU_EMBEDDER", "hashing")
    for folder in ("a", "b"):
        (here / folder).mkdir()
        (here / folder / "same.txt").write_text(f"一、{folder}\n内容是{folder}。\n", encoding="utf-8")
    assert_clear(yinju("ingest", "a/same.txt", "b/same.txt"), "same name")
    assert [row["source"] for row in yinju("documents", "--json").data] == [str(here / "a" / "same.txt")]


@pytest.mark.xfail(strict=True, reason="a name of bytes that are no UTF-8 ends the whole run", raises=UnicodeError)
def test_a_file_whose_name_is_no_unicode_is_named_and_the_rest_go_in(yinju, here, monkeypatch):
    monkeypatch.setenv("YINJU_EMBEDDER", "hashing")
    (here / "files").mkdir()
    for name in ("a\udcff.txt", "z.txt"):
        (here / "files" / name).write_text("一、好的\n这一篇读得出来。\n", encoding="utf-8")
    outcome = yinju("ingest", "files", "--json")
    assert_clear(outcome, "a\\udcff.txt")
    assert outcome.data["added"] == ["z.txt"]


@pytest.mark.xfail(strict=True, reason="a message is not made one line where a file's name is two")
def test_a_name_with_a_line_break_still_makes_one_line(yinju, here, monkeypatch):
    monkeypatch.setenv("YINJU_EMBEDDER", "hashing")
    (here / "a\nb.txt").write_bytes(b"")
    assert_clear(yinju("ingest", "a\nb.txt"))


@pytest.mark.xfail(strict=True, reason="find_files yields what is no plain file; reading a FIFO waits for ever")
def test_a_pipe_in_a_folder_is_not_waited_for(yinju, here, monkeypatch):
    monkeypatch.setenv("YINJU_EMBEDDER", "hashing")
    (here / "files").mkdir()
    (here / "files" / "z.txt").write_text("一、好的\n这一篇读得出来。\n", encoding="utf-8")
    os.mkfifo(here / "files" / "pipe.txt")
    waited = threading.Event()

    def release() -> None:
        try:
            os.close(os.open(here / "files" / "pipe.txt", os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody reads it, as it should be
            return
        waited.set()

    timer = threading.Timer(1.0, release)
    timer.start()
    yinju("ingest", "files")
    timer.cancel()
    timer.join()
    assert not waited.is_set()


# Libraries


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
def test_a_folder_that_is_no_library_is_refused_and_left_alone(yinju, here, seeds, make):
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


@pytest.mark.xfail(strict=True, reason="Library.open lets mkdir's OSError through", raises=OSError)
def test_a_library_that_cannot_be_made(yinju, here):
    (here / "file.txt").write_text("一、好的\n这一篇读得出来。\n", encoding="utf-8")
    assert_clear(yinju("ingest", "file.txt", "--library", "file.txt/library"), "file.txt/library")


@pytest.fixture
def copied(stored, here):
    shutil.copytree(stored, here / "copy", ignore=shutil.ignore_patterns("*-shm"))
    with closing(sqlite3.connect(here / "copy" / "library.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return here / "copy"


@pytest.mark.xfail(
    strict=True, reason="sqlite3.DatabaseError while reading is not mapped", raises=(sqlite3.Error, UnicodeError)
)
@pytest.mark.parametrize("command", [("outline", "000_ae8ef375415d7b84.txt"), ("doctor",)], ids=["outline", "doctor"])
def test_a_damaged_database_is_said_to_be_damaged(yinju, copied, command):
    file = copied / "library.sqlite3"
    data = bytearray(file.read_bytes())
    for position in range(20_000, len(data), 4096):  # a byte of every page but the first ones
        data[position] ^= 0xFF
    file.write_bytes(data)
    outcome = yinju(*command, "--library", copied)
    assert outcome.status == 1
    assert "Traceback" not in outcome.err


@pytest.mark.xfail(strict=True, reason="an empty file beside indexes is taken for a new library")
def test_a_database_that_was_emptied_is_not_an_empty_library(yinju, copied):
    (copied / "library.sqlite3").write_bytes(b"")
    assert_clear(yinju("ask", "党建", "--library", copied))


# Settings


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("YINJU_PORT", "abc"),
        ("YINJU_PORT", "0"),
        ("YINJU_PORT", "65536"),
        ("YINJU_TOP_K", "0"),
        ("YINJU_TOP_K", "51"),
        ("YINJU_TOP_K", "NaN"),
        ("YINJU_CHUNK_TOKENS", "63"),
        ("YINJU_MAX_QUESTION", "0"),
        ("YINJU_MAX_FILE_MB", "-1"),
        ("YINJU_BACKEND", "nope"),
        ("YINJU_EMBEDDER", "nope"),
        ("YINJU_VECTOR_STORE", "nope"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(yinju, stored, monkeypatch, variable, value):
    with monkeypatch.context() as patch:
        patch.setenv(variable, value)
        outcome = yinju("ask", "党建是什么？", "--library", stored)
    assert_clear(outcome, value)
    name = variable.removeprefix("YINJU_").lower()
    assert variable in outcome.err or name.replace("_", " ") in outcome.err


@pytest.mark.xfail(
    strict=True, reason="only ingest and doctor compare the embedder with the library's", raises=AssertionError
)
def test_a_library_of_another_embedder_is_refused_by_a_question(yinju, copied, monkeypatch):
    monkeypatch.setenv("YINJU_EMBEDDER", "hashing")
    assert_clear(yinju("ask", "党建是什么？", "--library", copied), "YINJU_EMBEDDER")


# The server


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--port", 0), "YINJU_PORT", id="port 0"),
        pytest.param(("--port", 65536), "YINJU_PORT", id="port 65536"),
        pytest.param(("--host", "no-such-host.invalid"), "no-such-host.invalid", id="unknown host"),
    ],
)
def test_an_address_that_cannot_be_listened_on(yinju, stored, arguments, said):
    assert_clear(yinju("serve", "--library", stored, *arguments), said)


def test_a_port_in_use_is_said_before_anything_is_started(yinju, here):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        outcome = yinju("serve", "--port", port)
    assert_clear(outcome, f"127.0.0.1:{port}", "in use", "--port")
    assert not (here / "library").exists()


# What is written


@pytest.fixture
def one_question(here):
    row = {"id": "1", "question": "红烧肉怎么做？", "lang": "zh-Hans", "type": "unanswerable"}
    (here / "questions.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    return here / "questions.jsonl"


def test_a_report_that_cannot_be_written(yinju, stored, one_question, here):
    outcome = yinju("eval", "--questions", one_question, "--library", stored, "--json", here)
    assert_clear(outcome, str(here), "written")


@pytest.mark.xfail(strict=True, reason="write_json makes no folder, so `make eval` fails on a fresh clone")
def test_a_report_goes_into_a_folder_that_is_not_there_yet(yinju, stored, one_question):
    outcome = yinju("eval", "--questions", one_question, "--library", stored, "--json", "build/eval.json")
    assert outcome.status == 0, outcome.err


@pytest.mark.xfail(strict=True, reason="train tokens reads an empty folder and then fails to write", raises=OSError)
def test_training_data_that_is_not_there(yinju):
    assert_clear(yinju("train", "tokens", "--data", "nope", "--out", "out/tokens"), "nope")
