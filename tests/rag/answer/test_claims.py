import pytest

from rag.answer.claims import Statement, statements, without_markers


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param("甲乙。[1]丙丁。[2][3]", [("甲乙。", (1,)), ("丙丁。", (2, 3))], id="behind the stop"),
        pytest.param("甲乙[1]。丙丁 [2]。", [("甲乙。", (1,)), ("丙丁。", (2,))], id="before the stop"),
        pytest.param(
            "共两项：\n1. 甲乙[1]\n2、丙丁[2]", [("共两项：", ()), ("甲乙", (1,)), ("丙丁", (2,))], id="list"
        ),
        pytest.param("甲乙。丙丁。[1]", [("甲乙。", ()), ("丙丁。", (1,))], id="the nearest sentence only"),
        pytest.param("他说：“甲乙。”[1]", [("他说：“甲乙。”", (1,))], id="closing quotation mark"),
        pytest.param("甲乙。\n[1]", [("甲乙。", (1,))], id="a line of markers"),
        pytest.param("[1]", [("", (1,))], id="a marker alone"),
        pytest.param("It is 2.46. [1] Yes.", [("It is 2.46.", (1,)), ("Yes.", ())], id="decimal"),
        pytest.param("2.46万次[1]", [("2.46万次", (1,))], id="a decimal is no label"),
        pytest.param("- 甲乙 [1]", [("甲乙", (1,))], id="bullet"),
        pytest.param("甲[1]，乙[2]。", [("甲，乙。", (1, 2))], id="a sentence carries all in it"),
        pytest.param("", [], id="empty"),
    ],
)
def test_markers_belong_to_their_sentence(answer, expected):
    assert statements(answer) == [Statement(text, markers) for text, markers in expected]


def test_without_markers_leaves_brackets_that_are_none():
    assert without_markers("国发[2023]5号 [1][12]") == "国发[2023]5号"
