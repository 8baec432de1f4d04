import json

import pytest

from eval.data.grades import Grade, decided, read_grades, sha256_of
from rag.errors import InputError

ANSWER = "每天六班。[1]"
PLAIN = {
    "id": "q1",
    "answer_sha256": sha256_of(ANSWER),
    "grades": ["GOOD", "GOOD"],
    "grade": "GOOD",
    "why": "一句就够",
}


@pytest.fixture
def write(tmp_path):
    def write(*rows):
        path = tmp_path / "grades.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def test_the_hash_is_that_of_the_answers_utf_8():
    assert sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_grade_is_of_one_text(write):
    grades = read_grades(write(PLAIN))
    assert grades.of("q1", ANSWER) == Grade("q1", sha256_of(ANSWER), ("GOOD", "GOOD"), "GOOD", "一句就够")
    assert grades.of("q1", "每天六班。[2]") is None
    assert grades.of("q2", ANSWER) is None


def test_an_answer_that_is_again_what_it_was_has_its_grade_again(write):
    other = PLAIN | {"answer_sha256": sha256_of("六班。"), "grades": ["BAD", "BAD"], "grade": "BAD"}
    grades = read_grades(write(PLAIN, "", other))
    assert len(grades) == 2
    assert grades.of("q1", ANSWER).grade == "GOOD"
    assert grades.of("q1", "六班。").grade == "BAD"


@pytest.mark.parametrize(
    ("given", "grade"),
    [
        (("BAD", "BAD"), "BAD"),
        (("GOOD", "PARTIAL", "PARTIAL"), "PARTIAL"),
        (("GOOD", "PARTIAL", "GOOD"), "GOOD"),
        (("GOOD", "PARTIAL", "BAD"), "BAD"),  # no two agree: the third decides
    ],
)
def test_two_decide_or_the_third(write, given, grade):
    assert decided(given) == grade
    assert read_grades(write(PLAIN | {"grades": given, "grade": grade})).of("q1", ANSWER).grade == grade


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "line 2: not JSON: "),
        ("[]", r"line 2: expected a JSON object, found \[\]"),
        (PLAIN | {"id": " "}, '"id": expected a string that is not blank'),
        (PLAIN | {"answer_sha256": "abc"}, r'"answer_sha256": expected the SHA-256 .* found "abc"'),
        (PLAIN | {"grades": None}, '"grades": expected one by each of two readers, .* found 0'),
        (PLAIN | {"grades": ["GOOD"]}, '"grades": expected one by each of two readers, .* found 1'),
        (PLAIN | {"grades": ["GOOD"] * 4}, '"grades": expected one by each .* found 4'),
        (PLAIN | {"grades": "GOOD"}, '"grades": expected a list, found "GOOD"'),
        (PLAIN | {"grades": ["GOOD", "FINE"]}, '"grades": expected GOOD, PARTIAL, .* found "FINE"'),
        (PLAIN | {"grades": ["GOOD", "BAD"]}, r"two readers differ \(GOOD, BAD\): expected a third"),
        (PLAIN | {"grade": None}, '"grade": expected GOOD, PARTIAL, BAD, REFUSED, ANSWERED, found nothing'),
        (PLAIN | {"grade": "BAD"}, '"grade": expected GOOD, which GOOD, GOOD come to, found "BAD"'),
        (PLAIN | {"grades": ["GOOD", "BAD", "BAD"]}, '"grade": expected BAD, which GOOD, BAD, BAD come to'),
        (PLAIN | {"why": 3}, '"why": expected a string, found 3'),
        (PLAIN | {"why": "again"}, "line 2: this answer to 'q1' is already graded on line 1"),
    ],
)
def test_a_bad_line_is_named_with_its_value_and_what_was_expected(write, row, message):
    with pytest.raises(InputError, match=message) as caught:
        read_grades(write(PLAIN, row))
    assert caught.value.field == "grades"
    assert "grades.jsonl, line 2: " in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_grades(tmp_path / "none.jsonl")
