"""Between a run and its readers: grades go in, answers that want one come out."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from eval.answers.graded import graded
from eval.answers.summary import Report, Row
from eval.data.grades import Grades, sha256_of
from eval.files import write_text

__all__ = ["with_grades", "write_ungraded"]


def with_grades(report: Report, grades: Grades) -> Report:
    """Return a report in which each answer that was graded as it stands has its grade."""
    rows = tuple(replace(row, grade=grades.of(row.id, row.answer)) for row in report.rows)
    return replace(report, rows=rows, graded=graded(rows))


def write_ungraded(rows: Iterable[Row], path: Path) -> None:
    """Write the answers without a grade, a JSON object a line, as a reader needs them; raises InputError."""
    lines = [json.dumps(_for_reader(row), ensure_ascii=False) + "\n" for row in rows if row.grade is None]
    write_text(path, "".join(lines), "ungraded")


def _for_reader(row: Row) -> dict[str, object]:
    before = [{"role": turn.role, "content": turn.content} for turn in row.history]
    return {
        "id": row.id,
        **({"history": before} if before else {}),
        "question": row.question,
        "must": row.labels.get("must"),
        "answer": row.answer,
        "answer_sha256": sha256_of(row.answer),
    }
