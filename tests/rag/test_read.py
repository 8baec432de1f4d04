import opencc
import pytest

from rag.errors import ReadError
from rag.read import ReadingLimits, find_files, read_file
from rag.read.base import ReadText
from rag.read.encoding import decode
from tests.doubles import write_files

SIMPLIFIED = (
    "为深入贯彻落实会议精神，进一步加强基层建设，现就有关事项通知如下：一、提高认识，加强领导。各单位要把学习"
    "摆在首位，每月至少组织一次集体学习。\r\n二、明确责任，狠抓落实。负责人要亲自部署、亲自检查，年底前完成三十项任务。\r\n"
)
TRADITIONAL = opencc.OpenCC("s2tw").convert(SIMPLIFIED)


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (TRADITIONAL, "utf-16-le", "utf-16-le"),
    ],
)
@pytest.mark.parametrize("times", [1, 30])
def test_a_chinese_paragraph_is_the_same_text_in_every_encoding(text, encoding, named, times):
    whole = text * times

    assert decode(whole.encode(encoding), "a.txt") == ReadText(whole.replace("\r\n", "\n"), named)


def test_a_mark_of_big_endian_utf_16_is_heeded():
    assert decode(b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be"), "a.txt").text[:4] == "为深入贯"


def test_english_text_is_utf_8():
    assert decode(b"Plain text.\n", "a.txt") == ReadText("Plain text.\n", "utf-8")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("關於召開會議的通知", "big5"), ("請於週五前報送材料。", "big5"), ("通知。", "gb18030")],
)
def test_a_short_line_is_never_read_as_another_language(text, encoding):
    assert decode(text.encode(encoding), "a.txt").text == text


@pytest.mark.parametrize("text", ["关于召开会议的通知", "请于周五前报送材料。", "党员大会"])
def test_a_short_line_of_gb18030(text):
    assert decode(text.encode("gb18030"), "a.txt").text == text


def test_every_kind_of_line_end_becomes_one():
    assert decode("甲\r\n乙\r丙\n丁".encode(), "a.txt").text == "甲\n乙\n丙\n丁"


@pytest.mark.parametrize("data", [b"", b"   \r\n\t"])
def test_an_empty_file_is_refused(data):
    with pytest.raises(ReadError, match=r"a\.txt: the file is empty"):
        decode(data, "a.txt")


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 40, b"PK\x03\x04" + bytes(range(256)) * 8]
)
def test_a_file_of_no_text_is_refused(data):
    with pytest.raises(ReadError, match=r"^a\.txt: (this is no text|its bytes are no)"):
        decode(data, "a.txt")


def test_a_mark_before_damaged_bytes_is_told_with_the_place():
    with pytest.raises(ReadError, match="starts as utf-8-sig and is damaged at byte"):
        decode(b"\xef\xbb\xbf" + "甲".encode() + b"\xff\xfe", "a.txt")


def test_a_file_is_read_by_its_suffix_in_whatever_case(tmp_path):
    (file,) = find_files([write_files(tmp_path / "files", {"A.TXT": "甲乙"})])

    assert read_file(file.name, file.path.suffix, file.path.read_bytes(), ReadingLimits()).text == "甲乙"


def found(*paths) -> list[str]:
    return [file.name for file in find_files(paths)]


def test_files_of_a_folder_are_named_below_it_in_order(tmp_path):
    write_files(tmp_path, {"b.txt": "", "a.md": "", "c/d/e.markdown": "", "photo.jpg": ""})

    assert found(tmp_path) == ["a.md", "b.txt", "c/d/e.markdown"]


def test_hidden_files_and_folders_are_passed_over(tmp_path):
    write_files(tmp_path, {".a.txt": "", ".git/b.txt": "", "c.txt": ""})

    assert found(tmp_path) == ["c.txt"]


def test_a_file_that_is_named_is_taken_whatever_it_is(tmp_path):
    assert found(tmp_path / ".hidden.txt", tmp_path / "photo.jpg") == [".hidden.txt", "photo.jpg"]


def test_what_a_folder_ignores_is_passed_over(tmp_path):
    write_files(
        tmp_path,
        {".yinjuignore": "# 说明\n*.md\nold\n", "a.txt": "", "b.md": "", "old/c.txt": "", "new/d.md": ""},
    )

    assert found(tmp_path) == ["a.txt", "new/d.md"]


def test_what_a_folder_ignores_may_be_written_in_any_encoding(tmp_path):
    write_files(tmp_path, {".yinjuignore": "说明.txt\n".encode("gbk"), "a.txt": "", "说明.txt": ""})

    assert found(tmp_path) == ["a.txt"]
