"""A library comes into being at once, is its owner's alone, and is read where nothing may be written."""

import itertools
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from rag.build import build_pipeline
from rag.doctor import examine
from rag.errors import DamagedDocumentError, LibraryError, LibraryFullError, NotALibraryError
from rag.ingest.ingest import ingest, remove
from rag.settings import Settings
from rag.store.connection import connected
from rag.store.library import Library
from tests.doubles import FERRY, TEXTS, write_files
from vectorstore import State

ROOT = Path(__file__).parents[3]


# Making


def head_alone() -> bytes:
    """Return a database that was opened and never written."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "a")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()
        return (Path(folder) / "a").read_bytes()


HEAD_ALONE = head_alone()


@pytest.mark.parametrize(
    "left",
    [
        {},
        {"lock": b""},
        {"lock": b"", "library.sqlite3.new": b"half a data"},
        {
            "lock": b"",
            "library.sqlite3.new": b"",
            "library.sqlite3.new-journal": b"x",
            "library.sqlite3.new-wal": b"",
        },
        {"library.sqlite3": b""},
        {"lock": b"", "library.sqlite3": b"", "library.sqlite3-journal": b""},
        {"library.sqlite3": HEAD_ALONE, "library.sqlite3-wal": b"half a pa"},
    ],
    ids=[
        "nothing",
        "the lock",
        "a file aside",
        "its journal",
        "no bytes",
        "no bytes, a journal",
        "no tables",
    ],
)
def test_what_a_killed_first_ingest_left_becomes_a_library(tmp_path, open_pipeline, left):
    write_files(tmp_path / "library", left)
    (tmp_path / "library").mkdir(exist_ok=True)

    pipeline = open_pipeline()
    ingest(pipeline.corpus, [write_files(tmp_path / "files", TEXTS)])

    assert len(pipeline.documents()) == len(TEXTS)
    assert not list((tmp_path / "library").glob("*.new*"))


def test_an_empty_database_beside_indexes_is_a_loss_and_is_said_to_be(folder):
    for file in folder.glob("library.sqlite3*"):
        file.unlink()
    (folder / "library.sqlite3").write_bytes(b"")

    for data, create in itertools.product((b"", HEAD_ALONE), (True, False)):
        (folder / "library.sqlite3").write_bytes(data)
        with pytest.raises(NotALibraryError, match="is empty: restore it"):
            Library.open(folder, create)


def test_a_library_whose_database_is_gone_is_not_made_anew_beside_its_indexes(folder):
    (folder / "library.sqlite3").unlink()

    with pytest.raises(NotALibraryError, match="holds other files"):
        Library.open(folder, create=True)


def test_several_first_ingests_at_once_all_succeed(tmp_path):
    files = write_files(tmp_path / "files", {f"{number}.txt": f"{number}号\n{FERRY}" for number in range(4)})
    code = (
        "import sys; from pathlib import Path; from rag.build import build_pipeline;"
        "from rag.ingest.ingest import ingest; from rag.settings import Settings; sys.stdin.read(1);"
        "p = build_pipeline(Settings.read(library=sys.argv[1], embedder='hashing'), create=True);"
        "print(ingest(p.corpus, [Path(sys.argv[2])]).failed)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "library")]
    started = [
        subprocess.Popen(
            [*command, str(file)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for file in sorted(files.iterdir())
    ]
    for process in started:
        process.stdin.write(b"x")
        process.stdin.flush()
    said = [process.communicate(timeout=120) for process in started]

    assert said == [(b"{}\n", b"")] * 4
    library = Library.open(tmp_path / "library")
    assert [info.name for info in library.documents()] == ["0.txt", "1.txt", "2.txt", "3.txt"]
    library.close()


def test_several_that_make_one_library_at_once_make_one(tmp_path):
    for round_ in range(20):
        folder, ready = tmp_path / f"library-{round_}", threading.Barrier(4)
        states: list[State] = []

        def open_it(folder=folder, ready=ready, states=states) -> None:
            ready.wait()
            library = Library.open(folder, create=True)
            states.append(library.state)
            library.close()

        threads = [threading.Thread(target=open_it) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(states) == 4 and len(set(states)) == 1


def test_a_library_is_its_owners_alone(folder):
    umask = os.umask(0)
    os.umask(umask)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*")) if path.is_dir()}

    assert (modes, folders) == ({0o600}, {0o700})


def test_a_copy_that_is_put_in_the_place_of_an_open_library_is_what_is_read(folder, open_pipeline, tmp_path):
    shutil.copy(folder / "library.sqlite3", tmp_path / "copy")
    pipeline = open_pipeline()
    remove(pipeline.corpus, ["ferry.txt"])
    assert {p.document for p in pipeline.search("轮船末班")} == {"orchard.txt", "reading-room.txt"}
    for file in folder.glob("library.sqlite3-*"):
        file.unlink()

    with pipeline.corpus.snapshot():  # its connection comes back when there is another file
        (tmp_path / "copy").replace(folder / "library.sqlite3")
        assert pipeline.search("轮船末班", k=1)[0].document == "ferry.txt"

    for _ in range(3):
        assert pipeline.search("轮船末班", k=1)[0].document == "ferry.txt"
    assert len(pipeline.documents()) == 3


# Reading where nothing may be written


@pytest.fixture
def read_only(folder, tmp_path) -> Iterator[Path]:
    """The library on a file system that takes nothing."""
    place = tmp_path / "mounted"
    place.mkdir()
    if subprocess.run(["mount", "--bind", folder, place], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    subprocess.run(["mount", "-o", "remount,ro,bind", place], check=True)
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def opened(folder, **settings):
    return build_pipeline(Settings.read(library=folder, embedder="hashing", **settings))


def test_a_library_that_may_not_be_written_answers(read_only):
    pipeline = opened(read_only)

    assert pipeline.search("轮船末班", k=1)[0].document == "ferry.txt"
    assert pipeline.document("ferry.txt").text == FERRY
    pipeline.close()


def test_a_library_that_may_not_be_written_answers_without_its_indexes(folder, read_only):
    shutil.rmtree(folder / "views")
    pipeline = opened(read_only)

    assert pipeline.search("轮船末班", k=1)[0].document == "ferry.txt"
    pipeline.close()


def test_what_another_writes_is_seen_where_nothing_may_be_written(folder, read_only, open_pipeline, tmp_path):
    pipeline = opened(read_only)
    assert pipeline.search("轮船末班", k=1)[0].document == "ferry.txt"

    remove(open_pipeline().corpus, ["ferry.txt"])

    assert {p.document for p in pipeline.search("轮船末班")} == {"orchard.txt", "reading-room.txt"}
    pipeline.close()


def test_a_library_that_may_not_be_written_is_not(read_only, tmp_path):
    pipeline = opened(read_only)

    with pytest.raises(LibraryError, match="cannot be written: read-only file system"):
        ingest(pipeline.corpus, [write_files(tmp_path / "files", {"new.txt": FERRY})])
    pipeline.close()


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of two megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place]
    if subprocess.run(mounting, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(place: Path) -> None:
    with suppress(OSError), (place / "fill").open("wb", buffering=0) as file:
        while file.write(b"x" * 1000):
            pass


def test_a_library_on_a_full_disk_answers_and_says_why_it_takes_nothing(small_disk, tmp_path):
    folder = small_disk / "library"
    pipeline = build_pipeline(Settings.read(library=folder, embedder="hashing"), create=True)
    ingest(pipeline.corpus, [write_files(tmp_path / "files", TEXTS)])
    pipeline.close()
    fill(small_disk)

    pipeline = opened(folder)
    assert pipeline.search("轮船末班", k=1)[0].document == "ferry.txt"
    with pytest.raises(LibraryFullError, match="is full: free some space"):
        ingest(pipeline.corpus, [write_files(tmp_path / "more", {"new.txt": FERRY + "周日停航。\n"})])
    assert pipeline.search("轮船末班", k=1)[0].document == "ferry.txt"
    pipeline.close()

    (small_disk / "fill").unlink()
    pipeline = opened(folder)
    ingest(pipeline.corpus, [tmp_path / "more"])
    assert len(pipeline.documents()) == len(TEXTS) + 1
    pipeline.close()


def test_a_database_whose_journal_cannot_be_read_is_not_opened_without_it(folder, monkeypatch):
    """What the journal holds is part of the library: without it an older state would be read."""
    modes = []
    own = sqlite3.connect

    def connect(address, **more):
        modes.append(address.partition("?mode=")[2])
        connection = own(":memory:", factory=more["factory"])
        connection.close()
        raise failed

    failed = sqlite3.OperationalError("unable to open database file")
    failed.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    monkeypatch.setattr("rag.store.connection.sqlite3.connect", connect)
    for journal, expected in ((b"", ["rw", "ro", "ro&immutable=1"]), (b"pages", ["rw", "ro"])):
        (folder / "library.sqlite3-wal").write_bytes(journal)
        modes.clear()
        with pytest.raises(sqlite3.OperationalError):
            connected(folder / "library.sqlite3")
        assert modes == expected


def test_a_full_disk_is_told_as_that_and_nothing_is_lost(open_pipeline, pipeline_of, tmp_path):
    pipeline = pipeline_of(TEXTS)
    before = pipeline.documents()
    (pages,) = pipeline.library._connection.execute("PRAGMA page_count").fetchone()
    pipeline.library._connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(LibraryFullError, match="is full: free some space"):
        ingest(pipeline.corpus, [write_files(tmp_path / "more", {"new.txt": FERRY * 500})])

    assert pipeline.documents() == before
    assert pipeline.search("轮船末班", k=1)[0].document == "ferry.txt"


# Damage in the rows


ROWS = {
    "a document's text": ("documents", "text", "UPDATE documents SET text = replace(text, '六班', '八班')"),
    "a document's outline": ("documents", "outline", "UPDATE documents SET outline = substr(outline, 2)"),
    "a document's markup": ("documents", "markup", "UPDATE documents SET markup = '['"),
    "a chunk's text": ("chunks", "text", "UPDATE chunks SET text = replace(text, '六班', '八班')"),
    "a chunk's path": ("chunks", "path", "UPDATE chunks SET path = '['"),
    "a chunk's pieces": ("chunks", "pieces", "UPDATE chunks SET pieces = 'null'"),
    "a chunk's place": ("chunks", "ordinal", "UPDATE chunks SET ordinal = 7"),
    "bytes that are no text": (
        "documents",
        "text",
        "UPDATE documents SET text = CAST(x'E4B880FF' || CAST(text AS BLOB) AS TEXT)",
    ),
}


def damage(pipeline, statement: str) -> None:
    table = "id" if "UPDATE documents" in statement else "document"
    where = f"WHERE {table} = (SELECT id FROM documents WHERE name = 'ferry.txt')"  # noqa: S608
    pipeline.library._connection.execute(f"{statement} {where}")


@pytest.mark.parametrize("row", ROWS)
def test_a_damaged_row_is_told_with_its_document_and_what_to_do(pipeline_of, row):
    pipeline = pipeline_of(TEXTS)
    damage(pipeline, ROWS[row][2])

    with pytest.raises(DamagedDocumentError, match=r"'ferry\.txt' is damaged: .*yinju doctor.*ingest"):
        pipeline.ask("轮船末班是几点？", backend="extractive")


@pytest.mark.parametrize("row", ROWS)
def test_doctor_names_a_damaged_document_and_what_it_says_to_do_mends_it(pipeline_of, tmp_path, row):
    pipeline = pipeline_of(TEXTS)
    damage(pipeline, ROWS[row][2])

    (bad,) = (finding for finding in examine(pipeline) if not finding.ok)
    assert bad.name == "rows"
    assert "'ferry.txt'" in bad.detail and "yinju remove" in bad.detail

    remove(pipeline.corpus, ["ferry.txt"])
    ingest(pipeline.corpus, [tmp_path / "files"])
    assert all(finding.ok for finding in examine(pipeline))
    assert pipeline.search("轮船末班", k=1)[0].document == "ferry.txt"


def test_a_damaged_document_is_made_anew_by_a_changed_file(pipeline_of, tmp_path):
    pipeline = pipeline_of(TEXTS)
    damage(pipeline, ROWS["a chunk's text"][2])

    ingest(pipeline.corpus, [write_files(tmp_path / "files", {"ferry.txt": FERRY + "周日停航。\n"})])

    assert list(pipeline.library.damaged()) == []
    assert pipeline.document("ferry.txt").text.endswith("周日停航。\n")


def flip_a_bit_of_the_vectors(pipeline) -> None:
    connection = pipeline.library._connection
    for chunk, vector in connection.execute("SELECT id, vector FROM chunks").fetchall():
        flipped = bytes([vector[0] ^ 1]) + vector[1:]
        connection.execute("UPDATE chunks SET vector = ? WHERE id = ?", (flipped, chunk))


def test_a_vector_with_a_flipped_bit_is_taken_from_the_index_that_has_it_whole(pipeline_of):
    pipeline = pipeline_of(TEXTS)
    before = [row for rows in pipeline.library.added_since(0) for row in rows]
    flip_a_bit_of_the_vectors(pipeline)
    with pytest.raises(DamagedDocumentError):
        list(pipeline.library.added_since(0))

    findings = {finding.name: finding for finding in examine(pipeline)}

    assert all(finding.ok for finding in findings.values())
    assert f"{len(before)} vectors taken from the index" in findings["rows"].detail
    assert [row for rows in pipeline.library.added_since(0) for row in rows] == before


def test_a_vector_that_is_whole_nowhere_is_said_to_be(pipeline_of):
    pipeline = pipeline_of(TEXTS)
    flip_a_bit_of_the_vectors(pipeline)
    shutil.rmtree(pipeline.library.folder / "views")

    (bad,) = (finding for finding in examine(pipeline) if not finding.ok)
    assert bad.name == "rows"
    assert "whole nowhere: 'ferry.txt', 'orchard.txt', 'reading-room.txt'" in bad.detail


def test_an_index_with_a_flipped_bit_is_made_again_from_the_library(pipeline_of):
    pipeline = pipeline_of(TEXTS)
    with pipeline.corpus.indexes.current() as (store, _):
        ids = store.ids()[:1]
        wrong = store.vectors(ids).copy()
        wrong[0, 0] += 0.5
        store.add(ids, wrong.astype(np.float32), [""])

    findings = {finding.name: finding for finding in examine(pipeline)}
    assert "mended, it was: 1 of 8 chunks missing or other" in findings["vector index"].detail
    assert findings["rows"].detail == "all whole"
