import io

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from rag.ingest.formats.pdf_layout import Line, typeset
from rag.ingest.formats.pdf_pages import read_pages
from tests.rag.ingest.formats.makers import Paragraph, seed_paragraphs
from tests.rag.ingest.formats.makers_pdf import (
    FONT,
    MARGIN,
    SIZE,
    STYLES,
    TOP,
    Style,
    locked_pdf,
    pdf_of,
    scan_pdf,
)
from tests.rag.ingest.formats.pdf_lines import drawn, line, set_lines
from tests.rag.ingest.formats.reading import HAN, headings, lines, marked, read, refusal

SCAN = "its pages hold pictures and no text (a scan?): run text recognition (OCR) on it"
BY_SIZE: tuple[Style, ...] = ("sizes", "columns", "bookmarks")


def book() -> list[Paragraph]:
    """Return a document of some pages: every paragraph of another length, all of Han characters."""
    paragraphs = [Paragraph("果园总结", 0)]
    for chapter, number in enumerate("一二三"):
        paragraphs.append(Paragraph(f"{number}、果园的第{number}件事", 1))
        for section, inner in enumerate("甲乙"):
            paragraphs.append(Paragraph(f"（{inner}）种树的{number}章{inner}节", 2))
            start = 11 * chapter + 5 * section
            paragraphs += [
                Paragraph(f"{HAN[start + 7 * i : start + 7 * i + 120 + 13 * i]}。") for i in range(4)
            ]
    return paragraphs


BOOK = book()


def canvas() -> tuple[Canvas, io.BytesIO]:
    stream = io.BytesIO()
    return Canvas(stream, invariant=1), stream


# Whole documents


@pytest.mark.parametrize("style", STYLES)
def test_the_paragraphs_of_a_book_come_back_without_its_furniture(style):
    found = read(pdf_of(BOOK, style), ".pdf")

    assert lines(found) == [paragraph.text for paragraph in BOOK]
    assert (found.encoding, found.confidence) == ("pdf", 1.0)


@pytest.mark.parametrize("style", BY_SIZE)
def test_the_headings_of_a_book_are_found_with_their_levels(style):
    found = headings(read(pdf_of(BOOK, style), ".pdf"))

    assert found == [(p.level + 1, p.text) for p in BOOK if p.level is not None]


@pytest.mark.parametrize("style", ["flat", "indented"])
def test_without_sizes_nothing_is_a_heading(style):
    assert marked(read(pdf_of(BOOK, style), ".pdf")) == []


@pytest.mark.parametrize("style", BY_SIZE)
@pytest.mark.parametrize("seed", ["000", "004"])
def test_a_real_document_comes_back(seed, style):
    paragraphs = seed_paragraphs(seed)

    assert lines(read(pdf_of(paragraphs, style), ".pdf")) == [p.text.replace("\n", "") for p in paragraphs]


@pytest.mark.parametrize("style", STYLES)
def test_no_word_of_a_real_document_is_lost(style):
    paragraphs = seed_paragraphs("004")
    text = read(pdf_of(paragraphs, style), ".pdf").text

    assert "".join(text.split()).replace("思想政治工作材料汇编", "") == "".join(
        "".join(p.text for p in paragraphs).split()
    )


def test_bookmarks_come_before_sizes():
    stream = io.BytesIO()
    page = Canvas(stream, invariant=1)
    for place, words in enumerate(("甲章", "乙章", "丙章")):
        page.bookmarkPage(words)
        page.addOutlineEntry(words, words, 0)
        page.setFont(FONT, SIZE)
        page.drawString(MARGIN, TOP - 100 * place, words)
        page.setFont(FONT, 16)
        page.drawString(MARGIN, TOP - 100 * place - 40, f"{words}里的大字")
    page.save()

    assert headings(read(stream.getvalue(), ".pdf")) == [(1, "甲章"), (1, "乙章"), (1, "丙章")]


# Files that are refused


def test_a_scan_without_text_is_refused():
    assert refusal(scan_pdf(), ".pdf") == SCAN


def test_empty_pages_are_refused():
    assert refusal(drawn([[], []]), ".pdf") == SCAN


def test_a_password_is_told():
    assert refusal(locked_pdf(), ".pdf") == "it is protected by a password"


def test_a_lock_against_changes_alone_is_no_matter():
    stream = io.BytesIO()
    page = Canvas(stream, encrypt=StandardEncryption("", ownerPassword="x", canModify=0))
    page.setFont(FONT, SIZE)
    page.drawString(MARGIN, TOP, "可以读")
    page.save()

    assert lines(read(stream.getvalue(), ".pdf")) == ["可以读"]


@pytest.mark.parametrize(("pages", "limit"), [(3, 2), (2, 1)])
def test_more_pages_than_the_limit_are_refused(pages, limit):
    data = drawn([[line(HAN[number])] for number in range(pages)])

    assert refusal(data, ".pdf", pages=limit) == (
        f"it has {pages} pages, at most {limit} are read (YINJU_MAX_PAGES)"
    )
    assert HAN[1] in read(data, ".pdf", pages=pages).text


def test_pages_that_are_only_claimed_count_as_well():
    claim = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 1000000>>"
    )

    assert refusal(claim + b"endobj trailer<</Root 1 0 R>>", ".pdf").startswith("it has 1000000 pages")


WHOLE = pdf_of(BOOK[:5])


@pytest.mark.parametrize(
    "data",
    [b"", b"garbage" * 100, b"<html></html>", WHOLE[:200], WHOLE[: len(WHOLE) // 2], b"%PDF-1.7\n%%EOF"],
    ids=["nothing", "garbage", "HTML", "the beginning", "half of it", "a head and a foot"],
)
def test_what_is_no_whole_pdf_is_refused(data):
    assert refusal(data, ".pdf").startswith("it is no whole PDF (")


@pytest.mark.parametrize(
    "data", [WHOLE[:-10], b"junk\n" * 10 + WHOLE], ids=["the end cut off", "junk before"]
)
def test_a_little_damage_is_put_up_with(data):
    assert read(data, ".pdf") == read(WHOLE, ".pdf")


def test_pages_that_hold_themselves_are_refused():
    pages = b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 2>>endobj trailer<</Root 1 0 R>>"

    assert refusal(b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj " + pages, ".pdf") == SCAN


def test_a_damaged_page_leaves_the_others():
    data = drawn([[line("甲页")], [line("乙页")], [line("丙页")]])
    first = data.index(b"/Type /Page\n") if b"/Type /Page\n" in data else data.index(b"/Type /Page ")

    found = read(data[:first] + data[first:].replace(b"/Type /Page", b"/Type /Pxge", 1), ".pdf")

    assert "丙页" in found.text


def test_characters_that_stand_for_nothing_are_refused():
    data = drawn([[line("".join(map(chr, range(0xE000, 0xE030))))]])

    assert refusal(data, ".pdf").startswith("its fonts do not say which characters they show")


def test_some_characters_that_stand_for_nothing_lower_the_confidence():
    found = read(drawn([[line(f"{HAN[:20]}\ue000\ue001")]]), ".pdf")

    assert 0.8 <= found.confidence < 1


# What stands on a page


def page_of(*made: Line) -> list[str]:
    return lines(read(drawn([made]), ".pdf"))


def test_a_paragraph_over_a_page_break_is_one():
    text = f"{HAN[:112]}{HAN[200:260]}。"
    made = set_lines(text)

    assert lines(read(drawn([made[:3], [line(made[3].text), line(made[4].text, 1)]]), ".pdf")) == [text]


def test_a_title_over_two_lines_is_one_heading():
    title = [line("关于加强果园基层建设的", 0, size=22), line("若干意见", 1.7, size=22, left=200)]

    assert headings(read(drawn([[*title, *set_lines(HAN[:120], 5)]]), ".pdf")) == [
        (1, "关于加强果园基层建设的若干意见")
    ]


def test_the_cells_of_a_row_stand_in_one_line():
    rows = [
        line(words, 6 + row, left=MARGIN + 120 * column)
        for row, cells in enumerate((("名称", "数量"), ("苹果", "300"), ("梨子", "200")))
        for column, words in enumerate(cells)
    ]

    assert page_of(*set_lines(f"{HAN[:100]}。"), *rows) == [
        f"{HAN[:100]}。",
        "名称 数量",
        "苹果 300",
        "梨子 200",
    ]


def test_a_page_number_alone_is_no_text():
    found = read(drawn([[line("- 3 -", bottom=45)]]), ".pdf")

    assert (found.text, found.markup) == ("", ())


@pytest.mark.parametrize(
    ("spaced", "text"),
    [
        ("果 园 去 年 种 下 果 树", "果园去年种下果树"),
        ("果　园　去　年　种　下　果　树", "果园去年种下果树"),
        ("目    录", "目 录"),
        ("张 三 李 四", "张 三 李 四"),
        ("果 园 去 年 种 了 4 万 棵 树", "果园去年种了 4 万棵树"),
        ("The apple trees", "The apple trees"),
    ],
)
def test_blanks_between_han_characters_that_spread_a_line_are_dropped(spaced, text):
    assert page_of(line(spaced)) == [text]


def test_a_stamp_across_the_page_is_left_out():
    page, stream = canvas()
    page.saveState()
    page.translate(200, 300)
    page.rotate(45)
    page.setFont(FONT, 60)
    page.drawString(0, 0, "内部资料")
    page.restoreState()
    page.setFont(FONT, SIZE)
    page.drawString(MARGIN, TOP, "正文")
    page.save()

    assert lines(read(stream.getvalue(), ".pdf")) == ["正文"]


def test_a_word_printed_twice_for_weight_stands_once():
    assert page_of(line("描粗的字"), line("描粗的字", left=MARGIN + 0.3), line("下文", 3)) == [
        "描粗的字",
        "下文",
    ]


def test_the_invisible_text_behind_a_scan_is_read():
    page, stream = canvas()
    text = page.beginText(MARGIN, TOP)
    text.setFont(FONT, SIZE)
    text.setTextRenderMode(3)
    text.textOut("识别出来的字")
    page.drawText(text)
    page.save()

    assert lines(read(stream.getvalue(), ".pdf")) == ["识别出来的字"]


def test_a_page_lying_on_its_side_is_read():
    page, stream = canvas()
    page.setPageRotation(90)
    page.setFont(FONT, SIZE)
    page.drawString(MARGIN, TOP, "横放的一页")
    page.save()

    assert lines(read(stream.getvalue(), ".pdf")) == ["横放的一页"]


def test_a_lowered_figure_stands_where_it_stood():
    after = MARGIN + SIZE * 6
    made = [line("分子式是水H"), line("2", bottom=TOP - 3, left=after, size=7), line("O。", left=after + 5)]

    assert page_of(*made) == ["分子式是水H2O。"]


# English

ENGLISH = [
    "The orchard planted forty thousand trees last year, and the apple har-",
    "vest came to three hundred tons, which is a great deal more than in",
    "the well-known year before. Everybody was glad.",
    "Another paragraph begins here, and as the line before it is short, it",
    "stands alone.",
]


def test_english_paragraphs_are_told_apart_by_their_short_lines():
    made = [line(text, row * 0.8) for row, text in enumerate(ENGLISH)]
    found = lines(read(drawn([made], font="Helvetica"), ".pdf"))

    assert [text.partition(" ")[0] for text in found] == ["The", "Another"]
    assert "tons, which is a great deal more than in the well-known year before." in found[0]


def test_a_hyphen_at_the_end_of_a_line_leaves_no_blank():
    made = [line(text, row * 0.8) for row, text in enumerate(ENGLISH)]

    assert "the apple har-vest came to" in read(drawn([made], font="Helvetica"), ".pdf").text


def test_a_bold_line_is_bold():
    made = [
        line("A bold heading", -2, bold=True),
        *(line(text, row * 0.8) for row, text in enumerate(ENGLISH)),
    ]

    assert marked(read(drawn([made], font="Helvetica"), ".pdf")) == [("bold", 0, "A bold heading")]


# Pages to lines


def test_lines_know_their_page_place_and_size():
    (first, second), bookmarks = read_pages(drawn([[line("甲乙")], [line("丙", 2, size=16)]]), "a.pdf", 9)

    assert [(each.text, each.page, each.size) for each in (first, second)] == [("甲乙", 0, 12), ("丙", 1, 16)]
    assert first.left == pytest.approx(MARGIN, abs=1)
    assert first.right == pytest.approx(MARGIN + 2 * SIZE, abs=1)
    assert second.bottom < first.bottom < first.top <= first.page_height
    assert bookmarks == []


def test_bookmarks_are_read_with_level_and_page():
    _, bookmarks = read_pages(pdf_of(BOOK, "bookmarks"), "a.pdf", 99)

    assert bookmarks[:3] == [(1, 0, "果园总结"), (2, 0, "一、果园的第一件事"), (3, 0, "（甲）种树的一章甲节")]
    assert [title for _, _, title in bookmarks] == [p.text for p in BOOK if p.level is not None]


def test_what_is_read_is_what_is_set():
    made, bookmarks = read_pages(WHOLE, "a.pdf", 99)

    assert typeset(made, bookmarks).text == read(WHOLE, ".pdf").text
