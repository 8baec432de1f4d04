"""Every recipe runs from the command line, at toy size, and leaves a manifest beside what it made."""

import gzip
import json
from pathlib import Path

import pytest

from rag.models.manifest import faults, read_manifest
from rag.resources import MODELS
from rag.train.chain import CHAIN
from tests.doubles import FERRY, ORCHARD, TEXTS, write_files
from tests.rag.train.fruits import write_data
from tests.rag.train.villages import write_answers

pytestmark = pytest.mark.slow

QUESTIONS = [
    ("轮船末班是几点？", "ferry.txt", "末班晚上八点", [["晚上八点"]]),
    ("青石镇采取了哪三项措施改良土壤？", "orchard.txt", "采取三项措施。", [["施用有机肥"], ["修建蓄水池"]]),
    ("“五查”查的是哪些？", "orchard.txt", "“五查”即查虫害", [["虫害"], ["水分"], ["肥力"]]),
    ("轮船的船长叫什么名字？", "ferry.txt", "", []),
]


@pytest.fixture(autouse=True)
def _with_the_shipped_embedder(yinju, monkeypatch):
    monkeypatch.setenv("YINJU_EMBEDDER", "static")


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A little of each kind of data."""
    folder = write_data(tmp_path_factory.mktemp("train") / "data")
    write_answers(folder)
    english = ["an apple tree stands here", "the ferry leaves at seven"]
    chinese = ["这里有一棵苹果树", "轮船七点开"]
    pairs = [
        {"a": f"{a} {number}", "b": f"{b}{number}"}
        for number in range(300)
        for a, b in zip(english, chinese, strict=True)
    ]
    with gzip.open(folder / "trans_x.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in pairs)
    with gzip.open(folder / "mono_zh.txt.gz", "wt", encoding="utf-8") as file:
        file.writelines(f"第{number}号果园种着苹果树，由农技站负责。\n" for number in range(200))
    return folder


def check(out: Path, name: str, data: Path) -> None:
    """Assert that the manifest tells of the run, and the truth of what it made."""
    step = CHAIN[name]
    (made,) = read_manifest(out).made

    assert list(faults(out.parent)) == []
    assert set(made.files) == set(step.files)
    assert made.recipe.startswith(f"yinju train {name} --data DIR --out")
    assert set(made.data) >= {path.name for path in step.data_files(data)}
    assert all(0 < file.rows <= step.toy_rows for kind, file in made.data.items() if kind.endswith(".gz"))
    assert made.can_be_made_again
    assert set(made.after) == {f"{CHAIN[n].folder}/{file}" for n in step.after for file in CHAIN[n].files}


@pytest.mark.parametrize("name", ["tokens", "embedding", "lexicon", "selector", "reranker", "reader"])
def test_a_recipe_runs_at_toy_size(yinju, data, tmp_path, name):
    outcome = yinju("train", name, "--data", data, "--out", tmp_path / "out" / name, "--toy")

    assert outcome.status == 0, outcome.err
    check(tmp_path / "out" / name, name, data)


def test_what_answers_is_learnt_from_questions_of_our_own_too(yinju, data, tmp_path):
    yinju("ingest", write_files(tmp_path / "files", TEXTS), "--library", tmp_path / "library")
    write_files(tmp_path / "practice" / "documents", {"ferry.txt": FERRY, "orchard.txt": ORCHARD})
    for place in (tmp_path / "own.jsonl", tmp_path / "practice" / "questions-1.jsonl"):
        write_questions(place)
    own = ("--questions", tmp_path / "own.jsonl", "--practice", tmp_path / "practice")
    out = tmp_path / "out" / "answers"
    outcome = yinju(
        "train", "answers", "--data", data, "--out", out, "--toy", *own, "--library", tmp_path / "library"
    )

    assert outcome.status == 0, outcome.err
    check(out, "answers", data)
    (made,) = read_manifest(out).made
    assert made.data["own.jsonl"].rows == made.data["questions-1.jsonl"].rows == len(QUESTIONS)
    assert made.data["documents"].rows == 2


def write_questions(place: Path) -> None:
    rows = [
        {
            "id": str(number),
            "question": question,
            "lang": "zh-Hans",
            "type": "fact" if facts else "unanswerable",
            "doc": document,
            "spans": [span] if span else [],
            "facts": facts,
            "history": [],
        }
        for number, (question, document, span, facts) in enumerate(QUESTIONS)
    ]
    place.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def test_a_toy_does_not_take_the_shipped_model_s_place(yinju, data):
    outcome = yinju("train", "tokens", "--data", data, "--out", MODELS / "tokens", "--toy")

    assert outcome.status == 2
    assert "shipped" in outcome.err
    assert list(faults()) == []


def test_a_recipe_that_fails_leaves_no_manifest(yinju, tmp_path):
    outcome = yinju("train", "tokens", "--data", tmp_path, "--out", tmp_path / "out")

    assert outcome.status == 1
    assert not (tmp_path / "out").exists()


def test_whether_a_question_is_answered_is_learnt_from_those_of_the_writers_named(yinju, data, tmp_path):
    yinju("ingest", write_files(tmp_path / "files", TEXTS), "--library", tmp_path / "library")
    write_questions(tmp_path / "own.jsonl")
    rows = (tmp_path / "own.jsonl").read_text(encoding="utf-8").splitlines()
    natural = [json.dumps(json.loads(row) | {"writer": "a" if n else "b"}) for n, row in enumerate(rows)]
    (tmp_path / "natural.jsonl").write_text("\n".join(natural), encoding="utf-8")
    out = tmp_path / "out" / "answerability"
    outcome = yinju(
        *("train", "answerability", "--data", data, "--out", out, "--toy", "--writers", "a"),
        *("--natural", tmp_path / "natural.jsonl", "--questions", tmp_path / "own.jsonl"),
        *("--library", tmp_path / "library"),
    )

    assert outcome.status == 0, outcome.err
    check(out, "answerability", data)
    (made,) = read_manifest(out).made
    assert (made.figures["questions"], made.figures["others"]) == (3, 4)
