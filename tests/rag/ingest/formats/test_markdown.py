import pytest

from rag.ingest.formats import ReadText
from tests.rag.ingest.formats.reading import headings, marked, read, refusal


def titles(found: ReadText) -> list[tuple[int, str]]:
    return [(mark.level, mark.title) for mark in found.markup if mark.kind == "heading"]


def test_the_text_is_the_file_as_it_stands():
    text = "# 一\n\n**二** [三](x)\n\n- 四\n"

    assert read(text, ".md").text == text


def test_an_empty_file_is_refused():
    assert refusal("", ".markdown") == "the file is empty"


# Headings


@pytest.mark.parametrize(
    ("text", "level", "title"),
    [
        pytest.param("# 总则", 1, "总则", id="level 1"),
        pytest.param("###### 总则", 6, "总则", id="level 6"),
        pytest.param("## 总则 ##", 2, "总则", id="closed"),
        pytest.param("## 总则 #######", 2, "总则", id="closed by more"),
        pytest.param("## C#", 2, "C#", id="a mark in the word"),
        pytest.param("## 总则 \\#", 2, "总则 #", id="a closing mark escaped"),
        pytest.param("   # 总则", 1, "总则", id="three blanks before"),
        pytest.param("#\t总则", 1, "总则", id="a tab"),
        pytest.param("# 总则   ", 1, "总则", id="blanks behind"),
        pytest.param("# **总**则 `码` [链](u) \\* &amp;", 1, "总则 码 链 * &", id="marks inside"),
        pytest.param("# 总则<br>细则", 1, "总则细则", id="a tag inside"),
        pytest.param("总则\n====", 1, "总则", id="underlined twice"),
        pytest.param("总则\n-", 2, "总则", id="underlined once"),
        pytest.param("总则\n细则\n===", 1, "总则 细则", id="two lines underlined"),
        pytest.param('<h2 align="center">总<b>则</b></h2>', 2, "总则", id="HTML"),
        pytest.param("<H3>\n总则\n</H3>", 3, "总则", id="HTML over lines"),
        pytest.param("# 总则 {#general .wide}", 1, "总则", id="attributes"),
        pytest.param("# 😀总则", 1, "😀总则", id="beyond 16 bits"),
    ],
)
def test_a_heading(text, level, title):
    found = read(f"前文。\n\n{text}\n\n后文。\n", ".md")

    assert headings(found) == [(level, text)]
    assert titles(found) == [(level, title)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("#总则", id="no blank"),
        pytest.param("####### 总则", id="seven marks"),
        pytest.param("\\# 总则", id="escaped"),
        pytest.param("＃ 总则", id="full width"),
        pytest.param("#　总则", id="an ideographic space"),
        pytest.param("    # 总则", id="indented code"),
        pytest.param("\t# 总则", id="a tab before"),
        pytest.param("```\n# 总则\n```", id="a fence"),
        pytest.param("~~~ py\n# 总则\n```\n# 细则\n~~~", id="a fence of waves"),
        pytest.param("```\n# 总则", id="a fence that never ends"),
        pytest.param("> # 总则", id="a quote"),
        pytest.param("- # 总则", id="a bullet"),
        pytest.param("1. 甲\n   # 总则", id="below an item"),
        pytest.param("<!--\n# 总则\n-->", id="a comment"),
        pytest.param("<div>\n# 总则\n</div>", id="HTML"),
        pytest.param("#", id="nothing"),
        pytest.param("## ##", id="nothing, closed"),
        pytest.param("# ![图](a.png)", id="a picture alone"),
        pytest.param("- 甲\n  ===", id="an item underlined"),
        pytest.param("***", id="a rule"),
        pytest.param("$ # 总则 $", id="in the line"),
    ],
)
def test_no_heading(text):
    assert headings(read(f"前文。\n\n{text}\n", ".md")) == []


def test_a_heading_needs_no_blank_line_around_it():
    assert headings(read("前文\n# 总则\n后文\n## 细则\n", ".md")) == [(1, "# 总则"), (2, "## 细则")]


@pytest.mark.parametrize("text", ["# 总则", "# 总则\n", "\n\n# 总则\n\n\n\n", "# 总则\n   "])
def test_what_stands_around_a_heading_is_not_in_it(text):
    assert headings(read(text, ".md")) == [(1, "# 总则")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_offsets_count_the_text_with_its_line_ends_made_one(end):
    text = end.join(["---", "a: b", "---", "# 一", "文", "", "二", "===", "- 三", "# 四", ""])

    assert headings(read(text, ".md")) == [(1, "# 一"), (1, "二\n==="), (1, "# 四")]


@pytest.mark.parametrize("char", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029"], ids=ascii)
def test_what_python_takes_for_line_ends_does_not_move_a_heading(char):
    found = read(f"甲{char}乙\n{char}\n# 一{char}二\n文{char}\n\n# 三\n", ".md")

    assert headings(found) == [(1, f"# 一{char}二"), (1, "# 三")]
    assert titles(found) == [(1, "一 二"), (1, "三")]


def test_nuls_and_tabs_do_not_move_a_heading():
    found = read(f"{'字' * 600}\0\t\n\n-\t甲\n\n# 三\n", ".md")

    assert headings(found) == [(1, "# 三")]


def test_text_right_below_a_heading_in_html():
    assert titles(read("<h2>总则</h2>\n后文。\n", ".md")) == [(2, "总则")]


def test_a_heading_in_html_is_told_as_it_is_seen():
    assert titles(read("<h2>A &amp; B</h2>\n", ".md")) == [(2, "A & B")]


# Front matter


@pytest.mark.parametrize("close", ["---", "..."])
def test_front_matter_is_verbatim(close):
    front = f"---\ntitle: 总结\n# 注\n{close}"

    assert marked(read(f"{front}\n# 总则\n", ".md")) == [("verbatim", 0, front), ("heading", 1, "# 总则")]


def test_front_matter_behind_a_byte_order_mark():
    assert headings(read("\ufeff---\n# 注\n---\n# 总则\n", ".md")) == [(1, "# 总则")]


def test_a_rule_between_paragraphs_opens_no_front_matter():
    assert headings(read("前文\n\n---\n\n# 总则\n\n---\n", ".md")) == [(1, "# 总则")]


def test_front_matter_that_never_ends_is_a_rule():
    assert headings(read("---\n\n# 总则\n", ".md")) == [(1, "# 总则")]


def test_a_rule_at_the_top_opens_no_front_matter():
    assert headings(read("---\n\n# 总则\n\n正文。\n\n---\n\n页脚\n", ".md")) == [(1, "# 总则")]


def test_blanks_behind_the_rules_of_front_matter():
    assert headings(read("--- \ntitle: 总结\n--- \n# 总则\n", ".md")) == [(1, "# 总则")]


# Paragraphs in bold


@pytest.mark.parametrize("text", ["**一、总则**", "__一、总则__", "**一、\n总则**", "  **一、总则**"])
def test_a_bold_paragraph(text):
    assert [(kind, words.strip()) for kind, _, words in marked(read(f"{text}\n\n后文\n", ".md"))] == [
        ("bold", text.strip())
    ]


@pytest.mark.parametrize(
    "text",
    ["**一、**总则", "一、**总则**", "**甲** **乙**", "> **甲**", "*甲*", "\\*\\*甲\\*\\*", "**甲**\n乙"],
)
def test_no_bold_paragraph(text):
    assert marked(read(f"{text}\n", ".md")) == []


def test_the_title_of_a_bold_paragraph_has_no_marks():
    (mark,) = read("**一、[总则](x)**\n", ".md").markup

    assert (mark.kind, mark.title) == ("bold", "一、总则")


# Lists


def test_items_have_the_depth_of_their_list():
    text = "- 甲\n  续\n- 乙\n  1. 丙\n  2. 丁\n     * 戊\n- 己\n"

    assert marked(read(text, ".md")) == [
        ("item", 1, "- 甲\n  续"),
        ("item", 1, "- 乙"),
        ("item", 2, "  1. 丙"),
        ("item", 2, "  2. 丁"),
        ("item", 3, "     * 戊"),
        ("item", 1, "- 己"),
    ]


def test_only_the_first_paragraph_of_an_item_is_the_item():
    assert marked(read("- 甲\n\n  **又**\n\n- 乙\n", ".md")) == [("item", 1, "- 甲"), ("item", 1, "- 乙")]


def test_the_title_of_an_item_has_no_marks():
    assert [mark.title for mark in read("* **甲** [乙](x)\n* [ ] 丙\n", ".md").markup] == ["甲 乙", "[ ] 丙"]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("1. 一、总则", []),
        ("文\n\n3) 总则\n\n文", []),
        ("- 甲\n  1. 乙", ["- 甲"]),
        ("1. 甲\n\n文\n\n2. 乙", []),
    ],
)
def test_a_number_alone_is_no_list(text, items):
    assert [words for _, _, words in marked(read(f"{text}\n", ".md"))] == items


def test_a_bullet_alone_is_an_item():
    assert marked(read("文\n\n- 甲\n", ".md")) == [("item", 1, "- 甲")]


def test_items_of_a_quote_are_no_items():
    assert marked(read("> - 甲\n> - 乙\n", ".md")) == []


def test_an_empty_item_is_no_item():
    assert marked(read("-\n- 甲\n-\n", ".md")) == [("item", 1, "- 甲")]


@pytest.mark.parametrize("depth", [5, 9])
def test_a_deep_list(depth):
    text = "".join(f"{'  ' * level}- 第{level + 1}层\n" for level in range(depth))

    assert [level for _, level, _ in marked(read(text, ".md"))] == list(range(1, depth + 1))


# Verbatim


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("```\nx = 1\n```", id="a fence"),
        pytest.param("    x = 1\n\n    y = 2", id="indented code"),
        pytest.param("<div>\n甲\n</div>", id="HTML"),
        pytest.param("<!-- 甲 -->", id="a comment"),
    ],
)
def test_what_is_not_prose_is_verbatim(text):
    assert marked(read(f"前文\n\n{text}\n\n后文\n", ".md")) == [("verbatim", 0, text)]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("| 甲 | 乙 |", "|---|---|", "| 1 | 2 |"), id="with edges"),
        pytest.param(("甲 | 乙", "-- | --", "1 | 2"), id="without edges"),
    ],
)
def test_a_table_is_its_rows(lines):
    header, drawn, row = lines

    assert marked(read("前文\n\n" + "\n".join(lines) + "\n\n后文\n", ".md")) == [
        ("header", 0, header),
        ("verbatim", 0, drawn),
        ("row", 0, row),
    ]


def test_code_in_an_item_is_verbatim():
    assert marked(read("- 甲\n\n  ```\n  # 乙\n  ```\n", ".md")) == [
        ("item", 1, "- 甲"),
        ("verbatim", 0, "  ```\n  # 乙\n  ```"),
    ]


def test_code_in_an_item_s_own_line_is_verbatim():
    assert marked(read("- ```\n  乙\n  ```\n", ".md")) == [("verbatim", 0, "- ```\n  乙\n  ```")]


# Files made to hurt


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        "*a " * 5000,
        "> " * 2000 + "甲",
        "- " * 2000 + "甲",
        "`" * 5000,
        "<h1>\n" * 2000,
        "&" * 5000,
    ],
    ids=["brackets", "stars", "quotes", "bullets", "backticks", "open tags", "ampersands"],
)
def test_marks_without_end_are_text(text):
    assert read(text, ".md").text == text
