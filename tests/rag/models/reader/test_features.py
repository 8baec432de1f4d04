"""What the reader is told of a piece."""

import numpy as np
import pytest

from rag.models.reader.cut import cut
from rag.models.reader.features import FEATURES, QUESTION_FEATURES, question_features, text_features


def told(question: str, text: str) -> tuple[list[dict[str, float]], np.ndarray]:
    asked, read = cut(question), cut(text)
    near = np.zeros((len(asked), len(read)), dtype=np.float32)
    rows = text_features(asked, read, near)
    assert question_features(asked, read, near).shape == (len(asked), len(QUESTION_FEATURES))
    return [dict(zip(FEATURES, map(float, row), strict=True)) for row in rows], read.sentence


def test_the_sentence_that_holds_the_question_leads():
    rows, sentences = told("谁负责渡口管理?", "果园在山坡上。渡口管理由船队负责。")

    first, second = rows[0], rows[int(np.flatnonzero(sentences == 1)[0])]
    assert second["covered"] > first["covered"] == 0
    assert second["covered_lead"] > 0 > first["covered_lead"]
    assert first["first"] == second["last"] == 1
    assert first["covered_with_next"] > 0


def test_runs_through_a_character_count_whole():
    rows, _ = told("渡口管理办法", "渡口管理")

    assert {round(float(np.expm1(row["run"])), 3) for row in rows} == {4.0}
    assert all(row["covered_characters"] == 1 for row in rows)


def test_marks_match_nothing():
    rows, _ = told("果园,渡口?", "好,坏?")

    assert all(row["run"] == row["in_question"] == 0 for row in rows)


def test_what_stands_in_quotation_marks_is_told():
    rows, _ = told("口号是什么", "提出“一门一策”的口号")

    assert {row["quoted"] for row in rows} == {0.0, 1.0}
    assert rows[-1]["quoted"] == 0


@pytest.mark.parametrize(
    ("question", "text"), [("?", "。"), ("a", "b"), ("果", "果\n\n果园"), ("  几", "  三 ")]
)
def test_any_text_gives_numbers(question, text):
    rows, _ = told(question, text)

    assert all(np.isfinite(list(row.values())).all() for row in rows)
