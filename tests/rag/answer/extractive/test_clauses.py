"""A sentence cut down to the clauses that answer."""

import numpy as np
import pytest

from rag.answer.extractive.clause_trimmer import FEATURES, kept, look_at_clauses, part_of
from rag.text.sentences import clauses_of
from rag.types.document import Span
from rag.types.evidence import Sentence
from tests.doubles import document_of

LONG = (
    "近年来，云台镇立足山区实际，认真学习各地经验，不断完善工作机制，持续加大投入力度，"
    "在镇东修成三座蓄水池，共投入资金86万元，解决了1200亩果园的灌溉问题，"
    "同时广泛开展各类宣传活动，营造浓厚氛围，得到了上级部门的充分肯定和广大果农的一致好评。"
)


def clauses(text: str) -> list[str]:
    return [text[start:end] for start, end in clauses_of(text)]


def test_clauses_end_at_commas_and_semicolons():
    assert clauses("天晴，果农下田；天阴，果农修剪。") == ["天晴，", "果农下田；", "天阴，", "果农修剪。"]


@pytest.mark.parametrize("text", ["“天晴，下田”是规矩", "果园（苹果，梨）丰收", "", "果园"])
def test_marks_inside_quotation_marks_and_brackets_are_no_borders(text):
    assert clauses(text) == ([text] if text else [])


def test_a_part_of_a_sentence_keeps_its_place_in_the_raw_text():
    raw = "果园\n天晴，果农\n下田；天阴，果农修剪。\n"
    document = document_of(raw)
    sentence = Sentence("天晴，果农下田；天阴，果农修剪。", Span(raw.index("天晴"), len(raw) - 1), 0)

    part = part_of(sentence, document, 3, 8)

    assert part.text == "果农下田"
    assert raw[part.span.start : part.span.end] == "果农\n下田"


def test_a_long_sentence_is_answered_with_the_clauses_that_were_asked_for(pipeline_of):
    answer = pipeline_of({"a.txt": f"云台镇果园纪事\n{LONG}\n"}, embedder="static").ask(
        "云台镇修蓄水池投入了多少资金？"
    )

    assert "86万元" in answer.answer
    assert len(answer.answer) < len(LONG)
    (citation,) = answer.citations
    assert citation.quote in LONG


@pytest.mark.parametrize(
    ("logits", "lengths", "span"),
    [
        ([-5, 2, -5], [60, 60, 60], (1, 1)),  # the one that is likely, where its neighbours are long
        ([-5, 2, -4], [25, 25, 25], (1, 2)),  # the likelier neighbour as long as the whole stays short
        ([2, -5, 2], [60, 60, 60], (0, 2)),  # all between two that are likely
        ([-5, -4, -6], [60, 60, 60], (1, 1)),  # the likeliest, where none is likely
        ([-5, -4, -6], [10, 10, 10], (0, 2)),
    ],
)
def test_which_clauses_of_a_sentence_are_kept(logits, lengths, span):
    assert kept(np.array(logits, dtype=np.float64), lengths) == span


@pytest.mark.parametrize("question", ["修蓄水池投入了多少资金？", "How much did the ponds cost?", "？"])
def test_each_clause_is_seen_by_a_row_of_numbers(pipeline_of, question):
    pipeline = pipeline_of({"a.txt": f"云台镇果园纪事\n{LONG}\n"}, embedder="static")
    asked = pipeline.found_alone(question).question

    rows = look_at_clauses(asked, LONG)

    assert rows.shape == (len(clauses(LONG)), len(FEATURES))
    assert np.isfinite(rows).all()
