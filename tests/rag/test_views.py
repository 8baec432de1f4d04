"""The indexes are views: deleted, damaged or overtaken, they come back to what the library holds."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.errors import LibraryBusyError
from rag.ingest import ingest, remove
from rag.library import Library
from rag.pipeline import Pipeline
from tests.doubles import FERRY, TEXTS, write_files

ROOT = Path(__file__).parents[2]
NEW = "青山村养牛\n青山村今年养了两百头牛，每头牛都有耳标。\n"
QUESTION = "轮船末班几点？蓄水池有几座？圖書館的館長是誰？"


@pytest.fixture
def folder(pipeline_of, tmp_path) -> Path:
    """A library of three texts, closed again, its views written."""
    pipeline_of(TEXTS).close()
    return tmp_path / "library"


def answers(pipeline: Pipeline) -> list[object]:
    return [
        [(passage.document, passage.text, passage.score) for passage in pipeline.search(QUESTION, legs=legs)]
        for legs in ("dense", "lexical")
    ]


def found(pipeline: Pipeline, word: str) -> set[str]:
    """Return the documents of the passages that hold a word, as full text finds them."""
    passages = pipeline.search(word, legs="lexical")
    return {passage.document for passage in passages if word in passage.text}


def put_aside(folder: Path) -> list[str]:
    return [path.name.partition(".")[0] for path in (folder / "views").glob("*.damaged-*")]


def view_files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "views").rglob("*") if path.is_file() and path.stat().st_size)


def check_views_hold_what_the_library_holds(pipeline: Pipeline) -> None:
    expected = pipeline.library.chunk_ids().tolist()
    with pipeline.views.current() as (store, text):
        assert store.ids().tolist() == expected
        assert text.ids().tolist() == expected
        assert store.change == text.change == pipeline.library.change


def test_deleted_views_are_made_anew_and_give_the_same_answers(folder, open_pipeline):
    before = answers(open_pipeline())

    shutil.rmtree(folder / "views")

    assert answers(open_pipeline()) == before
    assert {path.name for path in (folder / "views").iterdir()} == {"vectors", "fulltext"}


@pytest.mark.parametrize("view", ["vectors", "fulltext"])
def test_one_deleted_view_is_made_anew(folder, open_pipeline, view):
    before = answers(open_pipeline())

    shutil.rmtree(folder / "views" / view)

    assert answers(open_pipeline()) == before


def test_any_damaged_view_file_is_put_aside_and_made_anew(folder, open_pipeline, tmp_path):
    before = answers(open_pipeline())
    whole = tmp_path / "whole"
    shutil.copytree(folder, whole)
    sealed = [path.relative_to(folder) for path in view_files(folder)]
    assert len(sealed) >= 4

    for name in sealed:
        shutil.rmtree(folder)
        shutil.copytree(whole, folder)
        data = bytearray((folder / name).read_bytes())
        data[len(data) // 2] ^= 0xFF
        (folder / name).write_bytes(data)

        pipeline = open_pipeline()

        assert answers(pipeline) == before
        check_views_hold_what_the_library_holds(pipeline)
        assert put_aside(folder) == [name.parts[1]]


@pytest.mark.parametrize("view", ["vectors", "fulltext"])
def test_a_view_that_misses_a_file_is_put_aside_and_made_anew(folder, open_pipeline, view):
    before = answers(open_pipeline())
    largest = max((folder / "views" / view).iterdir(), key=lambda path: path.stat().st_size)
    largest.unlink()

    assert answers(open_pipeline()) == before
    assert put_aside(folder) == [view]


def test_a_change_made_by_another_is_seen_at_the_next_search(folder, open_pipeline, tmp_path):
    one, other = open_pipeline(), open_pipeline()
    assert found(one, "青山村") == set()

    ingest(other, [write_files(tmp_path / "more", {"cows.txt": NEW})])

    assert found(one, "青山村") == {"cows.txt"}
    check_views_hold_what_the_library_holds(one)


def test_a_change_made_by_another_process_is_seen_at_the_next_search(folder, open_pipeline, tmp_path):
    pipeline = open_pipeline()
    assert found(pipeline, "青山村") == set()
    code = (
        "import sys; from pathlib import Path; from rag.build import build_pipeline;"
        "from rag.ingest import ingest; from rag.settings import Settings;"
        "ingest(build_pipeline(Settings.read(library=sys.argv[1], embedder='hashing')), [Path(sys.argv[2])])"
    )
    more = write_files(tmp_path / "more", {"cows.txt": NEW})

    subprocess.run([sys.executable, "-c", code, str(folder), str(more)], cwd=ROOT, check=True)

    assert found(pipeline, "青山村") == {"cows.txt"}


def test_a_removal_reaches_both_indexes(folder, open_pipeline):
    one, other = open_pipeline(), open_pipeline()
    assert found(one, "轮船") == {"ferry.txt"}

    remove(other, ["ferry.txt"])

    assert found(one, "轮船") == set()
    for pipeline in (one, other):
        check_views_hold_what_the_library_holds(pipeline)


def test_a_replaced_document_is_found_by_its_new_words_only(folder, open_pipeline, tmp_path):
    pipeline = open_pipeline()

    ingest(pipeline, [write_files(tmp_path / "more", {"ferry.txt": NEW})])

    assert found(pipeline, "青山村") == {"ferry.txt"}
    assert found(pipeline, "轮船") == set()
    check_views_hold_what_the_library_holds(pipeline)


def test_many_changes_and_restarts_leave_nothing_damaged(folder, open_pipeline, tmp_path):
    for round_ in range(5):
        text = f"{FERRY}第{round_}次修改。\n"
        ingest(open_pipeline(), [write_files(tmp_path / "more", {"ferry.txt": text})])

        check_views_hold_what_the_library_holds(open_pipeline())

    assert put_aside(folder) == []


def test_a_question_while_another_writes_is_answered_at_once_from_the_last_state(
    folder, open_pipeline, tmp_path
):
    pipeline = open_pipeline()
    before = answers(pipeline)
    writer = Library.open(folder)

    with writer.writing():
        writer.remove("ferry.txt")
        started = time.monotonic()
        during = found(pipeline, "蓄水池")
        assert time.monotonic() - started < 5
    writer.close()

    assert during == {"orchard.txt"}
    assert answers(pipeline) != before


def test_a_question_while_another_writes_and_no_view_was_ever_built_is_not_answered_from_nothing(
    folder, open_pipeline
):
    shutil.rmtree(folder / "views")
    writer, pipeline = Library.open(folder), open_pipeline()

    with writer.writing(), pytest.raises(LibraryBusyError, match="try again"):
        pipeline.search(QUESTION)
    writer.close()

    assert found(pipeline, "轮船") == {"ferry.txt"}


def test_a_question_asked_while_the_same_process_ingests_is_answered(folder, tmp_path):
    files = write_files(tmp_path / "more", {f"{name}.txt": NEW for name in "abc"})
    code = """
import sys, threading
from pathlib import Path
from rag.build import build_pipeline
from rag.ingest import ingest
from rag.settings import Settings

pipeline = build_pipeline(Settings.read(library=sys.argv[1], embedder="hashing"))
pipeline.search("轮船")

def ask():
    print(pipeline.search("轮船", k=1)[0].document, flush=True)

def ask_in_between(done, total, name):
    if done == 1:
        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(timeout=0.5)

writing = threading.Thread(target=ingest, args=(pipeline, [Path(sys.argv[2])], ask_in_between), daemon=True)
writing.start()
writing.join(timeout=3)
print("stuck" if writing.is_alive() else "done")
"""
    command = [sys.executable, "-c", code, str(folder), str(files)]

    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout == "ferry.txt\ndone\n"


def test_a_library_that_was_put_back_from_a_copy_is_searched_as_it_is(folder, open_pipeline, tmp_path):
    shutil.copy(folder / "library.sqlite3", tmp_path / "copy")
    pipeline = open_pipeline()
    ingest(pipeline, [write_files(tmp_path / "one", {"one.txt": "白杨\n白杨村种了白杨树。\n"})])
    ingest(pipeline, [write_files(tmp_path / "two", {"two.txt": "红星\n红星村种了苹果树。\n"})])
    pipeline.close()
    for file in folder.glob("library.sqlite3*"):
        file.unlink()
    shutil.copy(tmp_path / "copy", folder / "library.sqlite3")

    pipeline = open_pipeline()
    ingest(pipeline, [write_files(tmp_path / "three", {"cows.txt": NEW})])

    assert found(pipeline, "耳标") == {"cows.txt"}


def test_what_a_crash_left_beside_the_seal_is_no_part_of_the_index(folder, open_pipeline, tmp_path):
    (folder / "views" / "fulltext" / "seal.json.tmp").write_bytes(b"half a se")
    ingest(open_pipeline(), [write_files(tmp_path / "more", {"cows.txt": NEW})])

    assert found(open_pipeline(), "青山村") == {"cows.txt"}
    assert put_aside(folder) == []
