"""Readers beside a writer; `python -m tests.faults.readers` lets more of them read for longer."""

import pytest

from tests.faults.program import Program
from tests.faults.readers import FAULTS, Round, judged, measure, text_of

ROUNDS = (Round(0, 0, 1), Round(1, 2, 3), Round(2, 6, 7))


def test_readers_get_whole_and_recent_answers_while_documents_change(tmp_path):
    report = measure(tmp_path, Program.read(), readers=3, rounds=4)

    assert report.faults == {fault: [] for fault in FAULTS}
    assert report.answers >= 3


def quoted(version: int, document: str = "渡口.txt", moved: int = 0) -> list[object]:
    text = text_of(document, version)
    start = text.index("一、")
    return [document, text[start:], start + moved, len(text) + moved]


def shown(version: int, document: str = "渡口.txt") -> list[object]:
    text = text_of(document, version)
    return [document, text.replace("\n", " "), [[0, len(text)]]]


def answer(**given: object) -> dict[str, object]:
    row = {"document": "渡口.txt", "started": 4.0, "ended": 5.0, "abstained": False, "answer": ""}
    return row | {"citations": [quoted(1)], "passages": [shown(1)]} | given


# What was answered between the first change and the second, and what is wrong with it.
JUDGED = [
    (answer(), []),
    (answer(passages=[shown(1), shown(1, "果园.txt")], answer="渡口第七项指标的数值是101107。"), []),
    (answer(started=2.5, citations=[quoted(0)], passages=[shown(0)]), []),
    (answer(ended=6.5, citations=[quoted(2)], passages=[shown(2)]), []),
    (answer(citations=[quoted(0)], passages=[shown(0)]), ["stale"]),
    (answer(citations=[quoted(0)]), ["mixed"]),
    (answer(citations=[quoted(1, moved=1)]), ["mixed"]),
    (answer(answer="渡口第七项指标的数值是100107。"), ["mixed"]),
    (answer(passages=[shown(1), shown(0, "果园.txt")]), ["mixed"]),
    (answer(citations=[quoted(2)], passages=[shown(2)]), ["mixed"]),
    (answer(citations=[], passages=[shown(1, "果园.txt")]), ["not found"]),
    (answer(citations=[], abstained=True), ["not found"]),
    ({"document": "渡口.txt", "started": 4.0, "ended": 5.0, "error": "OSError: gone"}, ["errors"]),
]


@pytest.mark.parametrize(("row", "faults"), JUDGED)
def test_an_answer_is_held_to_what_was_in_the_library(row, faults):
    report = judged([row], ROUNDS)

    assert [fault for fault in FAULTS if report.faults[fault]] == faults


def test_documents_that_one_ingest_may_have_brought_in_two_steps_are_not_held_to_be_of_one_version():
    long = (*ROUNDS[:1], Round(1, 2, 9))
    row = answer(passages=[shown(1), shown(0, "果园.txt")])

    assert judged([row], long).untold == 1
    assert judged([row], ROUNDS).untold == 0
