"""Files that cannot be read are named with the reason, and the rest go in."""

import os
import random
import threading

import pytest

from tests.command_line import assert_clear
from tests.doubles import write_files


def _no_text(size: int) -> bytes:
    return b"\xff\xff" + random.Random(0).randbytes(size)  # noqa: S311 - any bytes


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("binary.txt", _no_text(2000), "binary.txt: ", id="binary"),
        pytest.param("nul.txt", "党\0建".encode(), "control characters", id="NUL"),
        pytest.param("empty.txt", b"", "empty", id="empty"),
        pytest.param("blank.md", b" \n\n", "empty", id="blank"),
        pytest.param(
            "damaged.txt", "\ufeff党建".encode("utf-16-le") + b"\x00\xd8a\x00", "damaged", id="damaged"
        ),
        pytest.param("image.png", b"\x89PNG", "type .png", id="a type that is not read"),
        pytest.param("large.txt", b"x" * 1_100_000, "at most 1 are read (YINJU_MAX_FILE_MB)", id="too large"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_rest_go_in(
    yinju, here, monkeypatch, name, content, said
):
    monkeypatch.setenv("YINJU_MAX_FILE_MB", "1")
    (here / name).write_bytes(content)
    (here / "z.txt").write_text("一、好的\n这一篇读得出来。\n", encoding="utf-8")
    outcome = yinju("ingest", name, "z.txt", "--json")
    assert_clear(outcome, name, said)
    assert outcome.data["added"] == ["z.txt"]
    assert [failed["document"] for failed in outcome.data["failed"]] == [name]
    assert said in f"{name}: {outcome.data['failed'][0]['reason']}"
    assert [row["document"] for row in yinju("documents", "--json").data] == ["z.txt"]


def test_files_that_are_there_already_are_replaced_if_they_changed(yinju, here):
    write_files(here / "files", {"a.txt": "一、旧\n这是旧的。\n", "b.txt": "一、同\n这是同样的。\n"})
    assert yinju("ingest", "files", "--json").data["added"] == ["a.txt", "b.txt"]
    write_files(here / "files", {"a.txt": "一、新\n这是新的。\n"})
    again = {
        "added": [],
        "replaced": ["a.txt"],
        "unchanged": ["b.txt"],
        "failed": [],
        "passed_over": [],
        "encodings": {"a.txt": {"encoding": "utf-8", "confidence": 1.0}},
    }
    assert yinju("ingest", "files", "--json").data == again
    assert "这是新的" in yinju("search", "旧的新的", "--json").out
    assert "这是旧的" not in yinju("search", "旧的新的", "--json").out
    assert yinju("doctor").status == 0


def test_a_file_that_cannot_be_read_leaves_a_library_as_it_was(yinju, unchanged, stored, here):
    (here / "ferry.txt").write_bytes(_no_text(2000))  # also where one of its name is there
    with unchanged(stored):
        outcome = yinju("ingest", "ferry.txt", "--library", stored)
    assert_clear(outcome, "ferry.txt")


def test_two_files_of_one_name_are_not_taken_for_versions_of_one(yinju, here):
    for folder in ("a", "b"):
        (here / folder).mkdir()
        (here / folder / "same.txt").write_text(f"一、{folder}\n内容是{folder}。\n", encoding="utf-8")
    assert_clear(yinju("ingest", "a/same.txt", "b/same.txt"), "same name")
    assert [row["source"] for row in yinju("documents", "--json").data] == [str(here / "a" / "same.txt")]


def test_a_file_whose_name_is_no_unicode_is_named_and_the_rest_go_in(yinju, here):
    (here / "files").mkdir()
    for name in ("a\udcff.txt", "z.txt"):
        (here / "files" / name).write_text("一、好的\n这一篇读得出来。\n", encoding="utf-8")
    outcome = yinju("ingest", "files", "--json")
    assert_clear(outcome, "a\\udcff.txt")
    assert outcome.data["added"] == ["z.txt"]


def test_a_name_of_two_lines_still_makes_one_line(yinju, here):
    (here / "a\nb.txt").write_text("一、好的\n这一篇读得出来。\n", encoding="utf-8")
    assert_clear(yinju("ingest", "a\nb.txt"), "a\\nb.txt")


def test_a_pipe_in_a_folder_is_not_waited_for(yinju, here):
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
