import random

import opencc
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rag.errors import ReadError
from rag.ingest.formats.encoding import decode
from rag.types.document import ReadText

SIMPLIFIED = (
    "为深入贯彻落实会议精神，进一步加强基层建设，现就有关事项通知如下：一、提高认识，加强领导。各单位要把学习"
    "摆在首位，每月至少组织一次集体学习。\r\n二、明确责任，狠抓落实。负责人要亲自部署、亲自检查，年底前完成三十项任务。\r\n"
)
TRADITIONAL = opencc.OpenCC("s2tw").convert(SIMPLIFIED)
ENCODED = [
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
]
IDS = [f"{'simplified' if text == SIMPLIFIED else 'traditional'} in {name}" for text, name, _ in ENCODED]


def refusal(data: bytes) -> str:
    with pytest.raises(ReadError) as refused:
        decode(data, "a.txt")
    return refused.value.reason


# Whole texts


@pytest.mark.parametrize(("text", "encoding", "named"), ENCODED, ids=IDS)
@pytest.mark.parametrize("times", [1, 30])
def test_a_chinese_paragraph_is_the_same_text_in_every_encoding(text, encoding, named, times):
    whole = text * times

    assert decode(whole.encode(encoding), "a.txt") == ReadText(whole.replace("\r\n", "\n"), named)


def test_a_mark_of_big_endian_utf_16_is_heeded():
    assert decode(b"\xfe\xff" + SIMPLIFIED.encode("utf-16-be"), "a.txt").text[:4] == "为深入贯"


@pytest.mark.parametrize("text", ["Plain text.\n", "a", ".", "甲", "😀", "\ue000", "甲\ufffd乙"])
def test_valid_utf_8_is_certain_however_short(text):
    assert decode(text.encode(), "a.txt") == ReadText(text, "utf-8", 1.0)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("關於召開會議的通知", "big5"), ("請於週五前報送材料。", "big5"), ("通知。", "gb18030")],
)
def test_a_short_line_is_never_read_as_another_language(text, encoding):
    assert decode(text.encode(encoding), "a.txt").text == text


@pytest.mark.parametrize("text", ["关于召开会议的通知", "请于周五前报送材料。", "党员大会", "联通"])
def test_a_short_line_of_gb18030(text):
    assert decode(text.encode("gb18030"), "a.txt").text == text


@pytest.mark.parametrize(
    ("text", "encoding"), [(SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5")], ids=["gb18030", "big5"]
)
@pytest.mark.parametrize("length", [2, 3, 5, 8, 12, 20, 40])
def test_the_beginning_of_a_text_is_enough(text, encoding, length):
    assert decode(text[:length].encode(encoding), "a.txt").text == text[:length]


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_one_character_is_read_but_not_surely(encoding):
    read = decode("甲".encode(encoding), "a.txt")

    assert read.text == "甲"
    assert read.confidence < 0.9


def test_characters_of_hong_kong_are_read():
    text = "佢哋喺香港嘅圖書館睇書，好開心㗎。"

    assert decode(text.encode("big5hkscs"), "a.txt").text == text


def test_characters_of_four_bytes_are_read():
    text = "果园里的𠮷字，还有笑脸😀。"

    assert decode(text.encode("gb18030"), "a.txt").text == text


def test_a_table_of_figures_is_read():
    text = "序号\t姓名\t电话\n1\t张三\t13800000000\n2\t李四\t13900000000\n"

    assert decode(text.encode("gbk"), "a.txt").text == text


def test_every_kind_of_line_end_becomes_one():
    assert decode("甲\r\n乙\r丙\n丁".encode(), "a.txt").text == "甲\n乙\n丙\n丁"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_any_text_in_utf_8_comes_back(text):
    assume(text.strip("\ufeff\ufffd ") and not text.startswith("\ufeff"))

    assert decode(text.encode(), "a.txt") == ReadText(text, "utf-8", 1.0)


@given(st.binary(min_size=12, max_size=60))
@example(b"\xff\xfe" + SIMPLIFIED.encode("utf-16-be"))
@example("甲乙丙丁戊".encode("utf-16-le"))
def test_any_bytes_are_read_with_a_confidence_or_refused_with_a_reason(data):
    try:
        read = decode(data, "a.txt")
    except ReadError as error:
        assert error.reason
    else:
        assert read.text.strip()
        assert 0 <= read.confidence <= 1


# Files that were cut or damaged


@pytest.mark.parametrize(("text", "encoding", "named"), ENCODED, ids=IDS)
@pytest.mark.parametrize("missing", [1, 2, 3])
def test_a_character_cut_at_the_end_is_left_out(text, encoding, named, missing):
    read = decode((text.rstrip() * 3).encode(encoding)[:-missing], "a.txt")

    assert read.text
    assert (text.rstrip() * 3).replace("\r\n", "\n").startswith(read.text)
    assert (read.encoding, read.confidence) == (named, 1.0)


@pytest.mark.parametrize("data", [b"\xb0", "深".encode()[:2]], ids=["a half", "two thirds"])
def test_a_part_of_one_character_is_refused(data):
    assert refusal(data)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(SIMPLIFIED, "utf-8"), (SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5")],
    ids=["utf-8", "gb18030", "big5"],
)
def test_a_damaged_byte_in_a_long_text_lowers_the_confidence(text, encoding):
    data = bytearray((text * 20).encode(encoding))
    data[600] = 0xFF

    read = decode(bytes(data), "a.txt")

    assert read.encoding == encoding
    assert read.text.endswith(
        "年底前完成三十項任務。\n" if encoding == "big5" else "年底前完成三十项任务。\n"
    )
    assert 0.5 < read.confidence < 1


def test_a_damaged_byte_weighs_the_same_in_utf_8_as_in_gb18030():
    text = SIMPLIFIED * 10
    assert len(text) > 1000

    for encoding in ("gb18030", "utf-8"):
        data = bytearray(text.encode(encoding))
        data[600] = 0xFF
        assert decode(bytes(data), "a.txt").encoding == encoding


def test_more_damage_is_less_confidence():
    data = bytearray((SIMPLIFIED * 50).encode("gb18030"))
    confidences = []
    for place in (1000, 3000, 5000):
        data[place] = 0xFF
        confidences.append(decode(bytes(data), "a.txt").confidence)

    assert confidences == sorted(set(confidences), reverse=True)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_with_much_damage_is_refused(encoding):
    data = bytearray((SIMPLIFIED * 10).encode(encoding))
    data[::50] = b"\xff" * len(data[::50])

    assert refusal(bytes(data)).startswith("its bytes are no UTF-8")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(
            b"\xef\xbb\xbf" + "甲".encode() + b"\xff\xfe",
            "it starts as utf-8-sig and is damaged at byte 6",
            id="utf-8-sig",
        ),
        pytest.param(
            b"\xff\xfe" + "甲".encode("utf-16-le") + b"\x00\xdc",
            "it starts as utf-16 and is damaged at byte 4",
            id="utf-16",
        ),
    ],
)
def test_damage_behind_a_mark_is_told_with_the_place(data, reason):
    assert refusal(data) == reason


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "gb18030",
        *(
            pytest.param(
                encoding,
            )
            for encoding in ("utf-8-sig", "utf-16")
        ),
    ],
)
def test_a_replacement_character_that_stands_in_the_file_is_no_damage(encoding):
    text = f"{SIMPLIFIED[:40]}\ufffd乙"

    assert decode(text.encode(encoding), "a.txt").text == text


# Files of no text


@pytest.mark.parametrize("data", [b"", b"   \r\n\t", b"\x0c\n"], ids=["nothing", "blanks", "form feed"])
def test_an_empty_file_is_refused(data):
    assert refusal(data) == "the file is empty"


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf \n"], ids=repr)
def test_a_file_of_a_mark_alone_is_refused(data):
    assert refusal(data) == "the file holds no characters"


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 40, b"PK\x03\x04" + bytes(range(256)) * 8],
    ids=["PNG", "zip"],
)
def test_a_file_of_no_text_is_refused(data):
    with pytest.raises(ReadError, match=r"^a\.txt: (this is no text|its bytes are no)"):
        decode(data, "a.txt")


@pytest.mark.parametrize(
    "data", [b"\0" * 100, b"a\0b\0\0c", b"\x1b[31mred\x1b[0m"], ids=["NULs", "binary", "terminal"]
)
def test_control_characters_are_no_text(data):
    assert refusal(data) == "this is no text: it holds control characters"


def test_a_control_character_in_a_long_text_lowers_the_confidence():
    read = decode((SIMPLIFIED * 10).encode("gb18030") + b"\0" + SIMPLIFIED.encode("gb18030"), "a.txt")

    assert "\0" in read.text
    assert 0.9 < read.confidence < 1


def test_the_end_mark_of_dos_is_no_reason_to_refuse_a_short_text():
    assert decode(SIMPLIFIED.encode("gb18030") + b"\x1a", "a.txt").encoding == "gb18030"


@pytest.mark.parametrize("length", [64, 1000, 10000])
@pytest.mark.parametrize("low", [0, 128], ids=["any bytes", "high bytes"])
def test_random_bytes_are_refused(length, low):
    dice = random.Random(length)  # noqa: S311 - nothing is secret here
    refused = 0
    for _ in range(20):
        try:
            assert decode(bytes(dice.randrange(low, 256) for _ in range(length)), "a.txt").confidence < 0.3
        except ReadError:
            refused += 1

    assert refused >= 19


# What the project does not read: refused, or at least in doubt

JAPANESE = "日本の農業は米を中心に発展してきた。今年の収穫は昨年より多いと予想されている。カタカナもある。"
KOREAN = "대한민국의 농업은 쌀을 중심으로 발전해 왔다. 올해 수확은 작년보다 많을 것으로 예상된다."
RUSSIAN = "Сельское хозяйство в этом году принесло большой урожай яблок, больше чем в прошлом году."
FRENCH = "L’été dernier, la récolte a été très bonne; les élèves étaient à la fête. Où êtes-vous?"
THAI = "สวนผลไม้ปีนี้ได้ผลดีมากกว่าปีที่แล้ว"
QUOTES = "It’s a good year for apples, isn’t it?"
CAFE = "The apple harvest at the café was good this year."
OTHERS = [
    pytest.param(JAPANESE, "shift_jis", id="Japanese in Shift-JIS"),
    pytest.param(JAPANESE, "euc_jp", id="Japanese in EUC-JP"),
    pytest.param(JAPANESE, "iso2022_jp", id="Japanese in ISO-2022-JP"),
    pytest.param(
        KOREAN,
        "euc_kr",
        id="Korean in EUC-KR",
    ),
    pytest.param(KOREAN, "johab", id="Korean in Johab"),
    pytest.param(RUSSIAN, "cp1251", id="Russian in windows-1251"),
    pytest.param(RUSSIAN, "koi8-r", id="Russian in KOI8-R"),
    pytest.param(FRENCH, "cp1252", id="French in windows-1252"),
    pytest.param(FRENCH, "mac-roman", id="French in Mac Roman"),
    pytest.param(THAI, "cp874", id="Thai in windows-874"),
    pytest.param(QUOTES, "cp1252", id="curly quotes in windows-1252"),
    pytest.param(CAFE, "latin-1", id="one accent in Latin-1"),
]


@pytest.mark.parametrize(("text", "encoding"), OTHERS)
@pytest.mark.parametrize("times", [1, 20])
def test_text_in_another_encoding_is_refused_or_doubted(text, encoding, times):
    try:
        confidence = decode(f"{text}\n".encode(encoding) * times, "a.txt").confidence
    except ReadError:
        confidence = 0.0

    assert confidence < 0.75


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["果园种下果树四万棵收获苹果三百吨", "The quick brown fox."], ids=["Chinese", "English"]
)
def test_utf_16_that_nothing_tells_from_other_bytes_is_refused_not_misread(encoding, text):
    assert refusal((text * 3).encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-7", "hz"])
def test_what_is_written_in_ascii_is_read_as_it_stands(encoding):
    data = SIMPLIFIED[:20].encode(encoding)

    assert decode(data, "a.txt") == ReadText(data.decode("ascii"), "utf-8")


# Two encodings in one file


def test_a_file_half_in_one_encoding_and_half_in_another_is_refused():
    assert refusal(SIMPLIFIED.encode() * 5 + SIMPLIFIED.encode("gb18030") * 5)


def test_a_word_in_another_encoding_is_damage():
    read = decode(SIMPLIFIED.encode() * 30 + "甲乙".encode("gbk") + SIMPLIFIED.encode(), "a.txt")

    assert (read.encoding, read.text[:4]) == ("utf-8", "为深入贯")
    assert 0.5 < read.confidence < 1


def test_big5_behind_gb18030_is_doubted():
    read = decode(SIMPLIFIED.encode("gb18030") * 3 + TRADITIONAL.encode("big5"), "a.txt")

    assert "\ue5fa" in read.text
    assert read.confidence < 0.9


@pytest.mark.parametrize(
    "english",
    [
        b"The quick brown fox. " * 100,
        pytest.param(
            b"The quick brown fox. " * 200,
        ),
    ],
    ids=["2100", "4200"],
)
def test_big5_behind_english_text_is_big5(english):
    assert decode(english + TRADITIONAL.encode("big5") * 5, "a.txt").encoding == "big5"
