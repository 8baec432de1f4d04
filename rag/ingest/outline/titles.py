"""Titles: over two lines, behind a letterhead, or apart from their number."""

import re
from collections.abc import Sequence
from typing import Final

from rag.ingest.outline.blocks import Block
from rag.ingest.outline.heading_rules import ARTICLE_RANK, heading_mark
from rag.text.marks import COLONS, COMMAS, SEMICOLONS, TERMINAL
from rag.text.normalize import HAN
from rag.text.numbers import CIRCLE_FOR_ZERO, YEAR_DIGITS
from rag.text.patterns import any_of, as_pattern_text, is_byline
from rag.text.sentences import clean
from rag.types.document import AS_IT_STANDS, Span

__all__ = [
    "find_title",
    "is_dateline",
    "is_title",
    "issue_behind",
    "names_document",
    "title_of",
    "with_broken_titles_joined",
]

_LONGEST_TITLE: Final = 60
_LONGEST_LATIN_TITLE: Final = 120
_HAN: Final = re.compile(f"[{HAN}]")
_LONGEST_JOINED: Final = 100
_LONGEST_SUBTITLE: Final = 60
_SHORTEST_LINE: Final = 5
_MOST_LINES: Final = 3  # of one title
_LETTERHEAD: Final = 10  # blocks among which a title is looked for
_ENDS_TEXT: Final = re.compile(f"[{TERMINAL}{COMMAS}、{COLONS}{SEMICOLONS}]$")
_ABOUT: Final = re.compile(r"^(?:关于|印发|转发|批转)\S")
_KINDS_OF_DOCUMENT: Final = (
    *("通知", "意见", "办法", "报告", "方案", "规定", "条例", "决定", "公告", "通告", "公报", "批复"),
    *("纪要", "总结", "计划", "规划", "纲要", "细则", "规则", "规程", "章程", "手册", "指南", "制度"),
    *("规范书", "说明书", "须知", "白皮书", "倡议书", "公开信", "讲话", "致辞", "汇编", "范文"),
)
_DOCUMENT: Final = re.compile(rf"{any_of(*_KINDS_OF_DOCUMENT)}(?:\([^)]{{1,20}}\))?$")
_ORGANISATION: Final = re.compile(r"(?:公司|政府|委员会|委|局|厅|部|院|会|办公室|集团|大学|学校|中心|处|组)$")
_NO_TITLE: Final = re.compile(
    r"^[(—-]|[0-9〔\[]{4,6}[〕\]]?\s*[0-9]+号|签发人|^[0-9]{4}年\s*[0-9]{1,2}月"
    rf"|^[{YEAR_DIGITS}{CIRCLE_FOR_ZERO}]{{4}}年"
    r"|^(?:编号|文号|索引号|文章编号|第[0-9]+卷|(?:法规名称|发布日期|修正日期|发文机关|主题词):)"
)
_VERSION: Final = re.compile(r"^\((?:[^)]{0,12}(?:草案|征求意见稿|送审稿|讨论稿|试行|暂行)[^)]{0,8})\)$")
_LETTER: Final = re.compile(r"[^\W\d_]")
_DATELINE: Final = re.compile(  # of a piece out of a newspaper: 【之二】2024年4月9日 第02版
    r"^(?:【[^】]{1,12}】|《[^》]{1,20}》)?\s*[12][0-9]{3}[年-][0-9]{1,2}[月-][0-9]{1,2}日?"
    r"\s*(?:,?\s*(?:第?[A-Z]?[0-9]{1,3}版|星期.|第[0-9]+期|来源:\S{2,12}))*(?:\s*\S{2,4}版)?$"
)
_ISSUE: Final = re.compile(r"^\((?:[12][0-9]{3}年)?(?:总?第[0-9]{1,4}[期号次])+\)$")


def title_of(block: Block) -> str:
    """Return a block's words without the marks of its format."""
    return block.mark.title if block.mark and block.mark.title else block.text


def is_title(text: str) -> bool:
    """Tell whether a line could be a title: short and not closed like a sentence."""
    longest = _LONGEST_TITLE if _HAN.search(text) else _LONGEST_LATIN_TITLE
    return 2 <= len(text) <= longest and not _ENDS_TEXT.search(text) and not is_byline(text)


def is_dateline(text: str) -> bool:
    """Tell whether a line says when, and on which page, a piece was printed, and no more."""
    return bool(_DATELINE.match(as_pattern_text(text)))


def issue_behind(blocks: Sequence[Block], title: int) -> str:
    """Return what tells an issue from the others of one title, (2025年第3期), empty if nothing does."""
    following = blocks[title + 1].text if title + 1 < len(blocks) else ""
    return following if _ISSUE.match(as_pattern_text(following)) else ""


def find_title(blocks: Sequence[Block]) -> int | None:
    """Return the block that is the title of a text: the first line, or one behind a letterhead."""
    if not blocks:
        return None
    for index, block in enumerate(blocks[:_LETTERHEAD]):
        if block.mark and block.mark.kind == "heading":
            if heading_mark(title_of(block)):
                break
            return index
        if block.mark and block.mark.kind in AS_IT_STANDS:
            continue
        if heading_mark(block.text) or len(block.text) > _LONGEST_JOINED:
            break
        words = as_pattern_text(block.text)
        if names_document(words) and not _NO_TITLE.search(words) and not _ENDS_TEXT.search(block.text):
            return index
    index = next(
        (
            i
            for i, block in enumerate(blocks[:_LETTERHEAD])
            if not (_NO_TITLE.search(as_pattern_text(block.text)) or is_dateline(block.text))
        ),
        0,
    )
    text = blocks[index].text
    possible = len(text) <= _LONGEST_JOINED and is_title(text[:_LONGEST_TITLE])
    return index if possible and (index == 0 or not heading_mark(text)) else None


def names_document(words: str) -> bool:
    """Tell whether a line ends with what a document is, 通知 or 会议纪要."""
    return bool(_DOCUMENT.search(words)) and (len(words) >= _SHORTEST_LINE or words == "公告")


def with_broken_titles_joined(raw: str, blocks: Sequence[Block]) -> list[Block]:
    """Join a title that stands over several lines, and a number with the heading in the next line."""
    return _with_numbers_joined(raw, _with_title_joined(raw, blocks))


def _with_title_joined(raw: str, blocks: Sequence[Block]) -> list[Block]:
    for index in range(min(_LETTERHEAD, len(blocks) - 1)):
        block, after = blocks[index], blocks[index + 1]
        if block.mark and block.mark.kind in AS_IT_STANDS:
            continue
        if block.mark or heading_mark(block.text) or len(block.text) > _LONGEST_JOINED:
            break
        words, next_words = as_pattern_text(block.text), as_pattern_text(after.text)
        is_about = bool(_ORGANISATION.search(words) and _ABOUT.match(next_words))
        if is_about and is_title(after.text) and not _NO_TITLE.search(next_words):
            last = index + 1 + (index + 2 < len(blocks) and _ends_title(blocks[index + 2], after))
            return _merged(raw, blocks, index, last)
        if is_title(block.text) and _VERSION.match(next_words):
            return _merged(raw, blocks, index, index + 1)
        if index == 0 and (last := _last_line_of_title(blocks)):
            return _merged(raw, blocks, 0, last)
    return list(blocks)


def _ends_title(block: Block, before: Block) -> bool:
    """Tell whether a line completes a title that names no kind of document yet."""
    words = as_pattern_text(block.text)
    return (
        not _DOCUMENT.search(as_pattern_text(before.text))
        and bool(_DOCUMENT.search(words))
        and is_title(block.text)
    )


def _last_line_of_title(blocks: Sequence[Block]) -> int:
    """Return where a title of several lines ends: before an empty line; 0 if it has but one."""
    last = 0
    while (
        last + 1 < min(_MOST_LINES, len(blocks))
        and not blocks[last + 1].after_blank
        and _may_go_on(blocks[last], blocks[last + 1])
    ):
        last += 1
    closed = last + 1 < len(blocks) and blocks[last + 1].after_blank
    return last if closed else 0


def _may_go_on(block: Block, after: Block) -> bool:
    words = as_pattern_text(after.text)
    return (
        is_title(block.text)
        and is_title(after.text)
        and len(after.text) >= _SHORTEST_LINE
        and len(after.text) <= _LONGEST_SUBTITLE
        and bool(_LETTER.search(after.text))
        and not after.mark
        and not heading_mark(after.text)
        and not _NO_TITLE.search(words)
        and not (_ORGANISATION.search(as_pattern_text(block.text)) and _DOCUMENT.search(words))
        and not _DOCUMENT.search(as_pattern_text(block.text))
    )


def _merged(raw: str, blocks: Sequence[Block], first: int, last: int) -> list[Block]:
    span = Span(blocks[first].span.start, blocks[last].span.end)
    text = clean(raw, [span]).text
    return [*blocks[:first], blocks[first]._replace(span=span, text=text), *blocks[last + 1 :]]


def _with_numbers_joined(raw: str, blocks: Sequence[Block]) -> list[Block]:
    """Join 第一章, or Article I, with the title that stands alone in the next line."""
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        mark = heading_mark(before.text) if before and not before.mark and not block.mark else None
        alone = before and mark and mark.rule.rank < ARTICLE_RANK and not before.text[mark.title_at :].strip()
        if before and alone and is_title(block.text) and not heading_mark(block.text):
            joined[-1:] = _merged(raw, [before, block], 0, 1)
        else:
            joined.append(block)
    return joined
