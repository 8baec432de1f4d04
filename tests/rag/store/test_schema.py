"""The tables of a library: brought up to date, and what stays in them when a document is replaced."""

import json
import sqlite3
import threading
from contextlib import closing
from importlib import resources
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from rag.errors import NotALibraryError
from rag.ingest.outline import find_outline
from rag.ingest.rebuild import rebuild
from rag.store.codec import outline_to_data
from rag.store.library import Library
from rag.store.schema import Entry
from rag.types.document import Chunk, Span
from tests.doubles import FERRY, document_of

APPLICATION = 0x59494E4A
NEW_COLUMNS = ("confidence", "markup", "digest")
LATEST = 3


def make_format_1(folder: Path, text: str = FERRY) -> Path:
    """Make a library as the first format was, of one document that nothing was cut from."""
    folder.mkdir()
    schema = (resources.files("rag.store") / "schema.sql").read_text(encoding="utf-8")
    tables = [table for table in schema.split(";") if "CREATE TABLE states" not in table]
    assert len(tables) == len(schema.split(";")) - 1
    schema = ";".join(tables)
    lines = [line for line in schema.splitlines() if not line.strip().startswith(NEW_COLUMNS)]
    assert len(lines) == len(schema.splitlines()) - 4
    row = {
        "name": "a.txt",
        "title": "渡口",
        "text": text,
        "characters": len(text),
        "outline": json.dumps(outline_to_data(find_outline(text))),
        "encoding": "gb18030",
        "sha256": "0" * 64,
        "source": "/a.txt",
    }
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        connection.executescript("\n".join(lines))
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO documents ({columns}) VALUES ({marks})", tuple(row.values()))  # noqa: S608
        connection.execute("INSERT INTO meta VALUES ('maker', 'hashing-64+chunker-1-320')")
        connection.execute("INSERT INTO meta VALUES ('change', '7')")
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    return folder


def columns_of(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return the type, need and default of every column."""
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        return {
            f"{table}.{name}": rest
            for (table,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'"
            ).fetchall()
            for _, name, *rest in connection.execute(f"PRAGMA table_info({table})")
        }


def format_of(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


# Formats


def test_a_new_library_is_of_the_latest_format(tmp_path):
    Library.open(tmp_path / "new", create=True).close()

    assert format_of(tmp_path / "new") == LATEST


def test_a_library_of_the_first_format_opens_with_all_it_held(tmp_path):
    library = Library.open(make_format_1(tmp_path / "old"))

    document = library.document("a.txt")
    assert (document.text, document.encoding, document.sha256) == (FERRY, "gb18030", "0" * 64)
    assert (document.confidence, document.markup) == (1.0, ())
    assert [(info.name, info.confidence) for info in library.documents()] == [("a.txt", 1.0)]
    assert (library.meta("maker"), library.change) == ("hashing-64+chunker-1-320", 7)
    library.close()


def test_a_library_of_the_first_format_becomes_one_of_the_latest(tmp_path):
    Library.open(make_format_1(tmp_path / "old")).close()
    Library.open(tmp_path / "new", create=True).close()

    assert format_of(tmp_path / "old") == LATEST
    assert columns_of(tmp_path / "old") == columns_of(tmp_path / "new")
    Library.open(tmp_path / "old").close()


def test_a_library_that_was_brought_up_to_date_takes_documents(tmp_path):
    library = Library.open(make_format_1(tmp_path / "old"))

    put(library, "甲", "乙")

    assert [chunk.text for chunk in library.chunks_of("a.txt")] == ["甲", "乙"]
    library.close()


def test_several_that_open_an_old_library_at_once_all_find_it_up_to_date(tmp_path):
    folder = make_format_1(tmp_path / "old")
    ready = threading.Barrier(6)
    found: list[str] = []

    def open_it() -> None:
        ready.wait()
        library = Library.open(folder)
        found.append(library.document("a.txt").text)
        library.close()

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [FERRY] * 6


def test_a_library_that_somebody_is_about_to_write_is_waited_for(tmp_path):
    folder = make_format_1(tmp_path / "old")
    file = folder / "library.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        leave = threading.Timer(0.5, other.rollback)
        leave.start()

        library = Library.open(folder)

        assert library.document("a.txt").text == FERRY
        library.close()
        leave.join()


def test_a_library_that_cannot_be_brought_up_to_date_is_left_as_it_was(tmp_path):
    folder = make_format_1(tmp_path / "old")
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        connection.execute("ALTER TABLE documents ADD COLUMN markup TEXT")
    before = columns_of(folder)

    with pytest.raises(NotALibraryError, match="duplicate column"):
        Library.open(folder)

    assert columns_of(folder) == before
    assert format_of(folder) == 1


@pytest.mark.parametrize("version", [0, -1, LATEST + 1, 99])
def test_a_library_of_a_format_that_is_not_known_is_refused_and_left_alone(tmp_path, version):
    folder = make_format_1(tmp_path / "other")
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    before = columns_of(folder)

    with pytest.raises(NotALibraryError) as raised:
        Library.open(folder, create=True)

    assert "was written by another version of yinju" in str(raised.value)
    assert f"(format {version}, not 1 to {LATEST})" in str(raised.value)
    assert columns_of(folder) == before


@pytest.mark.parametrize(
    "junk",
    [
        pytest.param([3, 9], id="as it was"),
        pytest.param([3, 9, "tag line"], id="with its rule"),
    ],
)
def test_a_document_of_an_old_library_is_read_before_it_is_made_anew(tmp_path, junk):
    folder = make_format_1(tmp_path / "old")
    with closing(sqlite3.connect(folder / "library.sqlite3")) as connection:
        (outline,) = connection.execute("SELECT outline FROM documents").fetchone()
        changed = json.dumps(json.loads(outline) | {"junk": [junk]})
        connection.execute("UPDATE documents SET outline = ?", (changed,))
        connection.commit()

    library = Library.open(folder)

    assert library.document("a.txt").text == FERRY
    library.close()


def test_an_old_library_is_made_anew_from_its_texts(tmp_path, open_pipeline):
    pipeline = open_pipeline(check=False, library=make_format_1(tmp_path / "old"))

    rebuild(pipeline.corpus)

    assert pipeline.library.meta("maker").startswith("hashing-64+chunker-")
    assert pipeline.library.meta("maker") != "hashing-64+chunker-1-320"
    assert pipeline.search("轮船末班", k=1)[0].document == "a.txt"
    assert pipeline.document("a.txt").encoding == "gb18030"


# Replacing


NUMBERS = count(1)


def put(
    library: Library, *texts: str, name: str = "a.txt", path: str = "节", maker: str | None = None
) -> None:
    """Put a document of one chunk a text, each with a vector that no other has, one after the other."""
    chunks, position = [], 0
    for text in texts:
        chunks.append(Chunk(("题", path), (Span(position, position + len(text)),), text))
        position += len(text) + 1
    vectors = np.array([[next(NUMBERS), 0, 0] for _ in texts], dtype=np.float32).reshape(-1, 3)
    library.put([Entry(document_of("\n".join(texts), name), chunks, vectors)], maker)


def ids(library: Library, name: str = "a.txt") -> dict[int, str]:
    return {chunk.id: chunk.text for chunk in library.chunks_of(name)}


def test_a_chunk_that_stays_keeps_its_id_and_what_is_new_comes_behind(library):
    put(library, "甲", "乙", "丙")

    put(library, "甲", "新", "丙")

    assert ids(library) == {1: "甲", 4: "新", 3: "丙"}
    assert library.removed_since(1) == [2]
    assert [[row.id for row in rows] for rows in library.added_since(1)] == [[4]]


def test_a_chunk_that_stays_moves_with_its_text(library):
    put(library, "甲", "乙", "丙")

    put(library, "很长的新的一段", "丙", "甲")

    text = library.document("a.txt").text
    chunks = library.chunks_of("a.txt")
    assert [chunk.ordinal for chunk in chunks] == [0, 1, 2]
    assert [chunk.id for chunk in chunks] == [4, 3, 1]
    assert [text[piece.start : piece.end] for chunk in chunks for piece in chunk.pieces] == [
        "很长的新的一段",
        "丙",
        "甲",
    ]


def test_a_chunk_that_stays_keeps_its_vector_and_its_change(library):
    put(library, "甲", "乙")
    before = library.vectors_of("a.txt")

    put(library, "甲", "新")

    after = library.vectors_of("a.txt")
    assert after[("题", "节"), "甲"].tolist() == before[("题", "节"), "甲"].tolist()
    assert after[("题", "节"), "新"].tolist() != before[("题", "节"), "乙"].tolist()
    assert [row.text for rows in library.added_since(1) for row in rows] == ["新"]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (["甲", "甲", "甲"], ["甲"], [1]),
        (["甲"], ["甲", "甲", "甲"], [1, 2, 3]),
        (["甲", "乙", "甲"], ["甲", "甲", "乙"], [1, 3, 2]),
        (["甲", "乙"], ["乙", "甲"], [2, 1]),
        (["甲", "乙"], ["丙"], [3]),
        (["甲"], ["甲"], [1]),
        (["甲"], [], []),
        ([], ["甲"], [1]),
    ],
)
def test_equal_chunks_are_kept_as_often_as_they_stand_in_both(library, before, after, kept):
    put(library, *before)

    put(library, *after)

    assert list(ids(library)) == kept
    assert library.removed_since(0) == sorted(set(range(1, len(before) + 1)) - set(kept))


def test_the_same_words_under_another_heading_are_another_chunk(library):
    put(library, "甲", path="一节")

    put(library, "甲", path="二节")

    assert ids(library) == {2: "甲"}
    assert library.removed_since(0) == [1]


def test_the_same_words_in_another_document_are_another_chunk(library):
    put(library, "甲")

    put(library, "甲", name="b.txt")

    assert ids(library, "b.txt") == {2: "甲"}
    assert library.removed_since(0) == []


def test_nothing_is_kept_when_the_library_is_signed_anew(library):
    put(library, "甲", "乙")

    put(library, "甲", "乙", maker="model-2")

    assert ids(library) == {3: "甲", 4: "乙"}
    assert library.removed_since(0) == [1, 2]


def test_a_document_that_was_removed_and_comes_again_has_new_ids(library):
    put(library, "甲")
    library.remove("a.txt")

    put(library, "甲")

    assert ids(library) == {2: "甲"}


def test_a_document_that_stands_twice_in_one_change_is_as_it_stands_last(library):
    entries = [
        Entry(document_of(text), [Chunk((), (Span(0, 1),), text)], np.ones((1, 3), dtype=np.float32))
        for text in "甲乙"
    ]

    library.put(entries)

    assert ids(library) == {2: "乙"}
    assert library.document("a.txt").text == "乙"
    assert library.removed_since(0) == [1]
