import json

import pytest
from typer.testing import CliRunner

from tests.doubles import TEXTS, write_files
from ui.cli import app

METRICS = {
    "passage_recall",
    "citation_recall",
    "citation_precision",
    "fact_recall",
    "abstention_recall",
    "false_abstention",
}
QUESTIONS = [
    {
        "id": "fact",
        "question": "白沙渡口每天开行轮船多少班？",
        "lang": "zh-Hans",
        "type": "fact",
        "doc": "ferry.txt",
        "spans": ["每天开行轮船六班"],
        "facts": [["六班", "6班"]],
        "history": [],
    },
    {
        "id": "follow-up",
        "question": "那末班呢？",
        "lang": "zh-Hans",
        "type": "follow-up",
        "doc": "ferry.txt",
        "spans": ["末班晚上八点"],
        "facts": [["八点"]],
        "history": [
            {"role": "user", "content": "白沙渡口的首班轮船几点开？"},
            {"role": "assistant", "content": "七点。"},
        ],
    },
    {"id": "none", "question": "Who won the FIFA World Cup?", "lang": "en", "type": "unanswerable"},
]


@pytest.fixture
def evaluate(pipeline_of, tmp_path, monkeypatch):
    """Run `yinju eval` over the three small documents and return what it wrote and what it said."""
    monkeypatch.setenv("YINJU_EMBEDDER", "hashing")
    library = pipeline_of(TEXTS).library.folder

    def run(*arguments):
        out = tmp_path / "out.json"
        given = ["eval", *map(str, arguments), "--library", str(library), "--json", str(out)]
        result = CliRunner().invoke(app, given, catch_exceptions=False)
        assert result.exit_code == 0
        return json.loads(out.read_text(encoding="utf-8")), result.output

    return run


@pytest.fixture
def questions(tmp_path):
    rows = "\n".join(json.dumps(row, ensure_ascii=False) for row in QUESTIONS)
    return write_files(tmp_path / "questions", {"q.jsonl": rows}) / "q.jsonl"


def test_the_report_on_answers_has_the_promised_shape(evaluate, questions):
    report, said = evaluate("--questions", questions)
    assert report["questions"] == 3
    assert set(report["metrics"]) == set(report["ci95"]) == METRICS
    assert set(report["by_type"]) == {"fact", "follow-up", "unanswerable"}
    assert set(report["by_lang"]) == {"en", "zh-Hans"}
    for group in (*report["by_type"].values(), *report["by_lang"].values()):
        assert set(group) >= METRICS
    for name in METRICS:
        value, bounds = report["metrics"][name], report["ci95"][name]
        assert value is None or 0 <= bounds[0] <= value <= bounds[1] <= 1
        assert name.replace("_", " ") in said
    assert report["inexact_citations"] == 0
    assert report["problems"] == []


def test_the_rows_hold_what_was_asked_and_answered(evaluate, questions):
    report, _ = evaluate("--questions", questions)
    assert [row["id"] for row in report["rows"]] == ["fact", "follow-up", "none"]
    for row, question in zip(report["rows"], QUESTIONS, strict=True):
        assert row["question"] == question["question"]
        assert isinstance(row["answer"], str)
        assert isinstance(row["abstained"], bool)
        assert isinstance(row["citations"], list)
        assert set(row) >= METRICS
    assert "白沙渡口" in report["rows"][1]["understood"]  # the history was read


def test_a_question_file_that_does_not_fit_the_library_is_said_not_to(evaluate, tmp_path):
    row = {**QUESTIONS[0], "doc": "other.txt"}
    write_files(tmp_path, {"q.jsonl": json.dumps(row, ensure_ascii=False)})
    report, said = evaluate("--questions", tmp_path / "q.jsonl")
    assert len(report["problems"]) == 1
    assert "other.txt" in report["problems"][0]
    assert "does not fit the library" in said


@pytest.mark.parametrize("legs", ["full", "dense", "lexical"])
def test_the_report_on_a_beir_folder_has_the_promised_shape(evaluate, tmp_path, legs):
    rows = [{"id": name, "title": "", "text": text} for name, text in TEXTS.items()]
    write_files(
        tmp_path / "texts",
        {
            "corpus.jsonl": "\n".join(json.dumps(row) for row in rows),
            "queries.jsonl": json.dumps({"id": "q", "text": "白沙渡口每天开行轮船几班"}),
            "qrels.tsv": "q\tferry.txt\t1\n",
        },
    )
    report, said = evaluate("--beir", tmp_path / "texts", "--retriever", legs)
    assert (report["set"], report["documents"], report["queries"]) == ("texts", 3, 1)
    assert report["retriever"] == legs
    assert report["metrics"] == dict.fromkeys(
        ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"), 1 / 1
    )
    assert set(report["ci95"]) == set(report["metrics"])
    assert "recall@1" in said
