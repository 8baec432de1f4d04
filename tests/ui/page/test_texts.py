from dataclasses import fields
from string import Formatter

import pytest

from rag.errors import BackendError, InputError, LibraryError, ModelError
from ui.page.texts import Words, browser_language, words_in

WORDS = words_in("zh-Hans")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("en-US,en;q=0.9,zh;q=0.1", "en"),
        ("de", "en"),
        (None, "zh-Hans"),
    ],
)
def test_the_first_language_of_the_browser_counts(header, language):
    assert browser_language(header) == language


def test_traditional_words_are_converted():
    assert words_in("zh-Hant").send == "發送"


@pytest.mark.parametrize("field", [field.name for field in fields(Words)])
def test_a_sentence_has_the_same_gaps_in_each_language(field):
    gaps = {
        language: {name for _, name, _, _ in Formatter().parse(getattr(words_in(language), field)) if name}
        for language in ("zh-Hans", "zh-Hant", "en")
    }
    assert gaps["zh-Hans"] == gaps["zh-Hant"] == gaps["en"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InputError("question", "bad"), "这个问题无法处理：bad"),
        (LibraryError("locked"), "暂时读不了文档库：locked"),
        (BackendError("no answer"), "语言模型没有完成回答，请稍后再问：no answer"),
        (ModelError("damaged"), "没有完成回答：damaged"),
    ],
)
def test_every_error_has_a_sentence(error, sentence):
    assert WORDS.error(error) == sentence


def test_what_keeps_a_question_from_being_asked():
    assert WORDS.refusal("", 5) == "请先输入一个问题。"
    assert WORDS.refusal("一二三四五六", 5) == "这个问题有 6 个字，最多可以问 5 个字，请缩短后再问。"
    assert WORDS.refusal("一二三四五", 5) == ""
