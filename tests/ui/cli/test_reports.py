"""What commands write."""

import json

import pytest

from tests.ui.cli.conftest import assert_clear


@pytest.fixture
def one_question(here):
    row = {"id": "1", "question": "红烧肉怎么做？", "lang": "zh-Hans", "type": "unanswerable"}
    (here / "questions.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    return here / "questions.jsonl"


def test_a_report_that_cannot_be_written(yinju, stored, one_question, here):
    outcome = yinju("eval", "--questions", one_question, "--library", stored, "--json", here)
    assert_clear(outcome, str(here), "written")


@pytest.mark.xfail(strict=True, reason="write_json makes no folder, so `make eval` fails on a fresh clone")
def test_a_report_goes_into_a_folder_that_is_not_there_yet(yinju, stored, one_question):
    outcome = yinju("eval", "--questions", one_question, "--library", stored, "--json", "build/eval.json")
    assert outcome.status == 0, outcome.err


@pytest.mark.xfail(
    strict=True, reason="train tokens reads an empty folder and then fails to write", raises=OSError
)
def test_training_data_that_is_not_there(yinju):
    assert_clear(yinju("train", "tokens", "--data", "nope", "--out", "out/tokens"), "nope")
