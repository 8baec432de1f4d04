import pytest

from rag.errors import ReadError
from rag.ingest.formats import ReadingLimits, ReadText, read_file, suffixes_read
from tests.rag.ingest.formats.reading import read, refusal


def test_a_text_is_what_is_in_the_file():
    assert read("# 一\n\n  <b>二</b>\n", ".txt") == ReadText("# 一\n\n  <b>二</b>\n", "utf-8", 1.0, ())


def test_the_encoding_is_handed_on():
    found = read("关于召开会议的通知".encode("gbk"), ".txt")

    assert (found.text, found.encoding) == ("关于召开会议的通知", "gb18030")
    assert 0.9 < found.confidence <= 1


def test_an_empty_file_is_refused_by_name():
    with pytest.raises(ReadError, match=r"^会议\.txt: the file is empty$"):
        read_file("会议.txt", ".txt", b"", ReadingLimits())


@pytest.mark.parametrize("suffix", [".txt", ".TXT", ".Txt"])
def test_the_case_of_a_suffix_is_no_matter(suffix):
    assert read("甲", suffix).text == "甲"


@pytest.mark.parametrize(
    ("suffix", "shown"), [(".jpg", ".jpg"), ("", "(none)"), (".doc", ".doc"), ("txt", "txt")]
)
def test_other_files_are_refused_with_the_suffixes_that_are_read(suffix, shown):
    reason = refusal("甲", suffix)

    assert reason.startswith(f"files of type {shown} are not read, only ")
    assert reason.split("only ")[1].split() == sorted(suffixes_read())


def test_the_suffixes_of_all_readers_are_read():
    assert suffixes_read() >= {".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".docx", ".pdf"}
