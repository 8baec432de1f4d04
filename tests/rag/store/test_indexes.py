"""The indexes are views: deleted, damaged or overtaken, they come back to what the library holds."""

import errno
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.errors import LibraryFullError
from rag.ingest.ingest import ingest, remove
from rag.pipeline import Pipeline
from rag.store.library import Library
from tests.doubles import FERRY, write_files

ROOT = Path(__file__).parents[3]
NEW = "青山村养牛\n青山村今年养了两百头牛，每头牛都有耳标。\n"
QUESTION = "轮船末班几点？蓄水池有几座？圖書館的館長是誰？"


def answers(pipeline: Pipeline) -> list[object]:
    return [
        [(passage.document, passage.text, passage.score) for passage in pipeline.search(QUESTION, legs=legs)]
        for legs in ("dense", "lexical")
    ]


def found(pipeline: Pipeline, word: str) -> set[str]:
    """Return the documents of the passages that hold a word, as full text finds them."""
    passages = pipeline.search(word, legs="lexical")
    return {passage.document for passage in passages if word in passage.text}


def put_aside(folder: Path) -> int:
    return len(list((folder / "views").glob("damaged-*")))


def the_state(folder: Path) -> Path:
    """Return the folder of the only state that indexes are there of."""
    (state,) = (folder / "views").glob("[0-9]*")
    return state


def view_files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "views").rglob("*") if path.is_file() and path.stat().st_size)


def check_views_hold_what_the_library_holds(pipeline: Pipeline) -> None:
    expected = pipeline.library.chunk_ids().tolist()
    with pipeline.corpus.indexes.current() as (store, text):
        assert store.ids().tolist() == expected
        assert text.ids().tolist() == expected
        assert store.state == text.state == pipeline.library.state


def test_deleted_views_are_made_anew_and_give_the_same_answers(folder, open_pipeline):
    before = answers(open_pipeline())

    shutil.rmtree(folder / "views")

    assert answers(open_pipeline()) == before
    assert {path.name for path in the_state(folder).iterdir()} == {"vectors", "fulltext"}


@pytest.mark.parametrize("view", ["vectors", "fulltext"])
def test_one_deleted_view_is_made_anew(folder, open_pipeline, view):
    before = answers(open_pipeline())

    shutil.rmtree(the_state(folder) / view)

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
        assert put_aside(folder) == 1


@pytest.mark.parametrize("view", ["vectors", "fulltext"])
def test_a_view_that_misses_a_file_is_put_aside_and_made_anew(folder, open_pipeline, view):
    before = answers(open_pipeline())
    largest = max((the_state(folder) / view).iterdir(), key=lambda path: path.stat().st_size)
    largest.unlink()

    assert answers(open_pipeline()) == before
    assert put_aside(folder) == 1


def test_a_change_made_by_another_is_seen_at_the_next_search(folder, open_pipeline, tmp_path):
    one, other = open_pipeline(), open_pipeline()
    assert found(one, "青山村") == set()

    ingest(other.corpus, [write_files(tmp_path / "more", {"cows.txt": NEW})])

    assert found(one, "青山村") == {"cows.txt"}
    check_views_hold_what_the_library_holds(one)


def test_a_change_made_by_another_process_is_seen_at_the_next_search(folder, open_pipeline, tmp_path):
    pipeline = open_pipeline()
    assert found(pipeline, "青山村") == set()
    code = (
        "import sys; from pathlib import Path; from rag.build import build_pipeline;"
        "from rag.ingest.ingest import ingest; from rag.settings import Settings;"
        "pipeline = build_pipeline(Settings.read(library=sys.argv[1], embedder='hashing'));"
        "ingest(pipeline.corpus, [Path(sys.argv[2])])"
    )
    more = write_files(tmp_path / "more", {"cows.txt": NEW})

    subprocess.run([sys.executable, "-c", code, str(folder), str(more)], cwd=ROOT, check=True)

    assert found(pipeline, "青山村") == {"cows.txt"}


def test_a_removal_reaches_both_indexes(folder, open_pipeline):
    one, other = open_pipeline(), open_pipeline()
    assert found(one, "轮船") == {"ferry.txt"}

    remove(other.corpus, ["ferry.txt"])

    assert found(one, "轮船") == set()
    for pipeline in (one, other):
        check_views_hold_what_the_library_holds(pipeline)


def test_a_replaced_document_is_found_by_its_new_words_only(folder, open_pipeline, tmp_path):
    pipeline = open_pipeline()

    ingest(pipeline.corpus, [write_files(tmp_path / "more", {"ferry.txt": NEW})])

    assert found(pipeline, "青山村") == {"ferry.txt"}
    assert found(pipeline, "轮船") == set()
    check_views_hold_what_the_library_holds(pipeline)


def test_many_changes_and_restarts_leave_nothing_damaged(folder, open_pipeline, tmp_path):
    for round_ in range(5):
        text = f"{FERRY}第{round_}次修改。\n"
        ingest(open_pipeline().corpus, [write_files(tmp_path / "more", {"ferry.txt": text})])

        check_views_hold_what_the_library_holds(open_pipeline())

    assert put_aside(folder) == 0


def test_a_question_while_another_writes_is_answered_from_what_is_written(folder, open_pipeline, tmp_path):
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


def test_a_question_while_another_writes_and_no_view_was_ever_built_is_answered_from_the_library(
    folder, open_pipeline
):
    before = answers(open_pipeline())
    shutil.rmtree(folder / "views")
    writer, pipeline = Library.open(folder), open_pipeline()

    with writer.writing():
        assert answers(pipeline) == before
    writer.close()

    assert not (folder / "views").exists()


def test_a_question_asked_while_the_same_process_ingests_is_answered(folder, tmp_path):
    files = write_files(tmp_path / "more", {f"{name}.txt": NEW for name in "abc"})
    code = """
import sys, threading
from pathlib import Path
from rag.build import build_pipeline
from rag.ingest.ingest import ingest
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

given = (pipeline.corpus, [Path(sys.argv[2])], ask_in_between)
writing = threading.Thread(target=ingest, args=given, daemon=True)
writing.start()
writing.join(timeout=3)
print("stuck" if writing.is_alive() else "done")
"""
    command = [sys.executable, "-c", code, str(folder), str(files)]

    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout == "ferry.txt\ndone\n"


def test_a_library_that_was_put_back_from_a_copy_is_searched_as_it_is(folder, open_pipeline, tmp_path):
    shutil.copy(folder / "library.sqlite3", tmp_path / "copy")
    pipeline = open_pipeline()
    ingest(pipeline.corpus, [write_files(tmp_path / "one", {"one.txt": "白杨\n白杨村种了白杨树。\n"})])
    ingest(pipeline.corpus, [write_files(tmp_path / "two", {"two.txt": "红星\n红星村种了苹果树。\n"})])
    pipeline.close()
    for file in folder.glob("library.sqlite3*"):
        file.unlink()
    shutil.copy(tmp_path / "copy", folder / "library.sqlite3")

    pipeline = open_pipeline()
    ingest(pipeline.corpus, [write_files(tmp_path / "three", {"cows.txt": NEW})])

    assert found(pipeline, "耳标") == {"cows.txt"}


def test_what_a_crash_left_beside_the_seal_is_no_part_of_the_index(folder, open_pipeline, tmp_path):
    (the_state(folder) / "fulltext" / "seal.json.tmp").write_bytes(b"half a se")
    ingest(open_pipeline().corpus, [write_files(tmp_path / "more", {"cows.txt": NEW})])

    assert found(open_pipeline(), "青山村") == {"cows.txt"}
    assert put_aside(folder) == 0


def swap(folder: Path, copy: Path) -> None:
    """Put an earlier database back beside the indexes of today."""
    for file in folder.glob("library.sqlite3*"):
        file.unlink()
    shutil.copy(copy, folder / "library.sqlite3")


def test_a_copy_that_was_put_back_and_changed_as_often_is_not_taken_for_what_was_there(
    folder, open_pipeline, tmp_path
):
    shutil.copy(folder / "library.sqlite3", tmp_path / "copy")
    pipeline = open_pipeline()
    ingest(pipeline.corpus, [write_files(tmp_path / "one", {"one.txt": "白杨\n白杨村种了白杨树。\n"})])
    number, ids = pipeline.library.change, pipeline.library.chunk_ids().tolist()
    pipeline.close()
    swap(folder, tmp_path / "copy")
    other = Library.open(folder)
    other.close()

    pipeline = open_pipeline()
    (tmp_path / "views").mkdir()
    shutil.copytree(folder / "views", tmp_path / "views", dirs_exist_ok=True)
    ingest(pipeline.corpus, [write_files(tmp_path / "two", {"two.txt": "红星\n红星村种了苹果树。\n"})])

    assert (pipeline.library.change, pipeline.library.chunk_ids().tolist()) == (number, ids)
    for _ in range(2):
        assert found(pipeline, "红星村") == {"two.txt"}
        assert found(pipeline, "白杨村") == set()
        check_views_hold_what_the_library_holds(pipeline)
        pipeline = open_pipeline()
        shutil.copytree(tmp_path / "views", folder / "views", dirs_exist_ok=True)  # and those of before


def test_a_running_process_forgets_what_it_knew_of_a_library_that_was_put_back(
    folder, open_pipeline, tmp_path
):
    shutil.copy(folder / "library.sqlite3", tmp_path / "copy")
    one = open_pipeline()
    ingest(one.corpus, [write_files(tmp_path / "one", {"new.txt": "白杨\n白杨村种了白杨树。\n"})])
    assert found(one, "白杨") == {"new.txt"}
    one.close()
    swap(folder, tmp_path / "copy")

    two = open_pipeline()
    two.corpus.indexes._last = one.corpus.indexes._last  # as if it had been running all the time
    ingest(two.corpus, [write_files(tmp_path / "two", {"new.txt": "红星\n红星村种了苹果树。\n"})])

    assert found(two, "红星") == {"new.txt"}
    assert [p.text for p in two.search("白杨", legs="full") if "白杨" in p.text] == []


def test_a_question_keeps_its_state_to_the_end(folder, open_pipeline, tmp_path):
    pipeline, other = open_pipeline(), open_pipeline()
    with pipeline.planner() as planner:
        remove(other.corpus, ["ferry.txt"])
        assert found(other, "轮船") == set()

        query = planner.understood("轮船末班几点", (), None)
        evidence = planner.planned(query, 8).evidence
        assert "ferry.txt" in {passage.document for passage in evidence.passages}
        assert planner.document("ferry.txt").text == FERRY

    assert found(pipeline, "轮船") == set()


def test_questions_wait_for_no_lock_that_others_hold(folder, open_pipeline):
    pipeline = open_pipeline()
    pipeline.search("轮船")
    done = threading.Event()

    with pipeline.planner(), pipeline.library._guard:

        def ask() -> None:
            pipeline.search("轮船")
            done.set()

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        assert done.wait(30)


def test_only_the_last_states_and_three_damaged_ones_are_kept(folder, open_pipeline, tmp_path):
    for round_ in range(6):
        (folder / "views" / f"damaged-{round_}").mkdir()
        pipeline = open_pipeline()
        ingest(
            pipeline.corpus, [write_files(tmp_path / "more", {"ferry.txt": f"{FERRY}第{round_}次修改。\n"})]
        )

    assert len(list((folder / "views").glob("[0-9]*"))) == 2
    assert sorted(path.name for path in pipeline.corpus.indexes.put_aside()) == [
        "damaged-3",
        "damaged-4",
        "damaged-5",
    ]


def test_indexes_that_were_never_finished_are_made_again_and_not_put_aside(folder, open_pipeline):
    before = answers(open_pipeline())
    (the_state(folder) / "fulltext" / "seal.json").unlink()

    assert answers(open_pipeline()) == before
    assert put_aside(folder) == 0


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_question_on_a_full_disk_is_answered(folder, open_pipeline, tmp_path, monkeypatch):
    pipeline = open_pipeline()
    writer = Library.open(folder)
    writer.remove("ferry.txt")
    writer.close()

    with monkeypatch.context() as patch:
        patch.setattr("vectorstore.faiss.write_durably", full_disk)
        assert found(pipeline, "蓄水池") == {"orchard.txt"}
        assert found(pipeline, "轮船") == set()
        with pytest.raises(LibraryFullError, match="is full: free some space"):
            pipeline.corpus.indexes.catch_up()
        assert len(list((folder / "views").glob("[0-9]*"))) == 1  # nothing half made stays

    pipeline.corpus.indexes.catch_up()
    check_views_hold_what_the_library_holds(open_pipeline())
