from collections.abc import Sequence

import pytest

from rag.ingest.formats.pdf_layout import Bookmark, Line, typeset
from tests.rag.ingest.formats.makers_pdf import MARGIN, SIZE
from tests.rag.ingest.formats.pdf_lines import HEIGHT, line, set_lines
from tests.rag.ingest.formats.reading import HAN

ONE, TWO, THREE = f"{HAN[:100]}。", f"{HAN[100:220]}。", f"{HAN[220:300]}。"
FULL = HAN[300:338]  # as long as the measure


def paragraphs(lines: Sequence[Line], bookmarks: Sequence[Bookmark] = ()) -> list[str]:
    return typeset(lines, bookmarks).text.splitlines()


def marks(lines: Sequence[Line], bookmarks: Sequence[Bookmark] = ()) -> list[tuple[str, int, str]]:
    found = typeset(lines, bookmarks)
    return [(mark.kind, mark.level, found.text[mark.start : mark.end]) for mark in found.markup]


def pages_of(*pages: Sequence[Line]) -> list[Line]:
    return [each._replace(page=number) for number, page in enumerate(pages) for each in page]


# Paragraphs


def test_no_lines_are_no_text():
    assert (typeset([]).text, typeset([]).markup) == ("", ())


def test_lines_of_an_indented_paragraph_are_joined():
    assert paragraphs(set_lines(ONE) + set_lines(TWO, 3) + set_lines(THREE, 7)) == [ONE, TWO, THREE]


def test_a_full_last_line_ends_where_the_next_one_is_indented():
    full = HAN[:112]
    assert len(set_lines(full)) == 3

    assert paragraphs(set_lines(full) + set_lines(TWO, 3) + set_lines(THREE, 7)) == [full, TWO, THREE]


def test_a_short_line_ends_a_paragraph_without_indents():
    lines = [line(FULL), line("短。", 1), line(FULL[::-1], 2), line(FULL, 3), line("尾。", 4)]

    assert paragraphs(lines) == [f"{FULL}短。", f"{FULL[::-1]}{FULL}尾。"]


@pytest.mark.parametrize("room", [0, 1, 2])
def test_a_line_a_little_short_goes_on(room):
    lines = [line(FULL), line(FULL[room:], 1), line(FULL[::-1], 2), line("尾。", 3)]

    assert paragraphs(lines) == [f"{FULL}{FULL[room:]}{FULL[::-1]}尾。"]


def test_a_wide_gap_ends_a_paragraph():
    lines = [line(FULL), line(FULL, 1), line(FULL, 3), line(FULL, 4)]

    assert paragraphs(lines) == [FULL * 2, FULL * 2]


@pytest.mark.parametrize(
    ("change", "count"), [({"size": 12.5}, 1), ({"size": 14}, 2), ({"bold": True}, 2)], ids=str
)
def test_another_kind_of_type_begins_a_paragraph(change, count):
    lines = [line(FULL), line(FULL, 1), line("尾。", 2, **change)]

    assert len(paragraphs(lines)) == count


@pytest.mark.parametrize(
    "mark", ["一、", "（一）", "(1) ", "1. ", "1.2 ", "①", "第三条 ", "■", "【", "●"], ids=str.strip
)
def test_a_marked_line_behind_a_full_stop_begins_a_paragraph(mark):
    lines = [line(FULL), line(f"{FULL[:37]}。", 1), line(f"{mark}{FULL}"[:38], 2), line("尾。", 3)]

    assert len(paragraphs(lines)) == 2


def test_a_number_within_a_sentence_begins_none():
    lines = [line(FULL), line(FULL, 1), line("2024年的事。", 2)]

    assert paragraphs(lines) == [f"{FULL * 2}2024年的事。"]


def test_a_paragraph_goes_on_over_the_page():
    lines = set_lines(f"{HAN[:112]}{HAN[200:260]}。")

    assert paragraphs(pages_of(lines[:3], lines[3:])) == [f"{HAN[:112]}{HAN[200:260]}。"]


def test_a_paragraph_that_ends_with_the_page_ends():
    assert paragraphs(pages_of(set_lines(ONE), set_lines(TWO))) == [ONE, TWO]


def test_columns_are_read_one_behind_the_other():
    left = [line(FULL[:18], row) for row in range(3)] + [line("尾。", 3)]
    right = [line(FULL[18:36], row, left=310) for row in range(3)] + [line("终。", 3, left=310)]

    assert paragraphs(left + right) == [f"{FULL[:18] * 3}尾。", f"{FULL[18:36] * 3}终。"]


def test_rows_of_a_table_stay_rows():
    rows = [
        line(" ".join(cells), 10 + row)
        for row, cells in enumerate((("名称", "数"), ("苹果", "三"), ("梨", "二")))
    ]

    assert paragraphs(set_lines(ONE) + rows + set_lines(TWO, 14)) == [ONE, "名称 数", "苹果 三", "梨 二", TWO]


def test_one_wide_line_does_not_break_the_others():
    wide = line("表" * 42, 14)

    assert paragraphs([*set_lines(ONE), *set_lines(TWO, 3), *set_lines(THREE, 7), wide]) == [
        ONE,
        TWO,
        THREE,
        "表" * 42,
    ]


def test_paragraphs_of_one_indented_line_are_not_joined():
    full = [f"{HAN[40 * number : 40 * number + 35]}。" for number in range(4)]
    lines = [line(text, 4 + row, left=MARGIN + 2 * SIZE) for row, text in enumerate(full)]

    assert paragraphs(set_lines(ONE) + lines + set_lines(TWO, 9)) == [ONE, *full, TWO]


def test_items_of_one_length_on_a_page_of_their_own_are_not_joined():
    items = [f"{number}.果园种树" for number in range(1, 7)]
    lines = pages_of(set_lines(ONE), [line(item, row) for row, item in enumerate(items)])

    assert paragraphs(lines) == [ONE, *items]


@pytest.mark.parametrize("mark", ["，", "。", "”", "）"])
def test_a_line_that_begins_with_a_closing_mark_goes_on(mark):
    lines = [line(FULL), line(FULL[:34], 1), line(f"{mark}尾。", 2), line(FULL, 3)]

    assert paragraphs(lines)[0] == f"{FULL}{FULL[:34]}{mark}尾。"


# English


def test_english_words_are_kept_apart():
    lines = [
        line(text, row)
        for row, text in enumerate(("The orchard planted forty", "thousand trees last year,", "it says."))
    ]

    assert paragraphs(lines) == ["The orchard planted forty thousand trees last year, it says."]


def test_a_ragged_line_goes_on_if_the_next_word_had_no_room():
    lines = [
        line("The orchard planted forty thousand trees in all the years", 0),
        line("since then, and it is responsible for the", 1),  # ends 16 characters before the edge
        line("straightforwardness of the harvest.", 2),
    ]

    assert len(paragraphs(lines)) == 1


def test_a_ragged_line_ends_if_the_next_word_had_room():
    lines = [
        line("The orchard planted forty thousand trees in all the years", 0),
        line("since then.", 1),
        line("A new paragraph begins here, and it goes on for a while.", 2),
    ]

    assert len(paragraphs(lines)) == 2


def test_a_word_broken_at_a_hyphen_has_no_blank():
    lines = [line("There were a great many well-", 0), line("known trees there.", 1)]

    assert paragraphs(lines) == ["There were a great many well-known trees there."]


def test_han_and_english_meet_without_a_blank():
    lines = [line(FULL), line(f"{FULL[:36]}Word", 1), line("文档。", 2)]

    assert paragraphs(lines) == [f"{FULL}{FULL[:36]}Word文档。"]


# What does not belong to the text


def furnished(pages: int, head: str = "汇编", foot: str = "- {} -") -> list[Line]:
    """Return pages with a header and a footer; `{}` is the number of the page."""
    text = [f"{HAN[number * 40 : number * 40 + 120]}。" for number in range(pages)]
    return pages_of(
        *(
            [
                line(head.format(number + 1), bottom=HEIGHT - 50, size=9),
                *set_lines(text[number]),
                line(foot.format(number + 1), bottom=45, size=9),
            ]
            for number in range(pages)
        )
    )


@pytest.mark.parametrize("pages", [2, 3, 9])
@pytest.mark.parametrize("foot", ["- {} -", "{}", "第 {} 页 共 9 页", "Page {} of 9", "{}/9", "— {} —"])
def test_headers_and_page_numbers_are_dropped(pages, foot):
    assert paragraphs(furnished(pages, foot=foot)) == [
        f"{HAN[number * 40 : number * 40 + 120]}。" for number in range(pages)
    ]


@pytest.mark.parametrize("number", ["3", "- 3 -", "第3页", "iv", "12 / 40"])
def test_a_page_number_alone_is_dropped(number):
    assert paragraphs([line(number, bottom=45)]) == []


def test_a_number_in_the_middle_of_a_page_is_kept():
    assert paragraphs([line("3", 15)]) == ["3"]


def test_what_stands_once_at_the_top_is_kept():
    assert paragraphs([line("某县文件", bottom=HEIGHT - 50, size=9), *set_lines(ONE)]) == ["某县文件", ONE]


def test_words_that_come_again_in_the_middle_of_pages_are_kept():
    pages = [
        [*set_lines(HAN[i * 40 : i * 40 + 120]), line("特此通知。", 6), *set_lines(TWO, 8)] for i in range(4)
    ]

    assert paragraphs(pages_of(*pages)).count("特此通知。") == 4


def test_the_number_of_a_heading_at_the_top_of_pages_is_kept():
    pages = [[line("一、", bottom=HEIGHT - 60), *set_lines(HAN[i * 40 : i * 40 + 120])] for i in range(3)]

    assert paragraphs(pages_of(*pages)).count("一、") == 3


@pytest.mark.parametrize("title", ["附件{}", "第{}章", "附表 {}", "Chapter {}"])
def test_titles_that_count_up_at_the_top_of_pages_are_kept(title):
    pages = [
        [line(title.format(i + 1), size=16), *set_lines(HAN[i * 40 : i * 40 + 120], 2)] for i in range(4)
    ]

    assert [words for kind, _, words in marks(pages_of(*pages)) if kind == "heading"] == [
        title.format(i + 1) for i in range(4)
    ]


def test_headers_that_change_with_the_chapter_are_dropped():
    pages = [
        [
            line(f"{'甲乙丙丁戊'[i // 4]}章", bottom=HEIGHT - 50, size=9),
            *set_lines(f"{HAN[i * 20 : i * 20 + 120]}。"),
        ]
        for i in range(20)
    ]

    assert all("章" not in text for text in paragraphs(pages_of(*pages)))


# Headings by size


def test_the_larger_the_type_the_higher_the_heading():
    lines = [
        line("果园总结", 0, size=22),
        line("一、总则", 3, size=16),
        *set_lines(ONE, 5),
        line("（一）范围", 9, size=14),
        *set_lines(TWO, 11),
        line("二、附则", 16, size=16),
        *set_lines(THREE, 18),
    ]

    assert marks(lines) == [
        ("heading", 1, "果园总结"),
        ("heading", 2, "一、总则"),
        ("heading", 3, "（一）范围"),
        ("heading", 2, "二、附则"),
    ]


def test_sizes_that_nearly_agree_are_one_level():
    lines = [line("甲", 0, size=16), line("乙", 2, size=16.4), *set_lines(ONE, 4)]

    assert {level for _, level, _ in marks(lines)} == {1}


def test_a_title_over_two_lines_is_one():
    title = [line("关于加强果园基层建设的", 0, size=22), line("若干意见", 1.6, size=22, left=200)]

    assert marks(title + set_lines(ONE, 5)) == [("heading", 1, "关于加强果园基层建设的若干意见")]


def test_two_headings_with_numbers_are_two():
    heads = [line("一、总则", 0, size=16), line("（一）范围", 1.4, size=16)]

    assert [words for _, _, words in marks(heads + set_lines(ONE, 4))] == ["一、总则", "（一）范围"]


@pytest.mark.parametrize("text", ["大字的一段话。", "大字的一段话，", "——", "大" * 101])
def test_large_type_alone_makes_no_heading(text):
    assert [
        mark for mark in marks([line(text, 0, size=16), *set_lines(ONE, 5)]) if mark[0] == "heading"
    ] == []


def test_small_type_makes_no_heading():
    assert marks([*set_lines(ONE), line("注：见县志", 5, size=9)]) == []


def test_a_bold_line_is_bold():
    assert marks([line("一、总则", 0, bold=True), *set_lines(ONE, 1)]) == [("bold", 0, "一、总则")]


def test_a_bold_sentence_is_nothing():
    assert marks([line("一定要爱护果树。", 0, bold=True), *set_lines(ONE, 1)]) == []


def test_where_most_is_bold_nothing_is():
    assert marks([*set_lines(ONE, bold=True), line("总则", 5, bold=True), *set_lines("短文。", 6)]) == []


@pytest.mark.parametrize(
    "text",
    [
        "一、总则..........1",
        "一、总则………………12",
        "附则 · · · · · · 20",
        "Preface ..... iv",
        "总则．．．．．3",
    ],
)
def test_a_line_with_leaders_is_contents(text):
    assert ("contents", 0, text) in marks([line(text, 0), line(text, 1), *set_lines(ONE, 4)])


def test_leaders_without_a_number_are_a_blank_to_fill_in():
    assert marks([line("姓名：..........", 0), *set_lines(ONE, 2)]) == []


# Headings by bookmarks

HEADS = ["一、总则", "二、细则", "三、附则"]
BODY = [*set_lines(ONE, 1), *set_lines(TWO, 6), *set_lines(THREE, 12)]
MARKED = sorted(
    [*BODY, *(line(head, row) for head, row in zip(HEADS, (0, 5, 11), strict=True))],
    key=lambda each: -each.bottom,
)


def test_bookmarks_tell_the_headings():
    bookmarks = [(1, 0, "一、总则"), (2, 0, "二、 细则"), (1, 0, "三、附则")]

    assert marks(MARKED, bookmarks) == [
        ("heading", 1, "一、总则"),
        ("heading", 2, "二、细则"),
        ("heading", 1, "三、附则"),
    ]


@pytest.mark.parametrize(
    "bookmarks",
    [
        pytest.param([(1, 0, "一、总则"), (1, 0, "二、细则")], id="only two"),
        pytest.param([(1, 0, head) for head in [*HEADS, "甲", "乙", "丙"]], id="most of them elsewhere"),
        pytest.param([(1, 5, head) for head in HEADS], id="on other pages"),
        pytest.param([(1, 0, "")] * 5, id="empty"),
    ],
)
def test_bookmarks_that_are_no_outline_are_passed_over(bookmarks):
    assert marks(MARKED, bookmarks) == []


def test_a_bookmark_may_name_the_page_behind():
    lines = pages_of(MARKED, set_lines(ONE))

    assert [words for _, _, words in marks(lines, [(1, 1, head) for head in HEADS])] == HEADS


def test_bookmarks_of_the_same_words_name_each_paragraph_once():
    lines = [line("说明", 0), *set_lines(ONE, 1), line("说明", 5), *set_lines(TWO, 6), line("说明", 11)]

    assert marks(lines, [(1, 0, "说明")] * 3) == [("heading", 1, "说明")] * 3
