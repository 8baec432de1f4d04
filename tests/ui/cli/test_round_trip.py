"""Every command once, as a process of its own, on one library."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from tests.command_line import assert_clear
from tests.ui.api.shapes import ANSWER, OUTLINE, PASSAGES, badly_nested, lacks

NOTICE = """党务公开通知

一、公开的内容
党员大会的决议在会后三日内公开。

二、公开的方式
公开栏设在办公楼一层大厅。
"""
QUESTION = "党员大会的决议在几日内公开？"


@pytest.fixture
def files(here):
    folder = here / "files"
    folder.mkdir()
    (folder / "通知.txt").write_text(NOTICE, encoding="utf-8")
    (folder / "big5.txt").write_bytes("會議紀錄\n\n本次會議討論了預算。會議由主任主持。\n".encode("big5"))
    return folder


def test_a_document_goes_in_is_shown_asked_measured_and_removed(run, files, here):
    assert run("ingest", files, "--json").data == {
        "added": ["big5.txt", "通知.txt"],
        "replaced": [],
        "unchanged": [],
        "failed": [],
        "passed_over": [],
        "encodings": {
            "big5.txt": {"encoding": "big5", "confidence": 1.0},
            "通知.txt": {"encoding": "utf-8", "confidence": 1.0},
        },
    }
    assert (here / "library" / "library.sqlite3").is_file()  # --library defaults to ./library

    text = (files / "通知.txt").read_text(encoding="utf-8")
    documents = run("documents", "--json").data
    assert [row["document"] for row in documents] == ["big5.txt", "通知.txt"]
    assert documents[0]["encoding"] == "big5"
    assert documents[1]["characters"] == len(text)

    outline = run("outline", "通知.txt", "--json").data
    assert lacks(outline, OUTLINE) == []
    assert badly_nested(outline["sections"], 0, len(text)) == []
    titles = [section["title"] for section in outline["sections"][0]["children"]]
    assert titles == ["公开的内容", "公开的方式"]

    found = run("search", QUESTION, "-k", "1", "--json").data
    assert lacks(found, PASSAGES) == []
    assert [passage["document"] for passage in found["passages"]] == ["通知.txt"]

    answer = run("ask", QUESTION, "--json").data
    assert lacks(answer, ANSWER) == []
    assert answer["backend"] == "extractive"
    assert not answer["abstained"]
    assert "党员大会的决议在会后三日内公开" in answer["answer"]
    assert [text[c["start"] : c["end"]] for c in answer["citations"]] == [
        c["quote"] for c in answer["citations"]
    ]

    questions = here / "questions.jsonl"
    row = {
        "id": "q1",
        "question": QUESTION,
        "lang": "zh-Hans",
        "type": "fact",
        "doc": "通知.txt",
        "spans": ["党员大会的决议在会后三日内公开"],
        "facts": [["三日"]],
        "history": [],
    }
    questions.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert run("eval", "--questions", questions, "--json", here / "eval.json").status == 0
    report = json.loads((here / "eval.json").read_text(encoding="utf-8"))
    assert report["questions"] == 1
    assert report["metrics"]["fact_recall"] == 1 / 1

    assert run("remove", "通知.txt").status == 0
    with closing(sqlite3.connect(here / "library" / "library.sqlite3")) as library:
        assert library.execute("SELECT name FROM documents").fetchall() == [("big5.txt",)]


def test_the_exit_status_is_1_with_one_line_for_an_error_and_2_for_wrong_usage(run, seeds):
    error = run("ask", "", "--library", seeds.library.folder)
    assert_clear(error, "empty")
    assert error.out == ""
    assert run("ask", "--library", seeds.library.folder).status == 2


# One process more: what a command imports can only be seen from inside it.
IMPORTED = """
import json, sys
from ui.cli import main
sys.argv = ["yinju", *sys.argv[1:]]
try:
    main()
finally:
    roots = {name.partition(".")[0] for name in sys.modules}
    sys.stderr.write(json.dumps(sorted(roots)))
"""


def test_asking_imports_nothing_heavy_and_gives_the_same_answer_as_the_pipeline(seeds):
    question = "霍城县党建引领的“三个一批”是哪三个？"
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, "ask", question, "--json", "--library", seeds.library.folder],
        capture_output=True,
        text=True,
        timeout=60,
    )
    roots = set(json.loads(done.stderr))
    assert "tantivy" in roots  # so these are the modules of a process that asked
    assert roots & {"torch", "transformers", "sentence_transformers", "gradio", "fastapi", "uvicorn"} == set()
    answer = json.loads(done.stdout)
    assert lacks(answer, ANSWER) == []
    assert answer["answer"] == seeds.ask(question).answer
