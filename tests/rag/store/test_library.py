import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.errors import (
    LibraryBusyError,
    LibraryError,
    NotALibraryError,
    UnknownDocumentError,
    YinjuError,
)
from rag.store.library import Entry, Library
from rag.types.document import Chunk, Document, Span
from tests.doubles import FERRY, document_of, write_files

ROOT = Path(__file__).parents[3]
VECTORS = np.eye(3, dtype=np.float32)


def put(library: Library, name: str, *texts: str) -> Document:
    """Put a document of one chunk a text into a library."""
    document = document_of("\n".join(texts), name)
    chunks = [Chunk((document.title, "节"), (Span(0, len(text)),), text) for text in texts]
    library.put([Entry(document, chunks, VECTORS[: len(texts)])])
    return document


def state(library: Library) -> tuple[object, ...]:
    """Return all that a view or a reader can see of a library."""
    added = [row for rows in library.added_since(0) for row in rows]
    return library.change, library.documents(), library.removed_since(0), added


# Opening


def test_a_folder_that_is_not_there_is_made_only_when_asked(tmp_path):
    with pytest.raises(NotALibraryError, match=r"`yinju ingest PATH --library .*` makes one"):
        Library.open(tmp_path / "new" / "library")
    assert list(tmp_path.iterdir()) == []

    Library.open(tmp_path / "new" / "library", create=True).close()

    Library.open(tmp_path / "new" / "library").close()


def test_a_new_library_is_empty_and_at_change_zero(library):
    assert state(library) == (0, [], [], [])
    assert library.chunk_ids().tolist() == []
    assert library.meta("maker") is None


def test_an_empty_folder_becomes_a_library(tmp_path):
    (tmp_path / "library").mkdir()

    Library.open(tmp_path / "library", create=True).close()


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path):
    write_files(tmp_path / "photos", {"cat.jpg": b"x"})

    with pytest.raises(NotALibraryError, match="holds other files"):
        Library.open(tmp_path / "photos", create=True)

    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["cat.jpg"]


def test_a_file_is_refused(tmp_path):
    (tmp_path / "notes").write_text("x")

    with pytest.raises(NotALibraryError, match="is a file: a library is a folder"):
        Library.open(tmp_path / "notes", create=True)


def test_a_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "notes").write_text("x")

    with pytest.raises(LibraryError):
        Library.open(tmp_path / "notes" / "library", create=True)


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path):
    (tmp_path / "library").mkdir()
    file = tmp_path / "library" / "library.sqlite3"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    before = file.read_bytes()

    with pytest.raises(NotALibraryError, match="is a database of another program"):
        Library.open(tmp_path / "library", create=True)

    assert file.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    file = write_files(tmp_path / "library", {"library.sqlite3": b"garbage" * 1000}) / "library.sqlite3"

    with pytest.raises(NotALibraryError, match="cannot be opened as a library"):
        Library.open(tmp_path / "library", create=True)

    assert file.read_bytes() == b"garbage" * 1000


def test_a_library_of_another_format_is_refused(library):
    library._connection.execute("PRAGMA user_version = 99")

    with pytest.raises(NotALibraryError, match=r"another version of yinju \(format 99, not"):
        Library.open(library.folder)


def test_a_library_whose_file_lost_all_its_bytes_is_refused(library):
    put(library, "a.txt", "甲")
    library.close()
    (library.folder / "library.sqlite3").write_bytes(b"")

    with pytest.raises(NotALibraryError):
        Library.open(library.folder)


def test_a_library_whose_file_is_damaged_inside_says_so(library):
    put(library, "a.txt", "甲" * 40_000)
    library.close()
    file = library.folder / "library.sqlite3"
    data = bytearray(file.read_bytes())
    data[2 * 4096 :] = b"\xff" * (len(data) - 2 * 4096)
    file.write_bytes(data)

    with pytest.raises(YinjuError):
        Library.open(library.folder).documents()


# What it holds


def test_a_document_comes_back_as_it_was_put(library):
    document = put(library, "a.txt", "白沙渡口\n每天六班。")

    assert library.document("a.txt") == document


def test_a_reopened_library_holds_what_was_put(library):
    put(library, "a.txt", "甲", "乙")
    before = state(library)
    library.close()

    again = Library.open(library.folder)

    assert state(again) == before
    again.close()


def test_the_catalogue_is_in_order_of_names_and_counts_characters_and_chunks(library):
    put(library, "b.txt", "乙𠮷")
    put(library, "a.txt", "甲", "丙")

    assert [(info.name, info.characters, info.chunks) for info in library.documents()] == [
        ("a.txt", 3, 2),
        ("b.txt", 2, 1),
    ]
    assert library.hashes() == {"a.txt": "0" * 64, "b.txt": "0" * 64}


def test_characters_are_counted_behind_a_nul(library):
    put(library, "a.txt", "甲\0乙丙")

    assert library.documents()[0].characters == 4


def test_chunks_come_back_by_id_and_by_document_in_order(library):
    put(library, "a.txt", "甲", "乙")
    put(library, "b.txt", "丙")

    assert [(chunk.ordinal, chunk.text) for chunk in library.chunks_of("a.txt")] == [(0, "甲"), (1, "乙")]
    assert library.chunk_ids(["b.txt"]).tolist() == [3]
    assert library.chunk_ids([]).tolist() == []
    found = library.chunks([3, 1, 99])
    assert {id_: (chunk.document, chunk.text) for id_, chunk in found.items()} == {
        1: ("a.txt", "甲"),
        3: ("b.txt", "丙"),
    }
    assert found[1].pieces == (Span(0, 1),)


def test_an_unknown_document_is_told_by_name(library):
    with pytest.raises(UnknownDocumentError, match=r"'x\.txt'"):
        library.document("x.txt")
    with pytest.raises(UnknownDocumentError, match=r"'x\.txt'"):
        library.remove("x.txt")


# Changes


def test_each_change_has_the_next_number(library):
    put(library, "a.txt", "甲")
    put(library, "b.txt", "乙")
    assert library.change == 2

    library.remove("a.txt")

    assert library.change == 3


def test_a_removed_document_is_gone_and_its_chunks_are_told_to_the_views(library):
    put(library, "a.txt", "甲", "乙")
    put(library, "b.txt", "丙")

    library.remove("a.txt")

    assert [info.name for info in library.documents()] == ["b.txt"]
    assert library.chunk_ids().tolist() == [3]
    assert library.removed_since(2) == [1, 2]
    assert library.removed_since(3) == []


def test_a_replaced_document_has_new_chunk_ids_and_the_old_are_removed(library):
    put(library, "a.txt", "甲", "乙")

    put(library, "a.txt", "丙")

    assert [chunk.id for chunk in library.chunks_of("a.txt")] == [3]
    assert library.removed_since(1) == [1, 2]
    assert [[row.id for row in rows] for rows in library.added_since(1)] == [[3]]


def test_a_chunk_id_is_never_used_twice(library):
    put(library, "a.txt", "甲")
    library.remove("a.txt")

    put(library, "b.txt", "乙")

    assert library.chunk_ids().tolist() == [2]


def test_a_view_gets_the_heading_the_text_and_the_vector_of_each_chunk(library):
    put(library, "a.txt", "甲\n文", "乙")

    ((row, _),) = library.added_since(0)

    assert (row.id, row.heading, row.text) == (1, "甲 节", "甲\n文")
    assert np.frombuffer(row.vector, dtype="<f4").tolist() == [1, 0, 0]


def test_what_was_added_comes_in_batches(library):
    put(library, "a.txt", "甲", "乙", "丙")

    assert [[row.id for row in rows] for rows in library.added_since(0, batch=2)] == [[1, 2], [3]]


def entry(name: str, text: str, vectors: int = 1) -> Entry:
    return Entry(document_of(text, name), [Chunk(("题",), (Span(0, len(text)),), text)], VECTORS[:vectors])


def test_several_documents_go_in_as_one_change(library):
    library.put([entry("a.txt", "甲"), entry("b.txt", "乙")])

    assert library.change == 1
    assert [info.name for info in library.documents()] == ["a.txt", "b.txt"]


def test_a_library_is_signed_with_the_change_that_its_maker_made(library):
    library.put([entry("a.txt", "甲")], maker="model-1")

    assert library.meta("maker") == "model-1"


def test_a_change_that_fails_half_way_leaves_all_as_it_was(library):
    put(library, "a.txt", "甲", "乙")
    before, change = state(library), library.change

    with pytest.raises(ValueError, match="zip"):
        library.put([entry("a.txt", "新"), entry("b.txt", "丙", vectors=2)], maker="model-2")

    assert state(library) == before
    assert library.meta("maker") is None
    put(library, "b.txt", "丙")
    assert library.change == change + 1


def test_removing_an_unknown_document_is_no_change(library):
    put(library, "a.txt", "甲")

    with pytest.raises(UnknownDocumentError):
        library.remove("x.txt")

    assert library.change == 1


def test_a_sound_database_has_no_problems(library):
    put(library, "a.txt", "甲")

    assert library.integrity() == ""


# The write lock


@pytest.fixture
def holder(library):
    """Another process that holds the library's write lock until it is killed."""
    code = (
        "import sys, time; from pathlib import Path; from rag.store.library import Library\n"
        "with Library.open(Path(sys.argv[1])).writing():\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(library.folder)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_only_one_process_writes_until_it_ends_however_it_ends(library, holder):
    with (
        pytest.raises(LibraryBusyError, match="is being written: try again"),
        library.writing(wait=0.1),
    ):
        pass

    holder.kill()
    holder.wait()

    with library.writing():
        put(library, "a.txt", "甲")
    assert library.change == 1


def test_reading_needs_no_lock(library, holder):
    assert library.documents() == []


def test_the_holder_of_the_lock_may_take_it_again(library):
    with library.writing(), library.writing():
        put(library, "a.txt", "甲")

    assert library.change == 1


def test_the_lock_is_given_back_after_an_error(library):
    def fail() -> None:
        with library.writing():
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail()

    other = Library.open(library.folder)
    with other.writing():
        pass
    other.close()


def test_a_copied_library_folder_is_a_library(pipeline_of, open_pipeline, tmp_path):
    pipeline = pipeline_of({"ferry.txt": FERRY})
    before = pipeline.search("轮船")
    pipeline.close()

    shutil.copytree(tmp_path / "library", tmp_path / "copy")

    assert open_pipeline(library=tmp_path / "copy").search("轮船") == before
