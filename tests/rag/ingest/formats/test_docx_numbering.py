import pytest

from rag.ingest.formats.docx_numbering import numeral
from tests.rag.ingest.formats import word_xml as w
from tests.rag.ingest.formats.reading import lines, marked, read

LAW = w.levels_of(
    "chineseCountingThousand|%1、",
    "chineseCounting|（%2）",
    "decimal|%3.",
    "decimalEnclosedCircle|%4",
    "upperRoman|%5.",
    "lowerLetter|%6)",
)
MANUAL = w.levels_of("decimal|%1.", "decimal|%1.%2", "decimal|%1.%2.%3")


def labels(content: str, numbering: str = MANUAL, lists: str = "", styles: str = "") -> list[str]:
    """Return the lines of a document whose first list uses the first definition."""
    data = w.word_of(content, styles=styles, numbering=f"{numbering}{w.list_of()}{lists}")
    return lines(read(data, ".docx"))


def counted(*levels: int, numbering: str = MANUAL) -> list[str]:
    """Return the numbers of empty-looking paragraphs of those levels."""
    text = "".join(w.numbered("x", level) for level in levels)
    return [line.removesuffix("x").strip() for line in labels(text, numbering)]


# Numerals


@pytest.mark.parametrize(
    ("kind", "numerals"),
    [
        ("decimal", {1: "1", 12: "12", 105: "105"}),
        ("decimalZero", {1: "01", 12: "12", 105: "105"}),
        ("chineseCounting", {0: "0", 1: "一", 10: "十", 11: "十一", 20: "二十", 21: "二十一", 99: "九十九"}),
        ("chineseCountingThousand", {100: "一百", 105: "一百零五", 110: "一百一十", 1001: "一千零一"}),
        ("taiwaneseCountingThousand", {10: "十", 1010: "一千零一十", 9999: "九千九百九十九", 10000: "10000"}),
        ("japaneseCounting", {3: "三", 12: "十二"}),
        ("ideographDigital", {1: "一", 10: "一〇", 205: "二〇五"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "甲"}),
        ("ideographZodiac", {1: "子", 12: "亥", 13: "子"}),
        ("decimalEnclosedCircle", {1: "①", 10: "⑩", 20: "⑳", 21: "21"}),
        ("upperRoman", {1: "I", 4: "IV", 9: "IX", 14: "XIV", 40: "XL", 1999: "MCMXCIX"}),
        ("lowerRoman", {3: "iii", 90: "xc", 400: "cd"}),
        ("upperLetter", {1: "A", 26: "Z", 27: "AA", 53: "AAA"}),
        ("lowerLetter", {2: "b", 28: "bb"}),
        ("none", {1: "", 12: ""}),
        ("noSuchKind", {3: "3"}),
    ],
)
def test_a_numeral(kind, numerals):
    assert {number: numeral(number, kind) for number in numerals} == numerals


@pytest.mark.parametrize(
    ("kind", "numerals"),
    [
        ("decimalEnclosedCircleChinese", {1: "①", 10: "⑩"}),
        ("chineseLegalSimplified", {1: "壹", 2: "贰", 11: "壹拾壹"}),
        ("ideographLegalTraditional", {1: "壹", 2: "貳", 10: "壹拾"}),
        ("decimalFullWidth", {1: "１", 12: "１２"}),
        ("decimalEnclosedParen", {1: "⑴", 20: "⒇"}),
        ("decimalEnclosedFullstop", {1: "⒈", 20: "⒛"}),
        ("ideographEnclosedCircle", {1: "㊀", 10: "㊉"}),
        ("ordinal", {1: "1st", 2: "2nd", 11: "11th"}),
    ],
)
def test_a_numeral_that_word_writes_otherwise(kind, numerals):
    assert {number: numeral(number, kind) for number in numerals} == numerals


@pytest.mark.parametrize("kind", ["upperRoman", "lowerLetter"])
def test_a_number_of_millions_is_not_written_in_thousands_of_letters(kind):
    assert len(numeral(3_000_000, kind)) < 100


# Labels


def test_every_level_has_its_own_shape():
    text = "".join(w.numbered(f"第{level}层", level) for level in range(6))

    assert labels(text, LAW) == ["一、第0层", "（一）第1层", "1. 第2层", "① 第3层", "I. 第4层", "a)第5层"]


def test_the_numbers_of_the_levels_above_stand_in_a_label():
    assert counted(0, 1, 1, 0, 1, 2, 2, 1) == ["1.", "1.1", "1.2", "2.", "2.1", "2.1.1", "2.1.2", "2.2"]


def test_a_deeper_level_begins_anew_below_every_higher_one():
    assert counted(0, 1, 1, 0, 1, numbering=LAW) == ["一、", "（一）", "（二）", "二、", "（一）"]


def test_a_level_above_that_was_not_used_counts_as_begun():
    assert counted(1, 1) == ["1.1", "1.2"]


@pytest.mark.parametrize(
    ("shape", "line"),
    [
        ("%1.", "1. 文"),
        ("%1", "1 文"),
        ("第%1章", "第1章 文"),
        ("%1、", "1、文"),
        ("（%1）", "（1）文"),
        ("附件：", "附件：文"),
    ],
)
def test_a_blank_stands_only_where_the_words_would_run_together(shape, line):
    assert labels(w.numbered("文"), w.levels_of(f"decimal|{shape}")) == [line]


def test_a_list_may_begin_at_another_number():
    level = w.levels_of("chineseCounting|%1、").replace('<w:start w:val="1"/>', '<w:start w:val="5"/>')

    assert labels(w.numbered("甲") + w.numbered("乙"), level) == ["五、甲", "六、乙"]


def test_a_list_without_numbers_in_its_shape_has_its_words():
    assert labels(w.numbered("甲"), w.levels_of("none|附件：")) == ["附件：甲"]


@pytest.mark.parametrize("number", [0, 9], ids=["switched off", "not there"])
def test_a_paragraph_of_no_list_has_no_number(number):
    assert labels(w.numbered("甲", number=number)) == ["甲"]


def test_a_level_may_have_all_numbers_in_digits():
    levels = w.levels_of("chineseCounting|第%1章", "decimal|%1.%2|<w:isLgl/>")

    assert labels(w.numbered("总则") + w.numbered("范围", 1), levels) == ["第一章 总则", "1.1 范围"]


# Where counting begins anew


def test_lists_of_one_definition_count_on():
    lists = w.list_of(2)

    assert labels(w.numbered("甲") + w.numbered("乙", number=2) + w.numbered("丙"), lists=lists) == [
        "1. 甲",
        "2. 乙",
        "3. 丙",
    ]


def test_a_list_that_is_begun_anew_counts_from_there():
    lists = w.list_of(2, starts={0: 1}) + w.list_of(3, starts={0: 7})
    text = "".join(w.numbered("x", number=number) for number in (1, 1, 2, 2, 3))

    assert labels(text, lists=lists) == ["1. x", "2. x", "1. x", "2. x", "7. x"]


def test_definitions_count_for_themselves():
    lists = w.list_of(2, id_=1)
    numbering = MANUAL + w.levels_of("chineseCounting|%1、", id_=1)
    text = "".join(w.numbered("x", number=number) for number in (1, 2, 1, 2))

    assert labels(text, numbering, lists) == ["1. x", "一、x", "2. x", "二、x"]


def test_a_list_may_have_levels_of_its_own():
    level = (
        '<w:lvlOverride w:ilvl="0"><w:lvl w:ilvl="0"><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1)"/>'
    )
    own = w.list_of(2).replace("</w:num>", f"{level}</w:lvl></w:lvlOverride></w:num>")

    assert labels(w.numbered("甲", number=2), lists=own) == ["A)甲"]


def test_an_inner_level_begun_anew_keeps_the_number_above():
    text = w.numbered("甲") + w.numbered("乙") + w.numbered("丙", 1, 2)

    assert labels(text, lists=w.list_of(2, starts={1: 1})) == ["1. 甲", "2. 乙", "2.1 丙"]


def test_a_level_may_count_through():
    levels = w.levels_of("chineseCounting|第%1章", 'decimal|第%2条|<w:lvlRestart w:val="0"/>')
    text = "".join(w.numbered("x", level) for level in (0, 1, 1, 0, 1))

    assert labels(text, levels) == ["第一章 x", "第1条 x", "第2条 x", "第二章 x", "第3条 x"]


# What is counted


def test_an_empty_paragraph_is_counted_and_not_shown():
    assert labels(w.numbered("甲") + w.numbered("") + w.numbered("乙")) == ["1. 甲", "3. 乙"]


def test_a_paragraph_between_does_not_stop_the_count():
    assert labels(w.numbered("甲") + w.paragraph("文") + w.numbered("乙")) == ["1. 甲", "文", "2. 乙"]


@pytest.mark.parametrize("gone", ["del", "vanish"])
def test_a_paragraph_that_is_gone_is_not_counted(gone):
    mark = f"<w:rPr><w:{gone}/></w:rPr>"
    inner = f"<w:del>{w.run('乙', tag='delText')}</w:del>" if gone == "del" else w.run("乙", "<w:vanish/>")
    text = w.numbered("甲") + w.paragraph_of(inner, properties=w.number_of(1) + mark) + w.numbered("丙")

    assert labels(text) == ["1. 甲", "2. 丙"]


def test_the_numbers_in_a_table_are_kept_and_counted():
    table = w.table((w.numbered(""), "张三"), (w.numbered(""), "李四"))

    assert labels(table + w.numbered("后")) == ["1. | 张三", "2. | 李四", "3. 后"]


# Styles that number


def numbering_style(properties: str) -> str:
    return w.style_of("条", properties=f"<w:pPr>{properties}</w:pPr>")


def test_a_style_may_give_the_number():
    text = w.paragraph("甲", "条") + w.paragraph("乙", "条")

    assert labels(text, styles=numbering_style(w.number_of(1))) == ["1. 甲", "2. 乙"]


def test_a_style_may_have_the_number_from_its_base():
    styles = numbering_style(w.number_of(1, 1)) + w.style_of("款", base="条")

    assert labels(w.numbered("甲") + w.paragraph("乙", "款"), styles=styles) == ["1. 甲", "1.1 乙"]


def test_a_paragraph_s_own_number_comes_before_its_style_s():
    style = numbering_style(w.number_of(1))

    assert labels(w.paragraph("甲", "条", w.number_of(0)) + w.paragraph("乙", "条"), styles=style) == [
        "甲",
        "1. 乙",
    ]


def test_a_heading_with_a_number_is_a_heading_with_its_number():
    text = w.paragraph("总则", "Heading1", w.number_of(1))
    found = read(w.word_of(text, numbering=LAW + w.list_of()), ".docx")

    assert marked(found) == [("heading", 1, "一、总则")]


def test_a_style_has_the_level_that_names_it():
    levels = w.levels_of("decimal|%1.", 'decimal|%1.%2|<w:pStyle w:val="条"/>')

    assert labels(
        w.numbered("甲") + w.paragraph("乙", "条"), levels, styles=numbering_style(w.number_of(1, None))
    ) == ["1. 甲", "1.1 乙"]


def test_a_definition_may_be_that_of_a_style():
    link = '<w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="单"/></w:abstractNum>'
    style = w.style_of("单", properties=f"<w:pPr>{w.number_of(1)}</w:pPr>", kind="numbering")

    assert labels(w.numbered("甲", number=2), MANUAL + link, w.list_of(2, id_=5), style) == ["1. 甲"]


# Bullets and items

BULLETS = w.levels_of("bullet|●", "bullet|○")


def test_a_bullet_makes_an_item_and_leaves_no_mark():
    found = read(w.word_of(w.numbered("甲") + w.numbered("乙", 1), numbering=BULLETS + w.list_of()), ".docx")

    assert marked(found) == [("item", 1, "甲"), ("item", 2, "乙")]


def test_a_heading_with_a_bullet_is_a_heading():
    text = w.paragraph("总则", "Heading1", w.number_of(1))

    assert marked(read(w.word_of(text, numbering=BULLETS + w.list_of()), ".docx")) == [("heading", 1, "总则")]


def test_an_item_has_the_depth_of_its_style():
    data = w.word_of(
        w.paragraph("甲", "条"), numbering=BULLETS + w.list_of(), styles=numbering_style(w.number_of(1, 1))
    )

    assert marked(read(data, ".docx")) == [("item", 2, "甲")]


def test_a_number_makes_an_item_only_where_styles_make_the_headings():
    items = w.numbered("甲") + w.numbered("乙")
    heads = w.paragraph("总则", "Heading1") + w.paragraph("附则", "Heading1")
    numbering = MANUAL + w.list_of()

    assert marked(read(w.word_of(items, numbering=numbering), ".docx")) == []
    assert [
        (kind, words)
        for kind, _, words in marked(read(w.word_of(heads + items, numbering=numbering), ".docx"))
    ] == [("heading", "总则"), ("heading", "附则"), ("item", "1. 甲"), ("item", "2. 乙")]


@pytest.mark.parametrize(
    "numbering",
    [
        "",
        w.list_of(1, id_=7),
        "<w:num w:numId='1'/>",
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"/></w:abstractNum>' + w.list_of(),
    ],
    ids=["no lists", "no definition", "an empty list", "an empty level"],
)
def test_a_numbering_part_with_something_missing(numbering):
    data = w.word_of(w.numbered("甲"), numbering=numbering or " ")

    assert lines(read(data, ".docx")) == ["甲"]


def test_a_document_without_a_numbering_part():
    data = w.changed(w.word_of(w.numbered("甲")), w.NUMBERING, lambda _: None)
    for part in ("word/_rels/document.xml.rels", "[Content_Types].xml"):
        data = w.changed(data, part, lambda xml: xml.replace(b"umbering", b"o-such-thing"))

    assert lines(read(w.changed(data, "word/no-such-thing.xml", lambda _: b"<x/>"), ".docx")) == ["甲"]
