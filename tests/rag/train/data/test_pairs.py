import gzip

import pytest

from rag.errors import InputError
from rag.train.data.pairs import read_pairs, read_plain_text


def write(path, text: str) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(text)


def test_pairs_are_read_file_by_file_and_normalised(tmp_path):
    write(tmp_path / "b.jsonl.gz", '{"a": "ＥＲＰ系統", "b": "說明"}\n{"a": "甲", "b": "乙", "more": 1}\n')
    write(tmp_path / "a.jsonl.gz", '{"a": "丙", "b": "丁"}\n')

    assert read_pairs(tmp_path) == [("a", ["丙"], ["丁"]), ("b", ["erp系统", "甲"], ["说明", "乙"])]


def test_the_rows_of_the_sentence_selector_are_no_pairs(tmp_path):
    write(tmp_path / "selector_x.jsonl.gz", '{"question": "甲"}\n')
    write(tmp_path / "a.jsonl.gz", '{"a": "丙", "b": "丁"}\n')

    assert [file.name for file in read_pairs(tmp_path)] == ["a"]


@pytest.mark.parametrize("row", ["not json", '{"a": "甲"}', "[1, 2]", '{"a": null, "b": "乙"}', "3"])
def test_a_row_that_is_no_pair_is_told_with_its_line(tmp_path, row):
    write(tmp_path / "a.jsonl.gz", '{"a": "丙", "b": "丁"}\n' + row + "\n")

    with pytest.raises(InputError, match=r"a\.jsonl\.gz, line 2: not a row") as caught:
        read_pairs(tmp_path)
    assert caught.value.field == "data"


def test_a_file_that_is_not_compressed_is_refused(tmp_path):
    (tmp_path / "a.jsonl.gz").write_text('{"a": "丙", "b": "丁"}\n')

    with pytest.raises(InputError):
        read_pairs(tmp_path)


def test_plain_text_is_read_by_paragraph_and_normalised(tmp_path):
    write(tmp_path / "a.txt.gz", "  黨建 \n\n乙\n")

    assert list(read_plain_text(tmp_path)) == ["党建", "", "乙"]
