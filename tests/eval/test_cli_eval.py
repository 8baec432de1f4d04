import json
from typing import Any

import pytest
from typer.testing import CliRunner

from rag.errors import InputError
from rag.text.normalize import convert
from tests.doubles import TEXTS, write_files
from ui.cli import app

METRICS = {
    "passage_recall",
    "citation_recall",
    "citation_precision",
    "fact_recall",
    "abstention_recall",
    "false_abstention",
    "noise",
    "cut_sentences",
}
QUESTIONS: list[dict[str, Any]] = [
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

    def run(*arguments, status=0):
        out = tmp_path / "out.json"
        given = ["eval", *map(str, arguments), "--library", str(library), "--json", str(out)]
        result = CliRunner().invoke(app, given, catch_exceptions=False)
        assert result.exit_code == status
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


def test_the_report_tells_of_methods_answers_and_confidence(evaluate, tmp_path):
    rows = [{**QUESTIONS[0], "method": "一＋二"}, {**QUESTIONS[1], "method": "二"}, QUESTIONS[2]]
    write_files(tmp_path, {"q.jsonl": "\n".join(json.dumps(row) for row in rows)})
    report, said = evaluate("--questions", tmp_path / "q.jsonl")
    assert {key: group["questions"] for key, group in report["by_method"].items()} == {"一": 1, "二": 2}
    assert set(report["by_method"]["二"]["ci95"]) == METRICS
    [fact, *_] = report["rows"]
    assert report["answers"]["median_fact_length"] == fact["length"] == len(fact["answer"].split("[1]")[0])
    assert report["answers"]["complete_lists"] is None
    assert all(0 <= row["confidence"] <= 1 for row in report["rows"])
    assert report["selective"]["questions"] == 3
    assert set(report["selective"]) >= {"aurc", "ece", "chosen", "curve", "bins"}
    assert "By method" in said
    assert f"Median answer to a fact question: {fact['length']} characters" in said


@pytest.mark.parametrize(("script", "asked"), [("zh-Hans", "Hans"), ("zh-Hant", "Hant")])
def test_every_chinese_question_can_be_asked_in_one_script(evaluate, questions, script, asked):
    report, _ = evaluate("--questions", questions, "--script", script)
    before, _ = evaluate("--questions", questions)
    assert set(report["by_lang"]) == {"en", f"zh-{asked}"}
    chinese = [row for row in report["rows"] if row["lang"] == script]
    assert chinese
    assert all(row["question"] == convert(row["question"], script) for row in chinese)
    assert report["metrics"] == before["metrics"]


def test_an_unknown_script_is_named(evaluate, questions):
    with pytest.raises(InputError, match="unknown script 'zh': choose one of zh-Hans, zh-Hant"):
        evaluate("--questions", questions, "--script", "zh")


def test_a_page_is_written(evaluate, questions, tmp_path):
    evaluate("--questions", questions, "--html", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert QUESTIONS[0]["question"] in page
    assert "3 questions · q.jsonl · yinju " in page


def test_a_run_is_no_worse_than_itself(evaluate, questions, tmp_path):
    evaluate("--questions", questions, "--save-baseline", tmp_path / "small.json")
    for baseline in ("small.json", "out.json"):
        report, said = evaluate("--questions", questions, "--baseline", tmp_path / baseline)
        compared = report["comparison"]
        assert compared["questions"] == 3
        assert set(compared["metrics"]) <= METRICS
        for found in compared["metrics"].values():
            assert (found["difference"], found["ci95"], found["verdict"]) == (0.0, [0.0, 0.0], "same")
        assert "3 questions that are in both" in said
        assert "No question scored otherwise." in said


def test_a_run_that_got_worse_ends_with_status_1_and_says_what(evaluate, tmp_path):
    rows = [{**QUESTIONS[0], "id": f"q{i}", "facts": [["三千班"]]} for i in range(5)]
    write_files(tmp_path, {"q.jsonl": "\n".join(json.dumps(row) for row in rows)})
    report, _ = evaluate("--questions", tmp_path / "q.jsonl", "--save-baseline", tmp_path / "b.json")
    assert report["metrics"]["fact_recall"] == 0.0
    better = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    for row in better["rows"]:
        row["scores"]["fact_recall"] = [1, 1]
    (tmp_path / "b.json").write_text(json.dumps(better), encoding="utf-8")
    page = tmp_path / "page.html"
    report, said = evaluate(
        "--questions", tmp_path / "q.jsonl", "--baseline", tmp_path / "b.json", "--html", page, status=1
    )
    assert report["comparison"]["metrics"]["fact_recall"]["verdict"] == "worse"
    assert report["comparison"]["metrics"]["fact_recall"]["worse"] == [f"q{i}" for i in range(5)]
    assert (
        f"yinju: significantly worse than {tmp_path / 'b.json'}: fact_recall 1.000 before, 0.000 now" in said
    )
    assert "▼ worse" in said
    assert "Worse: fact recall." in " ".join(page.read_text(encoding="utf-8").split())


def test_a_baseline_that_is_none_ends_before_anything_is_asked(evaluate, questions, tmp_path):
    (tmp_path / "b.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match=r'b\.json: no "rows" in it; expected what'):
        evaluate("--questions", questions, "--baseline", tmp_path / "b.json")
    with pytest.raises(InputError, match="leave it out with --beir"):
        evaluate("--beir", tmp_path, "--baseline", tmp_path / "b.json")


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


def test_grades_are_kept_with_the_answers_text(evaluate, questions, tmp_path):
    ungraded, grades = tmp_path / "read.jsonl", tmp_path / "grades.jsonl"
    evaluate("--questions", questions, "--ungraded", ungraded)
    read = [json.loads(line) for line in ungraded.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in read] == ["fact", "follow-up", "none"]
    given = [
        {"id": row["id"], "answer_sha256": row["answer_sha256"], "grades": ["GOOD"] * 2, "grade": "GOOD"}
        for row in read[:2]
    ]
    given[1]["answer_sha256"] = "0" * 64  # of a text that this answer no longer has
    grades.write_text("\n".join(map(json.dumps, given)), encoding="utf-8")
    report, said = evaluate("--questions", questions, "--grades", grades, "--ungraded", ungraded)
    assert (report["grades"]["graded"], report["grades"]["ungraded"]) == (1, 2)
    assert "2 answers have no grade yet" in said
    left = [json.loads(line)["id"] for line in ungraded.read_text(encoding="utf-8").splitlines()]
    assert left == ["follow-up", "none"]


def test_grades_that_are_none_end_before_anything_is_asked(evaluate, questions, tmp_path):
    (tmp_path / "g.jsonl").write_text('{"id": "fact"}', encoding="utf-8")
    with pytest.raises(InputError, match=r"g\.jsonl, line 1: .answer_sha256.: expected the SHA-256"):
        evaluate("--questions", questions, "--grades", tmp_path / "g.jsonl")
    with pytest.raises(InputError, match="leave them out with --beir"):
        evaluate("--beir", tmp_path, "--grades", tmp_path / "g.jsonl")
