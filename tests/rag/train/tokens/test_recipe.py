import pytest
import tiktoken
from tiktoken.load import load_tiktoken_bpe

from rag.train.tokens.recipe import train_token_vocabulary

TEXTS = ["果园与城里的超市签订了供货合同。", "The ferry leaves at seven.", "雲山圖書館 😀"] * 20


@pytest.fixture
def ranks(tmp_path, monkeypatch) -> dict[bytes, int]:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    train_token_vocabulary(TEXTS, tmp_path / "tokens.tiktoken", size=400)
    return load_tiktoken_bpe(str(tmp_path / "tokens.tiktoken"))


def test_the_file_is_a_vocabulary_of_tiktoken_with_every_byte_first(ranks):
    assert [ranks[bytes([value])] for value in range(256)] == list(range(256))
    assert sorted(ranks.values()) == list(range(len(ranks)))
    assert 256 < len(ranks) <= 400


def test_text_it_has_seen_is_short_and_any_text_comes_back(ranks):
    encoding = tiktoken.Encoding(
        "small", pat_str=r"\p{L}+|\s+|[^\s\p{L}]+", mergeable_ranks=ranks, special_tokens={}
    )

    assert len(encoding.encode_ordinary(TEXTS[0])) < len(TEXTS[0].encode()) / 2
    for text in (*TEXTS, "从没见过的文字 ñ\n"):
        assert encoding.decode(encoding.encode_ordinary(text)) == text


def test_the_same_texts_make_the_same_file(tmp_path):
    for name in ("one", "two"):
        train_token_vocabulary(TEXTS, tmp_path / name, size=300)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
