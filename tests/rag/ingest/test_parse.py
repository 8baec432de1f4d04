"""From a file's bytes to chunks, and the same as data on its way from a child process."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ReadError
from rag.ingest.chunking import chunks_of
from rag.ingest.formats import ReadingLimits, ReadText
from rag.ingest.parse import Parsed, parse_file, parse_text, parsed_from_data, parsed_to_data
from rag.text.sentences import clean
from rag.text.token_count import count_tokens
from rag.types.document import Document, Markup, MarkupKind
from tests.doubles import FERRY, ORCHARD, READING_ROOM
from tests.rag.strategies import texts

LIMITS = ReadingLimits()
TOKENS = 320
KINDS: tuple[MarkupKind, ...] = ("heading", "bold", "item", "verbatim", "header", "row", "contents")
MARKDOWN = """---
title: 总结
---
# 总结

## 一、修路
- 三十公里。
- 桥**两座**。

| 甲 | 乙 |
|---|---|
| 1 | 2 |
"""


def parsed(text: str, suffix: str = ".txt", tokens: int = TOKENS) -> Parsed:
    return parse_file(f"a{suffix}", suffix, text.encode(), LIMITS, tokens)


@st.composite
def marked_texts(draw: st.DrawFn) -> ReadText:
    """Made-up documents, some of whose lines are marked up as they might be in a file."""
    text = draw(texts())
    markup = []
    position = 0
    for line in text.split("\n"):
        if line.strip() and draw(st.booleans()):
            kind = draw(st.sampled_from(KINDS))
            level = draw(st.integers(0, 9))
            title = draw(st.sampled_from(["", line.strip(), "另一个题目"]))
            markup.append(Markup(position, position + len(line), kind, level, title))
        position += len(line) + 1
    return ReadText(text, draw(st.sampled_from(["utf-8", "docx"])), draw(st.floats(0, 1)), tuple(markup))


def through_json(value: Parsed) -> Parsed:
    return parsed_from_data(json.loads(json.dumps(parsed_to_data(value), ensure_ascii=False)))


@given(marked_texts(), st.sampled_from([64, 320]))
def test_what_is_parsed_is_the_same_after_its_way_as_data(read, tokens):
    there = parse_text("a.txt", read, tokens)

    assert through_json(there) == there


@pytest.mark.parametrize(
    ("text", "suffix"),
    [(ORCHARD, ".txt"), (READING_ROOM, ".txt"), (MARKDOWN, ".md"), (f"<p>{FERRY}</p>", ".html")],
    ids=["simplified", "traditional", "markdown", "html"],
)
def test_a_file_is_the_same_after_its_way_as_data(text, suffix):
    there = parsed(text, suffix)

    assert through_json(there) == there


@given(marked_texts())
def test_chunks_lie_in_their_text_and_are_what_stands_there(read):
    _, outline, chunks = parse_text("a.txt", read, 64)
    shown = outline.shown(read.text)

    spans = [piece for chunk in chunks for piece in chunk.pieces]
    assert all(0 <= span.start < span.end <= len(read.text) for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert [chunk.text for chunk in chunks] == [clean(shown, chunk.pieces).text for chunk in chunks]
    assert all(chunk.text.strip() for chunk in chunks)


def test_a_file_is_cut_as_its_text_is():
    read, outline, chunks = parsed(ORCHARD, tokens=64)

    assert (read.text, read.encoding, read.confidence) == (ORCHARD, "utf-8", 1.0)
    assert outline.title == "青石镇果园建设工作总结"
    document = Document("a.txt", ORCHARD, outline, "utf-8", "", "")
    assert chunks == chunks_of(document, 64, count_tokens)
    assert len(chunks) > len(parsed(ORCHARD).chunks)


def test_the_same_bytes_give_the_same_chunks():
    assert parsed(ORCHARD) == parsed(ORCHARD)


def test_a_text_that_was_read_before_is_cut_as_its_file_was():
    first = parsed(MARKDOWN, ".md")

    assert parse_text("a.md", first.read, TOKENS) == first


def test_the_suffix_tells_the_reader_whatever_its_case():
    assert parsed(MARKDOWN, ".MD") == parsed(MARKDOWN, ".md")
    assert parsed(MARKDOWN, ".md").outline != parsed(MARKDOWN, ".txt").outline


@pytest.mark.parametrize(
    ("data", "suffix", "reason"),
    [
        (b"", ".txt", "the file is empty"),
        (b" \r\n\t", ".md", "the file is empty"),
        ("热门标签\n".encode(), ".txt", "it holds no text"),
        (b"- 3 -\n", ".txt", "it holds no text"),
        (b"<html><body><script>1</script></body></html>", ".html", "the page holds no text"),
        (b"\0\1\2\3" * 99, ".txt", "this is no text"),
        (b"x", ".jpg", "files of type .jpg are not read, only"),
        (b"x", "", "files of type (none) are not read, only"),
        (b"x", ".docx", "it is no whole .docx"),
        (b"x", ".pdf", "it is no whole pdf"),
    ],
)
def test_a_file_without_text_gives_its_reason(data, suffix, reason):
    with pytest.raises(ReadError) as raised:
        parse_file("总结", suffix, data, LIMITS, TOKENS)

    assert raised.value.name == "总结"
    assert raised.value.reason.lower().startswith(reason)


@pytest.mark.parametrize("text", ["", "\n", "热门标签\n", "\ufeff"])
def test_a_text_without_chunks_is_no_error_when_it_was_read_before(text):
    assert parse_text("a.txt", ReadText(text, "utf-8"), TOKENS).chunks == []
