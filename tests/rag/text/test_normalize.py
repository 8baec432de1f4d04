import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.normalize import (
    convert,
    count_han,
    fold,
    language_of,
    normalise,
    terms,
    unquoted,
    without_space,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("党 建\n引领", "党建引领"),
        ("ＡＢＣ　１２３％", "abc123%"),
        ("黨員示範崗", "党员示范岗"),
        ("ERP 系統", "erp系统"),
        ("第①条", "第1条"),
        ("", ""),
        (" \t\n", ""),
    ],
)
def test_fold_leaves_one_script_one_case_one_width_and_no_space(text, folded):
    assert fold(text) == folded


def test_normalise_keeps_spaces_and_line_breaks():
    assert normalise("臺灣 ＡＢ\nC") == "台湾 ab\nc"


def test_without_space_drops_full_width_spaces_too():
    assert without_space("　甲 乙\r\n丙\u00a0丁") == "甲乙丙丁"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("建5G网", ["建", "5g", "网"]),
        ("党建网", ["党", "党建", "建", "建网", "网"]),
        ("達24.22億", ["达", "24.22", "亿"]),
        ("甲，乙", ["甲", "乙"]),
        ("The ERP-system v2", ["the", "erp", "system", "v2"]),
        ("𠮷野家", ["𠮷", "𠮷野", "野", "野家", "家"]),
        ("，。！", []),
        ("", []),
    ],
)
def test_terms_are_han_unigrams_and_bigrams_and_whole_words(text, expected):
    assert terms(text) == expected


def test_terms_of_traditional_and_simplified_text_are_the_same():
    assert terms("黨員幹部聯繫羣衆") == terms("党员干部联系群众")


@given(st.text())
def test_terms_never_hold_white_space(text):
    assert [term for term in terms(text) if not term or term != without_space(term)] == []


def test_count_han_counts_characters_of_every_block():
    assert count_han("党建2.0 ERP 㐀𠮷，") == 4


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("党员有多少名？", "zh-Hans"),
        ("黨員有多少名？", "zh-Hant"),
        ("How many Party members are there?", "en"),
        ("ERP", "en"),
        ("ERP系统是什么", "zh-Hans"),
        ("ERP系統是什麼", "zh-Hant"),
        ("What is the 315模式?", "en"),
        ("What does “五联” (five links) stand for?", "en"),
        ("“The Belt and Road”倡议是哪一年提出的？", "zh-Hans"),
        ("微信WeChat和QQ哪个用得多？", "zh-Hans"),
        ("What is 乡村振兴讲习所?", "en"),
        ("What is 实事求是的作风?", "en"),  # 是 stands in names as well
        ("Please list the 三亮三比三评", "en"),
        ("Who is 主讲人，谁是主持人？", "zh-Hans"),
    ],
)
def test_language_of_a_question(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["人口", "2024", "", "？！"])
def test_a_question_that_both_scripts_write_alike_gets_the_default(text):
    assert language_of(text) == "zh-Hans"
    assert language_of(text, "zh-Hant") == "zh-Hant"


def test_a_question_that_shows_its_script_does_not_get_the_default():
    assert language_of("党员", "zh-Hant") == "zh-Hans"
    assert language_of("黨員", "zh-Hans") == "zh-Hant"


def test_convert_writes_the_script_that_is_asked_for():
    assert convert("黨員示範崗", "zh-Hans") == "党员示范岗"
    assert convert("党员示范岗", "zh-Hant") == "黨員示範崗"


def test_convert_leaves_text_as_it_stands_for_english():
    assert convert("黨員示范崗 ABC", "en") == "黨員示范崗 ABC"


def test_convert_leaves_text_that_is_in_that_script():
    assert convert("圖書館，ABC 123", "zh-Hant") == "圖書館，ABC 123"


@pytest.mark.parametrize("text", ["鄰里“同心圆”", "邻里「同心圓」", "邻里同心圆", " 邻里'同心圆' "])
def test_a_name_is_the_same_with_and_without_its_quotation_marks(text):
    assert unquoted(text) == "邻里同心圆"
