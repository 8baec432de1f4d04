import struct

import pytest

from tests.rag.ingest.formats import word_xml as w
from tests.rag.ingest.formats.makers import Paragraph, seed_paragraphs
from tests.rag.ingest.formats.makers_docx import STYLES, Extras, docx_of
from tests.rag.ingest.formats.reading import headings, lines, marked, read, refusal

LAWS = [
    Paragraph("果园管理条例", 0),
    Paragraph("一、总则", 1),
    Paragraph("果园由镇里管理，大家都要爱护。"),
    Paragraph("（一）范围", 2),
    Paragraph("本条例说的是镇里的果园。\n不说别的。"),
    Paragraph("二、附则", 1),
    Paragraph("本条例从今天起施行。"),
]
TEXT = [line for paragraph in LAWS for line in paragraph.text.split("\n")]


def body(content: str, **parts: str) -> list[str]:
    return lines(read(w.word_of(content, **parts), ".docx"))


def marks(content: str, **parts: str) -> list[tuple[str, int, str]]:
    return marked(read(w.word_of(content, **parts), ".docx"))


# Whole documents


@pytest.mark.parametrize("style", [*STYLES, "linked numbers"])
@pytest.mark.parametrize("seed", ["000", "001", "004"])
def test_a_document_comes_back_whatever_its_headings_are_made_of(seed, style):
    paragraphs = seed_paragraphs(seed)

    found = read(docx_of(paragraphs, style), ".docx")

    assert lines(found) == [line for paragraph in paragraphs for line in paragraph.text.split("\n")]
    assert (found.encoding, found.confidence) == ("docx", 1.0)


@pytest.mark.parametrize("style", ["headings", "auto numbers", "linked numbers"])
def test_headings_have_the_levels_of_their_styles(style):
    assert headings(read(docx_of(LAWS, style), ".docx")) == [
        (p.level, p.text) for p in LAWS if p.level is not None
    ]


def test_headings_have_their_outline_levels():
    assert headings(read(docx_of(LAWS, "outline levels"), ".docx")) == [
        (p.level, p.text) for p in LAWS if p.level
    ]


def test_a_heading_by_hand_is_bold_at_most():
    assert marked(read(docx_of(LAWS, "plain"), ".docx")) == [
        ("bold", 0, "果园管理条例"),
        ("bold", 0, "（一）范围"),
    ]


def test_an_empty_document_has_no_text():
    found = read(w.word_of(""), ".docx")

    assert (found.text, found.markup) == ("", ())


@pytest.mark.parametrize("toc", ["field", "block"])
def test_a_table_of_contents_is_marked(toc):
    found = read(docx_of(LAWS, extras=Extras(toc=toc)), ".docx")

    contents = [words for kind, _, words in marked(found) if kind == "contents"]
    assert contents == ["一、总则\t1", "（一）范围\t1", "二、附则\t1"]
    assert lines(found) == ["目  录", *contents, *TEXT]
    assert headings(found) == headings(read(docx_of(LAWS), ".docx"))


def test_header_and_page_number_are_left_out():
    assert lines(read(docx_of(LAWS, extras=Extras(header="页眉", page_number=True)), ".docx")) == TEXT


# Styles


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("heading 1", 1),
        ("Heading 3", 3),
        ("heading 9", 9),
        ("标题 1", 1),
        ("标题2", 2),
        ("標題 3", 3),
        ("Title", 0),
        ("标题", 0),
        ("標題", 0),
    ],
)
def test_the_name_of_a_style_makes_a_heading(name, level):
    assert marks(w.paragraph("总则", "x1"), styles=w.style_of(name, "x1")) == [("heading", level, "总则")]


@pytest.mark.parametrize("name", ["Heading 10", "Heading", "heading 0", "标题 1 字符", "子标题", "正文"])
def test_another_name_makes_none(name):
    assert marks(w.paragraph("总则", "x1"), styles=w.style_of(name, "x1")) == []


def test_the_id_of_a_style_is_not_its_name():
    assert marks(w.paragraph("总则", "Heading 1"), styles=w.style_of("正文一", "Heading 1")) == []


def test_a_style_takes_after_the_ones_it_is_based_on():
    styles = (
        w.style_of("标题 2", "x2")
        + w.style_of("公文", "x3", base="x2")
        + w.style_of("公文甲", "x4", base="x3")
    )

    assert marks(w.paragraph("总则", "x4"), styles=styles) == [("heading", 2, "总则")]


def test_a_style_s_own_outline_level_comes_before_the_name_of_its_base():
    level = '<w:pPr><w:outlineLvl w:val="2"/></w:pPr>'
    styles = w.style_of("标题 1", "x1") + w.style_of("公文", "x2", base="x1", properties=level)

    assert marks(w.paragraph("总则", "x2"), styles=styles) == [("heading", 3, "总则")]


@pytest.mark.parametrize(
    ("level", "found"), [("0", [("heading", 1, "总则")]), ("8", [("heading", 9, "总则")]), ("9", [])]
)
def test_a_paragraph_s_own_outline_level_comes_first(level, found):
    own = f'<w:outlineLvl w:val="{level}"/>'

    assert marks(w.paragraph("总则", "Heading5", own)) == found


def test_styles_based_on_each_other_are_no_heading():
    styles = w.style_of("甲", base="乙") + w.style_of("乙", base="甲")

    assert marks(w.paragraph("总则", "甲"), styles=styles) == []


def test_a_style_that_is_not_there_is_no_heading():
    assert body(w.paragraph("总则", "无此")) == ["总则"]


@pytest.mark.parametrize("name", ["toc 1", "TOC 2", "目录 3", "目錄1"])
def test_a_line_of_contents_is_known_by_its_style(name):
    assert marks(w.paragraph("总则 1", "x1"), styles=w.style_of(name, "x1")) == [("contents", 0, "总则 1")]


@pytest.mark.parametrize(("length", "found"), [(120, ["heading"]), (121, [])])
def test_a_heading_is_not_longer_than_some_lines(length, found):
    assert [kind for kind, _, _ in marks(w.paragraph("长" * length, "Heading1"))] == found


def test_a_heading_without_words_is_no_heading():
    assert marks(w.paragraph("　 ", "Heading1") + w.paragraph("文")) == []


def test_a_heading_over_two_lines_is_one():
    assert marks(w.paragraph("第一章\n总则", "Heading1")) == [("heading", 1, "第一章\n总则")]


@pytest.mark.parametrize("off", ["0", "false", "off"])
def test_a_paragraph_is_bold_where_every_run_is(off):
    bold, plain = w.run("一、", "<w:b/>"), w.run("总则", f'<w:b w:val="{off}"/>')

    assert marks(w.paragraph_of(bold + w.run(" ") + w.run("总则", '<w:b w:val="1"/>'))) == [
        ("bold", 0, "一、 总则")
    ]
    assert marks(w.paragraph_of(bold + plain)) == []


@pytest.mark.parametrize(
    "content",
    [w.paragraph("总则", "粗"), w.paragraph("总则", run_properties='<w:rStyle w:val="粗字"/>')],
    ids=["of the paragraph", "of the run"],
)
def test_a_paragraph_is_bold_by_its_style(content):
    bold = "<w:rPr><w:b/></w:rPr>"
    styles = w.style_of("粗", properties=bold) + w.style_of("粗字", properties=bold, kind="character")

    assert marks(content, styles=styles) == [("bold", 0, "总则")]


# What stands in a paragraph


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(w.run("甲") + w.run("乙"), ["甲乙"], id="runs"),
        pytest.param(w.run("甲\n乙"), ["甲", "乙"], id="a soft break"),
        pytest.param("<w:r><w:t>甲</w:t><w:cr/><w:t>乙</w:t></w:r>", ["甲", "乙"], id="a carriage return"),
        pytest.param("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>", ["甲\t乙"], id="a tab"),
        pytest.param(
            '<w:r><w:t>甲</w:t><w:br w:type="page"/><w:t>乙</w:t></w:r>', ["甲乙"], id="a page break"
        ),
        pytest.param("<w:r><w:t>4</w:t><w:noBreakHyphen/><w:t>5</w:t></w:r>", ["4-5"], id="a hyphen"),
        pytest.param(f'<w:hyperlink w:anchor="x">{w.run("甲")}</w:hyperlink>', ["甲"], id="a link"),
        pytest.param(f"<w:smartTag>{w.run('甲')}</w:smartTag>", ["甲"], id="a smart tag"),
        pytest.param(
            "<w:sdt><w:sdtContent><w:r><w:t>甲</w:t></w:r></w:sdtContent></w:sdt>", ["甲"], id="a control"
        ),
        pytest.param(f'<w:fldSimple w:instr="DATE">{w.run("甲")}</w:fldSimple>', ["甲"], id="a field"),
        pytest.param(w.run(" DATE ", tag="instrText") + w.run("甲"), ["甲"], id="a field's code"),
        pytest.param("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>", ["x=1"], id="a formula"),
        pytest.param(
            "<w:r><w:ruby><w:rt><w:r><w:t>pīn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r></w:rubyBase>"
            "</w:ruby></w:r>",
            ["拼"],
            id="ruby",
        ),
        pytest.param(
            f"<w:ins>{w.run('甲')}</w:ins><w:del>{w.run('乙', tag='delText')}</w:del>", ["甲"], id="changes"
        ),
        pytest.param(
            f"<w:moveTo>{w.run('甲')}</w:moveTo><w:moveFrom>{w.run('乙')}</w:moveFrom>", ["甲"], id="moves"
        ),
        pytest.param(w.run("甲") + w.run("乙", "<w:vanish/>"), ["甲"], id="hidden"),
        pytest.param(w.run("甲", '<w:vanish w:val="0"/>'), ["甲"], id="not hidden"),
        pytest.param(w.run("甲&<乙>"), ["甲&<乙>"], id="entities"),
        pytest.param(
            "<mc:AlternateContent><mc:Choice Requires='x'><w:r><w:t>甲</w:t></w:r></mc:Choice>"
            "<mc:Fallback><w:r><w:t>乙</w:t></w:r></mc:Fallback></mc:AlternateContent>",
            ["甲"],
            id="alternatives",
        ),
        pytest.param(
            w.run("甲", '<w:rStyle w:val="藏"/>') + w.run("乙"),
            ["乙"],
            id="hidden by a style",
        ),
        pytest.param(
            "<w:r><w:t>甲<!-- 注 -->乙</w:t></w:r>",
            ["甲乙"],
            id="an XML comment",
        ),
    ],
)
def test_the_words_of_a_paragraph(content, text):
    hidden = w.style_of("藏", properties="<w:rPr><w:vanish/></w:rPr>", kind="character")

    assert body(w.paragraph_of(content), styles=hidden) == text


def test_deletions_and_hidden_text_are_gone_and_insertions_stay():
    extras = Extras(deleted="删去", inserted="加上", hidden="藏起")

    assert lines(read(docx_of(LAWS, extras=extras), ".docx"))[2] == "果园由镇里管理，大家都要爱护。加上"


def test_paragraphs_with_a_deleted_mark_between_them_are_one():
    content = w.paragraph("甲", properties='<w:rPr><w:del w:id="1"/></w:rPr>') + w.paragraph("乙")

    assert body(content) == ["甲乙"]


def test_paragraphs_in_content_controls_and_insertions_are_found():
    inner = f"<w:sdt><w:sdtContent>{w.paragraph('乙')}</w:sdtContent></w:sdt>"
    content = f"{w.paragraph('甲')}<w:sdt><w:sdtContent>{inner}{w.paragraph('丙')}</w:sdtContent></w:sdt>"

    assert body(f"{content}<w:customXml>{w.paragraph('丁')}</w:customXml>") == ["甲", "乙", "丙", "丁"]


def test_white_space_at_the_ends_of_a_paragraph_is_left_out():
    assert body(w.paragraph(" \t甲 乙\n ")) == ["甲 乙"]


# Notes and text boxes


def test_a_footnote_follows_its_paragraph():
    extras = Extras(footnote="见县志。")

    assert lines(read(docx_of(LAWS, extras=extras), ".docx"))[2:4] == [TEXT[2], "见县志。"]


def test_a_footnote_stands_once_and_in_one_line():
    notes = '<w:footnote w:id="1">' + w.paragraph("注") + w.paragraph("又") + "</w:footnote>"
    content = w.paragraph_of(w.run("甲") + w.note_reference() + w.note_reference()) + w.paragraph("乙")

    assert body(content, footnotes=notes) == ["甲", "注 又", "乙"]


def test_a_footnote_that_is_not_there_is_nothing():
    assert body(w.paragraph_of(w.run("甲") + w.note_reference(7)), footnotes=w.footnote("注")) == ["甲"]


def test_a_footnote_whose_mark_was_deleted_is_gone():
    content = w.paragraph_of(w.run("甲") + f"<w:del>{w.note_reference()}</w:del>")

    assert body(content, footnotes=w.footnote("注")) == ["甲"]


def test_a_text_box_stands_once_behind_its_paragraph():
    assert lines(read(docx_of(LAWS, extras=Extras(text_box="框里的话")), ".docx"))[2:4] == [
        TEXT[2],
        "框里的话",
    ]


def test_the_paragraphs_of_a_text_box_are_paragraphs():
    box = w.text_box(w.paragraph("总则", "Heading1") + w.paragraph("文"))

    assert body(w.paragraph_of(w.run("甲") + box)) == ["甲", "总则", "文"]
    assert marks(w.paragraph_of(box)) == [("heading", 1, "总则")]


def test_a_text_box_in_a_text_box_stands_once():
    inner = w.paragraph_of(w.run("内") + w.text_box(w.paragraph("心")))

    assert body(w.paragraph_of(w.run("外") + w.text_box(inner))) == ["外", "内", "心"]


def test_a_hidden_text_box_is_gone():
    assert body(w.paragraph_of(w.run("甲") + w.text_box(w.paragraph("框"), "<w:vanish/>"))) == ["甲"]


# Tables


def test_a_table_has_a_row_a_line():
    found = read(docx_of(LAWS, extras=Extras(table=[["名称", "数量"], ["苹果", "三百吨"]])), ".docx")

    assert lines(found)[2:5] == [TEXT[2], "名称 | 数量", "苹果 | 三百吨"]
    assert [(kind, words) for kind, _, words in marked(found) if kind in ("header", "row")] == [
        ("header", "名称 | 数量"),
        ("row", "苹果 | 三百吨"),
    ]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        pytest.param([("甲", ""), ("", "")], ["甲 |"], id="empty cells"),
        pytest.param([("甲", "", "丙")], ["甲 |  | 丙"], id="an empty cell between"),
        pytest.param([(w.paragraph("甲") + w.paragraph("乙"), "丙")], ["甲 乙 | 丙"], id="two paragraphs"),
        pytest.param([("甲\n乙", "丙")], ["甲 乙 | 丙"], id="a soft break"),
        pytest.param(
            [(w.cell("甲", '<w:gridSpan w:val="2"/>'),), ("乙", "丙")], ["甲", "乙 | 丙"], id="merged across"
        ),
        pytest.param(
            [
                (w.cell("甲", '<w:vMerge w:val="restart"/>'), "乙"),
                (w.cell("", "<w:vMerge/>"), "丙"),
            ],
            ["甲 | 乙", "甲 | 丙"],
            id="merged down",
        ),
        pytest.param(
            [(w.table(("内", "里")) + w.paragraph("外"), "右")], ["内 里 外 | 右"], id="a table in a cell"
        ),
        pytest.param([("总则",), ("文",)], ["总则", "文"], id="one column"),
        pytest.param(
            [(w.table(("内", "里")) + w.paragraph("外"),)], ["内 | 里", "外"], id="a table in a frame"
        ),
        pytest.param(
            [(w.paragraph_of(w.run("2024") + w.run("年") + w.run("5") + w.run("月")), "丙")],
            ["2024年5月 | 丙"],
            id="several runs",
        ),
        pytest.param(
            [(w.paragraph_of(w.text_box(w.paragraph("框"))), "丙")],
            ["框 | 丙"],
            id="a text box",
        ),
    ],
)
def test_the_rows_of_a_table(rows, text):
    assert body(w.table(*rows) + w.paragraph("后")) == [*text, "后"]


def test_a_footnote_in_a_table_is_kept():
    cell = w.paragraph_of(w.run("甲") + w.note_reference())

    assert "注" in body(w.table((cell, "乙")) + w.paragraph("后"), footnotes=w.footnote("注"))


def test_headings_in_a_table_of_one_column_are_headings():
    assert marks(w.table((w.paragraph("总则", "Heading1"),), ("文",))) == [("heading", 1, "总则")]


def test_headings_in_a_table_are_not():
    assert marks(w.table((w.paragraph("总则", "Heading1"), "文"))) == [("row", 0, "总则 | 文")]


# Files that are none


def test_an_old_or_locked_document_is_refused_with_advice():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)

    assert refusal(data, ".docx") == (
        "it has a password, or is an old .doc: save it as .docx without a password"
    )


WHOLE = w.word_of(w.paragraph("甲") + w.paragraph("乙"))


@pytest.mark.parametrize(
    "data",
    [b"", b"garbage" * 100, b"<html>", WHOLE[: len(WHOLE) // 2], WHOLE[:-10]],
    ids=["nothing", "garbage", "HTML", "half of it", "the end cut off"],
)
def test_what_is_no_zip_is_refused(data):
    assert refusal(data, ".docx").startswith("it is no whole .docx: ")


def test_what_unfolds_to_too_much_is_refused_before_it_is_unfolded():
    bomb = w.changed(WHOLE, "word/media/a.bin", lambda _: bytes(3_000_000))
    assert len(bomb) < 100_000

    assert refusal(bomb, ".docx", inflated_mb=1).startswith("it unfolds to ")
    assert lines(read(bomb, ".docx", inflated_mb=4)) == ["甲", "乙"]


def test_a_zip_of_too_many_parts_is_refused():
    bomb = w.zip_of({f"word/{number}.xml": b"" for number in range(2001)})

    assert refusal(bomb, ".docx").startswith("it unfolds to 2001 parts ")


def test_what_unfolds_to_more_than_it_says_is_not_unfolded():
    data = w.changed(WHOLE, w.DOCUMENT, lambda xml: xml.replace("甲".encode(), "甲".encode() * 500_000))
    lying = _with_size(data, w.DOCUMENT, 1000)

    assert "Bad CRC-32" in refusal(lying, ".docx", inflated_mb=1)


def _with_size(data: bytes, part: str, size: int) -> bytes:
    """Return a zip file whose directory gives another size for one part."""
    written = bytearray(data)
    place = data.rindex(part.encode()) - 46  # the name stands behind 46 bytes of its entry
    assert data[place : place + 4] == b"PK\x01\x02"
    struct.pack_into("<I", written, place + 24, size)
    return bytes(written)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(w.zip_of({}), id="an empty zip"),
        pytest.param(w.zip_of({"a.txt": "甲".encode()}), id="another zip"),
        pytest.param(w.changed(WHOLE, w.DOCUMENT, lambda _: None), id="no body"),
        pytest.param(w.changed(WHOLE, w.DOCUMENT, lambda xml: xml[:-20]), id="XML cut off"),
        pytest.param(w.changed(WHOLE, w.DOCUMENT, lambda _: b"<x/>"), id="other XML"),
        pytest.param(w.changed(WHOLE, w.STYLES, lambda xml: xml[:-20]), id="broken styles"),
        pytest.param(
            w.changed(
                WHOLE, "[Content_Types].xml", lambda xml: xml.replace(b"wordprocessingml.document", b"sheet")
            ),
            id="a spreadsheet",
        ),
        pytest.param(
            w.changed(WHOLE, "_rels/.rels", lambda xml: xml.replace(b"schemas.openxmlformats", b"purl.oclc")),
            id="Strict Open XML",
        ),
    ],
)
def test_a_zip_that_is_no_document_is_refused_with_a_reason(data):
    assert refusal(data, ".docx")


def test_a_picture_that_is_missing_takes_no_text_with_it():
    missing = b'<Relationship Id="rIdX" Type="http://x/image" Target="NULL"/></Relationships>'
    data = w.changed(
        WHOLE, "word/_rels/document.xml.rels", lambda xml: xml.replace(b"</Relationships>", missing)
    )

    assert lines(read(data, ".docx")) == ["甲", "乙"]


@pytest.mark.parametrize(
    "properties", ['<w:outlineLvl w:val="x"/>', '<w:numPr><w:ilvl w:val=""/><w:numId w:val="1"/></w:numPr>']
)
def test_a_property_that_makes_no_sense_is_passed_over(properties):
    assert body(w.paragraph("甲", properties=properties)) == ["甲"]


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        ('<!ENTITY x "哈哈">', "&x;"),
        ('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"),
        (f'<!ENTITY l0 "哈哈">{LAUGHS}', "&l1;"),
    ],
    ids=["of words", "of a file", "of entities"],
)
def test_entities_are_not_unfolded(declared, used):
    def change(xml: bytes) -> bytes:
        return f"<!DOCTYPE d [{declared}]>".encode() + xml.replace("甲".encode(), f"甲{used}".encode())

    assert lines(read(w.changed(WHOLE, w.DOCUMENT, change), ".docx")) == ["甲", "乙"]


def test_a_billion_laughs_are_stopped():
    def change(xml: bytes) -> bytes:
        return f'<!DOCTYPE d [<!ENTITY l0 "哈哈">{LAUGHS}]>'.encode() + xml.replace("甲".encode(), b"&l9;")

    assert "amplification" in refusal(w.changed(WHOLE, w.DOCUMENT, change), ".docx")


def test_bytes_before_the_zip_are_no_matter():
    assert lines(read(b"junk" * 10 + WHOLE, ".docx")) == ["甲", "乙"]


@pytest.mark.timeout(30)
def test_tables_thirty_deep_are_read():
    inner = w.paragraph("心")
    for _ in range(30):
        inner = w.table((inner + w.paragraph("左"), "右"))

    assert body(inner)[0].startswith("心 ")
