from typing import Any

import pytest

from rag.ingest.formats.paragraphs import Paragraphs
from rag.types.document import Markup


def paragraphs(*added: tuple[Any, ...]) -> Paragraphs:
    out = Paragraphs()
    for each in added:
        out.add(*each)
    return out


def test_nothing_added_is_no_text():
    out = Paragraphs()

    assert (out.text, out.markup) == ("", ())


def test_a_paragraph_is_a_line():
    assert paragraphs(("甲",), ("乙",)).text == "甲\n乙\n"


def test_markup_counts_the_text():
    out = paragraphs(("甲乙",), ("总则", "heading", 1), ("丙",), ("丁戊", "item", 2), ("己", "bold"))

    assert out.markup == (
        Markup(3, 5, "heading", 1),
        Markup(8, 10, "item", 2),
        Markup(11, 12, "bold", 0),
    )
    assert [out.text[start:end] for start, end, *_ in out.markup] == ["总则", "丁戊", "己"]


def test_lines_inside_a_paragraph_stand_under_one_markup():
    out = paragraphs(("第一章\n总则", "heading", 1), ("文",))

    assert out.text == "第一章\n总则\n文\n"
    assert [out.text[start:end] for start, end, *_ in out.markup] == ["第一章\n总则"]


@pytest.mark.parametrize("text", ["", " \n\t", "　", "\x00\x0b\x7f", "\ufffe", " \x0c "], ids=ascii)
def test_what_cannot_be_seen_is_passed_over(text):
    out = paragraphs((text, "heading", 1), ("甲", "heading", 2))

    assert (out.text, out.markup) == ("甲\n", (Markup(0, 1, "heading", 2),))


@pytest.mark.parametrize("text", ["\u200b", "\ufeff", "\u200e\u200f"], ids=ascii)
def test_what_has_no_width_is_passed_over(text):
    assert paragraphs((text, "heading", 1)).markup == ()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" 甲 ", "甲"),
        ("\t甲 乙\n", "甲 乙"),
        ("　甲", "　甲"),
        ("甲\r\n乙\r丙", "甲\n乙\n丙"),
        ("甲\x00乙\x0b丙\x1f丁", "甲乙丙丁"),
        ("甲\ud800乙\uffff", "甲乙"),
        ("甲\n\n乙", "甲\n\n乙"),
        ("甲\u2028乙", "甲\u2028乙"),
    ],
    ids=ascii,
)
def test_the_text_of_a_paragraph(text, kept):
    out = paragraphs((text, "bold"))

    assert out.text == f"{kept}\n"
    assert out.markup == (Markup(0, len(kept), "bold"),)
