"""Grades that readers gave to answers: JSON Lines in, checked `Grade`s out."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from eval.data.json_lines import UnexpectedError, listed, parsed_lines, shown, string
from rag.errors import InputError

__all__ = ["GRADES", "Grade", "GradeName", "Grades", "decided", "read_grades", "sha256_of"]

GradeName = Literal["GOOD", "PARTIAL", "BAD", "REFUSED", "ANSWERED"]
"""Usable as it is; the right place, part missing or noise; wrong; wrongly refused; wrongly answered."""

GRADES: Final[tuple[GradeName, ...]] = get_args(GradeName)

_READERS: Final = 2
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Grade:
    """What readers thought of one answer: `grades` by the two readers, then by the third if they differ."""

    id: str
    answer_sha256: str
    grades: tuple[GradeName, ...]
    grade: GradeName
    why: str = ""


class Grades:
    """The grades of a file, found by the question and the text that was graded.

    A changed answer has no grade, and has it again as soon as it is what it was.
    """

    def __init__(self, given: Sequence[Grade]) -> None:
        self._given = {(grade.id, grade.answer_sha256): grade for grade in given}

    def __len__(self) -> int:
        return len(self._given)

    def of(self, id_: str, answer: str) -> Grade | None:
        """Return the grade of an answer, None if this text has none."""
        return self._given.get((id_, sha256_of(answer)))


def sha256_of(answer: str) -> str:
    """Return what tells one answer's text from another."""
    return hashlib.sha256(answer.encode()).hexdigest()


def decided(grades: Sequence[GradeName]) -> GradeName:
    """Return the grade that two readers agree on, else that of the third."""
    return grades[0] if grades[0] == grades[1] else grades[-1]


def read_grades(path: Path) -> Grades:
    """Read a file of grades; InputError names the file, the line and what was expected there."""
    lines_of: dict[tuple[str, str], int] = {}
    given: list[Grade] = []
    for number, grade in parsed_lines(path, "grades", _grade):
        key = (grade.id, grade.answer_sha256)
        if key in lines_of:
            reason = f"this answer to {grade.id!r} is already graded on line {lines_of[key]}"
            raise InputError("grades", f"{path}, line {number}: {reason}")
        lines_of[key] = number
        given.append(grade)
    return Grades(given)


def _grade(row: dict[str, object]) -> Grade:
    sha256 = row.get("answer_sha256")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise UnexpectedError(
            f'"answer_sha256": expected the SHA-256 of the answer, 64 digits 0-9 a-f, found {shown(sha256)}'
        )
    grades = tuple(_name(value, "grades") for value in listed(row.get("grades"), "grades"))
    _check_readers(grades)
    grade, expected = _name(row.get("grade"), "grade"), decided(grades)
    if grade != expected:
        raise UnexpectedError(
            f'"grade": expected {expected}, which {", ".join(grades)} come to, found {shown(grade)}'
        )
    why = row.get("why", "")
    if not isinstance(why, str):
        raise UnexpectedError(f'"why": expected a string, found {shown(why)}')
    return Grade(string(row.get("id"), "id"), sha256, grades, grade, why)


def _check_readers(grades: Sequence[GradeName]) -> None:
    if len(grades) not in (_READERS, _READERS + 1):
        raise UnexpectedError(
            f'"grades": expected one by each of two readers, and by a third where they differ,'
            f" found {len(grades)}"
        )
    if len(grades) == _READERS and len(set(grades)) > 1:
        raise UnexpectedError(
            f'"grades": the two readers differ ({grades[0]}, {grades[1]}): expected a third, who decides'
        )


def _name(value: object, field: str) -> GradeName:
    if value not in GRADES:
        raise UnexpectedError(f'"{field}": expected {", ".join(GRADES)}, found {shown(value)}')
    return value
