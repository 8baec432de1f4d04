"""What English words are called in Chinese, as the shipped lexicon has it."""

import pytest

from rag.errors import ModelError
from rag.models.lexicon import Lexicon, shipped_lexicon
from rag.query.english import content_of, english_words, singular, stems


@pytest.mark.parametrize(
    ("word", "expected"),
    [("villages", "village"), ("communities", "community"), ("boxes", "box"), ("process", "process")],
)
def test_a_plural_is_made_singular(word, expected):
    assert singular(word) == expected


def test_words_lose_apostrophes_and_function_words_are_left_out():
    words = english_words("what did jiang'an's villages do in 2018?")

    assert words == ["what", "did", "jiangan", "village", "do", "in"]
    assert content_of(words) == ["jiangan", "village"]


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("trained", "train"),
        ("making", "make"),
        ("stopped", "stop"),
        ("organised", "organize"),
        ("built", "build"),
    ],
)
def test_forms_of_a_word_are_traced_to_it(word, stem):
    assert stem in stems(word)


@pytest.mark.parametrize(
    ("phrase", "meaning"),
    [
        ("hospital", "医院"),
        ("wheelchair", "轮椅"),
        ("party member", "党员"),
        ("development plan", "发展计划"),
    ],
)
def test_the_shipped_lexicon_knows_common_words_and_phrases(phrase, meaning):
    found = dict(shipped_lexicon().meanings(phrase))

    assert meaning in found
    assert 0 < sum(found.values()) < 1.05


def test_what_the_lexicon_has_not_has_no_meaning():
    assert shipped_lexicon().meanings("qqxyzzy") == []
    assert "qqxyzzy" not in shipped_lexicon()


def test_characters_are_found_by_their_reading_the_commonest_first():
    characters = shipped_lexicon().characters("bin")

    assert {"滨", "宾", "彬"} <= set(characters)
    assert characters.index("宾") < characters.index("髌")
    assert shipped_lexicon().characters("xyz") == ""


def test_a_file_that_is_no_lexicon_is_refused(tmp_path):
    (tmp_path / "lexicon.safetensors").write_bytes(b"nothing")

    with pytest.raises(ModelError, match="holds no lexicon"):
        Lexicon(tmp_path / "lexicon.safetensors")
