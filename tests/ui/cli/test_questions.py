"""Questions and conversations that cannot be used: one line, exit status 1, nothing changed."""

import pytest

from tests.command_line import assert_clear

LONG = "问" * 100_000


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param(" \n\t　", "is empty", id="blank"),
        pytest.param(LONG, "100,000 characters, 4,000 at most", id="100,000 characters"),
        pytest.param("\udcff\udcfe", "no valid Unicode", id="bytes that are no UTF-8"),
    ],
)
def test_a_question_that_cannot_be_asked(yinju, unchanged, stored, command, text, said):
    with unchanged(stored):
        outcome = yinju(command, text, "--library", stored)
    assert_clear(outcome, said)
    assert outcome.out == ""
    assert len(outcome.err) < 300


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("ask", "党建", "--backend", "nope"), "unknown backend 'nope'", id="unknown backend"),
        pytest.param(("search", "党建", "-k", 0), "k is 0", id="k of 0"),
        pytest.param(("search", "党建", "-k", 51), "k is 51", id="k of 51"),
        pytest.param(("outline", "nope.txt"), "no document named 'nope.txt'", id="outline of nothing"),
        pytest.param(("remove", "nope.txt"), "no document named 'nope.txt'", id="remove nothing"),
        pytest.param(
            ("remove", "ferry.txt", "nope.txt"),
            "no document named 'nope.txt'",
            id="remove one that is there and one that is not",
        ),
        pytest.param(("ingest", "nope.txt"), "nope.txt: there is no such file", id="ingest nothing"),
        pytest.param(("eval", "--questions", "nope.jsonl"), "nope.jsonl", id="no question file"),
        pytest.param(("eval", "--beir", "nope"), "nope/corpus.jsonl", id="no BEIR folder"),
        pytest.param(("eval", "--beir", ".", "--retriever", "x"), "unknown retriever 'x'", id="no such legs"),
    ],
)
def test_something_that_is_not_there(yinju, unchanged, stored, arguments, said):
    with unchanged(stored):
        outcome = yinju(*arguments, "--library", stored)
    assert_clear(outcome, said)
    assert outcome.out == ""


@pytest.mark.parametrize("command", ["outline", "remove"])
def test_a_document_name_that_is_no_unicode_is_unknown(yinju, stored, command):
    assert_clear(yinju(command, "\udcff\udcfe", "--library", stored), "no document named")


@pytest.mark.parametrize(
    "content",
    [
        b"garbage {",
        b"",
        b"\xff\xfe\x00",
        b"5",
        b"null",
        b'"ab"',
        b"[1, 2]",
        b'{"role": "user", "content": "x"}',
        b'[{"role": "system", "content": "x"}]',
        b'[{"role": {}, "content": "x"}]',
        b'[{"role": "user"}]',
        b'[{"role": "user", "content": null}]',
        pytest.param(b"[" + b"1" * 5000 + b"]", id="a number of 5,000 digits"),
        pytest.param(b"[" * 100_000, id="100,000 brackets"),
        pytest.param(b'[{"role": "user", "content": "\\ud800"}]', id="a lone surrogate"),
    ],
)
def test_a_history_file_that_holds_no_conversation(yinju, unchanged, stored, here, content):
    (here / "history.json").write_bytes(content)
    with unchanged(stored):
        outcome = yinju("ask", "那它呢？", "--history", "history.json", "--library", stored)
    assert_clear(outcome, "history")


@pytest.mark.parametrize("path", ["nope.json", "."])
def test_a_history_file_that_is_not_there(yinju, stored, path):
    assert_clear(yinju("ask", "那它呢？", "--history", path, "--library", stored), path)
