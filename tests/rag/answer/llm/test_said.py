"""From what a model says to what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.llm.output_filter import SaidText
from rag.errors import BackendError


def said(*pieces, is_cut=False, language="zh-Hans"):
    text = SaidText(1024)
    for piece in pieces:
        text.add(piece)
    return text.finished(language, is_cut)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("甲是一。[1]乙是", "甲是一。[1]"),
        ("甲是一。[1] [2]乙是", "甲是一。[1] [2]"),
        ("甲是“一。”[1]乙", "甲是“一。”[1]"),
        ("甲是一。[1]乙是二。[2", "甲是一。[1]乙是二。"),
        ("甲是一。[1]", "甲是一。[1]"),
        ("It is 3.5 tons. [1] It", "It is 3.5 tons. [1]"),
        ("1. 甲[1]\n2. 乙[2]\n3. 丙", "1. 甲[1]\n2. 乙[2]"),
    ],
)
def test_of_an_answer_that_was_cut_whole_sentences_stay(text, kept):
    assert said(text, is_cut=True) == (kept, True, True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("甲[1, 2]", "甲[1][2]"),
        ("甲[1，2、3]", "甲[1][2][3]"),
        ("甲【1】", "甲[1]"),
        ("甲【3†source】", "甲[3]"),
        ("甲[^2]", "甲[2]"),
        ("甲【注】", "甲【注】"),
        ("甲[注]", "甲[注]"),
    ],
)
def test_other_ways_to_write_a_marker_are_understood(text, shown):
    assert said(text).text == shown


def test_thoughts_are_neither_streamed_nor_kept():
    text = SaidText(16)
    shown = [text.add(piece) for piece in ("<thi", "nk>想", "想想" * 5000, "</th", "ink>\n", "甲。")]

    assert "".join(shown).strip() == "甲。"
    assert text.finished("zh-Hans", is_cut=False).text == "甲。"


def test_a_text_that_only_begins_like_a_sign_is_shown():
    text = SaidText(64)

    assert [text.add(piece) for piece in ("NOT", "HING is said.")] == ["", "NOTHING is said."]
    assert text.finished("en", is_cut=False).is_found


@given(st.lists(st.text(max_size=40), max_size=20), st.booleans())
def test_any_text_gives_clean_words_or_an_error_of_ours(pieces, is_cut):
    try:
        finished = said(*pieces, is_cut=is_cut)
    except BackendError:
        return
    assert finished.text.replace("\n", "").replace("\t", "").encode("utf-8")
    assert not any(ord(letter) < 32 and letter not in "\n\t" for letter in finished.text)
