"""What commands write."""

import json
from pathlib import Path

import pytest

from tests.command_line import assert_clear


@pytest.fixture
def one_question(here):
    row = {
        "id": "1",
        "question": "<script>[bold]末班几点？",
        "lang": "zh-Hans",
        "type": "fact",
        "facts": [["九点"]],
    }
    (here / "questions.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    return here / "questions.jsonl"


@pytest.mark.parametrize(
    "option",
    [
        "--json",
        "--html",
        "--save-baseline",
    ],
)
def test_a_report_that_cannot_be_written(yinju, stored, one_question, here, option):
    outcome = yinju("eval", "--questions", one_question, "--library", stored, option, here)
    assert_clear(outcome, str(here))


def test_the_page_shows_the_figures_and_runs_nothing_of_what_was_asked(yinju, stored, one_question):
    report = yinju("eval", "--questions", one_question, "--library", stored, "--html", "new/report.html")
    assert report.status == 0, report.err
    page = Path("new/report.html").read_text(encoding="utf-8")
    assert "<html" in page
    assert "abstention recall" in page
    assert "&lt;script&gt;" in page  # among what was missed
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("content", "said"), [("{}", 'no "rows" in it'), ("", "no JSON"), (None, "cannot be read")]
)
def test_a_baseline_that_is_none(yinju, stored, one_question, here, content, said):
    if content is not None:
        (here / "b.json").write_text(content, encoding="utf-8")
    outcome = yinju("eval", "--questions", one_question, "--library", stored, "--baseline", "b.json")
    assert_clear(outcome, "b.json", said)
    assert outcome.out == ""  # nothing was asked


def test_a_drop_is_one_clear_line(yinju, stored, one_question, here):
    score = {"fact_recall": [1, 1], "false_abstention": [0, 1]}
    (here / "b.json").write_text(json.dumps({"rows": [{"id": "1", "scores": score}]}), encoding="utf-8")
    outcome = yinju("eval", "--questions", one_question, "--library", stored, "--baseline", "b.json")
    assert_clear(outcome, "significantly worse than b.json", "fact_recall 1.000 before, 0.000 now")


def test_a_report_goes_into_a_folder_that_is_not_there_yet(yinju, stored, one_question):
    outcome = yinju("eval", "--questions", one_question, "--library", stored, "--json", "build/eval.json")
    assert outcome.status == 0, outcome.err


def test_training_data_that_is_not_there(yinju):
    assert_clear(yinju("train", "tokens", "--data", "nope", "--out", "out"), "*.txt.gz")
