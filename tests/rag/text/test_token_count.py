import base64
import hashlib
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.text.token_count
from rag.text.token_count import count_tokens

SENTENCE = "果园与城里的超市签订了供货合同，全年卖出苹果3200吨。"


def test_no_text_has_no_tokens():
    assert count_tokens("") == 0


@given(st.text(min_size=1))
def test_every_text_has_tokens_and_no_more_than_bytes(text):
    assert 1 <= count_tokens(text) <= len(text.encode("utf-8"))


def test_chinese_takes_less_than_two_tokens_a_character():
    assert count_tokens(SENTENCE) < 2 * len(SENTENCE)


@pytest.mark.parametrize("times", [2, 10])
def test_sentences_count_as_much_together_as_apart(times):
    assert count_tokens(SENTENCE * times) == pytest.approx(times * count_tokens(SENTENCE), abs=times)


@pytest.mark.parametrize("text", [SENTENCE, "雲山圖書館", "plain English text", "𠮷😀\n\t  ", "1,234.5%"])
def test_the_encoding_gives_back_what_it_was_given(text):
    encoding = rag.text.token_count._encoding()

    assert encoding.decode(encoding.encode_ordinary(text)) == text


def test_the_file_that_ships_is_read_and_not_a_copy_of_an_older_one(tmp_path, monkeypatch):
    shipped = str(resources.files("rag") / "models" / "tokens" / "tokens.tiktoken")
    key = hashlib.sha1(shipped.encode(), usedforsecurity=False).hexdigest()
    only_bytes = "".join(f"{base64.b64encode(bytes([n])).decode()} {n}\n" for n in range(256))
    (tmp_path / key).write_text(only_bytes)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))

    assert rag.text.token_count._encoding.__wrapped__().n_vocab > 256
