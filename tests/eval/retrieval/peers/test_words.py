import pytest

from eval.retrieval.peers.words import words

pytest.importorskip("rjieba", reason="rjieba is not installed: pip install -e '.[bench]'")


def test_a_text_is_cut_into_lower_case_words_without_punctuation():
    assert words("图书馆在Yunshan，周一闭馆。") == ["图书馆", "在", "yunshan", "周一", "闭馆"]


def test_no_word_holds_white_space():
    assert all(word.split() == [word] for word in words("a  b\n图书馆\t 周一　闭馆"))
