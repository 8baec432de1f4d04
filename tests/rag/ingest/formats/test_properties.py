"""What holds for whatever a reader is given: the contract of `rag.ingest.formats.base`."""

import html
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rag.errors import ReadError
from rag.ingest.formats import ReadText
from rag.ingest.formats.pdf_layout import Line, typeset
from rag.types.document import AS_IT_STANDS
from tests.rag.ingest.formats import word_xml as w
from tests.rag.ingest.formats.pdf_lines import drawn, line
from tests.rag.ingest.formats.reading import read

WORDS = st.text("种树修路果园 \u3000\t\x0b\x0c\x85\u2028AbC12。，（）*#|-_<>&`~=.\\[]", max_size=30)
PRINTED = WORDS.map(lambda text: "".join(char for char in text if char.isprintable()))
MARKS = st.sampled_from(
    [
        *("# ", "## ", "- ", "  - ", "1. ", "> ", "    ", "\t", "| a | b |\n|---|---|\n| ", "```\n", "~~~"),
        *("---\n", "**", "===", "---", "<h1>", "</h1>", "<!--", "-->", "<div>\n", "\r\n", "\n\n", "\r", "\\"),
        *("\x00", "\ufeff"),
    ]
)
TAGS = [
    *("p", "h1", "h2", "h3", "ul", "ol", "li", "table", "tr", "td", "th", "pre", "code", "div", "span", "b"),
    *("strong", "article", "main", "blockquote", "a", "br", "dl", "dt", "dd"),
]
FEW = settings(max_examples=60)


def check(found: ReadText) -> None:
    """Markup is in order, inside the text, never overlaps; headings have words; text keeps one line end."""
    assert [mark.start for mark in found.markup] == sorted(mark.start for mark in found.markup)
    assert all(before.end <= after.start for before, after in pairwise(found.markup))
    for mark in found.markup:
        assert 0 <= mark.start < mark.end <= len(found.text)
        words = found.text[mark.start : mark.end]
        assert words.strip()
        assert mark.kind in AS_IT_STANDS or words == words.strip("\n")
        assert mark.level >= (mark.kind == "item")
    assert "\r" not in found.text
    assert 0 <= found.confidence <= 1


def checked(data: bytes, suffix: str) -> None:
    """Read twice: what holds, holds, and both times the same comes out; or the file is refused."""
    try:
        found = read(data, suffix)
    except ReadError as error:
        assert error.reason
    else:
        check(found)
        assert read(data, suffix) == found


@FEW
@given(st.lists(WORDS | MARKS, max_size=20).map("".join))
def test_markdown(text):
    checked(text.encode(), ".md")


@FEW
@given(st.lists(st.lists(WORDS | MARKS, max_size=4).map("".join), max_size=12).map("\n".join))
def test_markdown_of_lines(text):
    checked(text.encode(), ".md")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@given(text=st.lists(WORDS, max_size=8).map("\n".join))
def test_text(encoding, text):
    checked(text.encode(encoding), ".txt")


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Web pages whose tags may stand anywhere, some of them left open."""
    body = ""
    for _ in range(draw(st.integers(0, 20))):
        tag = draw(st.sampled_from(TAGS))
        words = html.escape(draw(WORDS))
        body += draw(
            st.sampled_from(
                [
                    f"<{tag}>{words}</{tag}>",
                    f"<{tag}>{words}",
                    f"</{tag}>{words}",
                    words,
                    f"<{tag}/><!-- {words}",
                ]
            )
        )
    around = draw(
        st.sampled_from(["{}", "<article>{}</article>", "<html><body><main>{}", "<table><tr><td>{}"])
    )
    return around.format(body)


@FEW
@given(pages())
def test_html(page):
    assume("<p" in page or "<body" in page)  # without any tag, test_html shows what happens
    checked(page.encode(), ".html")


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Bodies of Word files: paragraphs of many styles and lists, tables, controls, text boxes."""

    def paragraph() -> str:
        style = draw(st.sampled_from(["", "Heading1", "Heading9", "Title", "ListBullet", "目录", "无"]))
        number = draw(
            st.sampled_from(["", w.number_of(1), w.number_of(1, 2), w.number_of(2), w.number_of(9)])
        )
        runs = [
            w.run("".join(char for char in draw(WORDS) if char not in "\x0b\x0c"), draw(PROPERTIES))
            for _ in range(draw(st.integers(0, 3)))
        ]
        return w.paragraph_of("".join(runs), style, number)

    parts = []
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["paragraph", "paragraph", "table", "frame", "control", "box"]))
        parts.append(
            {
                "paragraph": paragraph,
                "table": lambda: w.table((paragraph(), paragraph() + paragraph()), ("", paragraph())),
                "frame": lambda: w.table((paragraph() + w.table((paragraph(), paragraph())),)),
                "control": lambda: f"<w:sdt><w:sdtContent>{paragraph()}</w:sdtContent></w:sdt>",
                "box": lambda: w.paragraph_of(w.run("前") + w.text_box(paragraph()), "Heading2"),
            }[kind]()
        )
    return "".join(parts)


PROPERTIES = st.sampled_from(["", "", "<w:b/>", "<w:vanish/>", '<w:b w:val="0"/>'])
LISTS = (
    w.levels_of("chineseCounting|%1、", "decimal|%1.%2", "upperRoman|%3")
    + w.levels_of("bullet|●", id_=1)
    + w.list_of()
    + w.list_of(2, id_=1)
)
CONTENTS = w.style_of("toc 1", "目录")


@FEW
@given(bodies())
def test_docx(body):
    checked(w.word_of(body, styles=CONTENTS, numbering=LISTS), ".docx")


@st.composite
def set_pages(draw: st.DrawFn) -> list[list[Line]]:
    """Pages of lines anywhere, of any size."""
    return [
        [
            line(
                draw(PRINTED.map(str.strip).filter(bool)),
                left=draw(st.sampled_from([20.0, 70.0, 94.0, 300.0])),
                bottom=float(draw(st.integers(10, 820))),
                size=draw(st.sampled_from([7, 12, 12, 12, 16, 22])),
                bold=draw(st.booleans()),
                page=number,
            )
            for _ in range(draw(st.integers(0, 9)))
        ]
        for number in range(draw(st.integers(1, 4)))
    ]


BOOKMARKS = st.lists(st.tuples(st.integers(1, 8), st.integers(0, 5), PRINTED), max_size=6)


@FEW
@given(set_pages(), BOOKMARKS)
def test_lines(made, bookmarks):
    lines = [each for page in made for each in page]
    titles = [(1, each.page, each.text) for each in lines[::2]]

    for marks in (bookmarks, titles):
        out = typeset(lines, marks)
        check(ReadText(out.text, "pdf", 1.0, out.markup))
        assert (out.text, out.markup) == (typeset(lines, marks).text, typeset(lines, marks).markup)


@settings(max_examples=25)
@given(set_pages())
def test_pdf(made):
    checked(drawn([[each._replace(bold=False) for each in page] for page in made]), ".pdf")


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
@given(data=st.binary(min_size=12, max_size=200))
def test_any_bytes(suffix, data):
    checked(data, suffix)


@given(st.binary(max_size=200))
def test_any_bytes_as_pdf(data):
    checked(b"%PDF-1.7\n" + data, ".pdf")
