"""Which blocks are headings, and the tree they make."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from rag.ingest.outline.blocks import Block
from rag.ingest.outline.heading_rules import (
    BOLD,
    BULLET_RANK,
    CAPTION,
    STOCK_HEADING,
    HeadingKind,
    HeadingRule,
    Mark,
    heading_mark,
)
from rag.ingest.outline.numbering import believed, with_enough_siblings
from rag.ingest.outline.ranks import ranked
from rag.ingest.outline.titles import title_of
from rag.ingest.outline.tree import ENDS_TEXT, Heading
from rag.text.marks import COLONS, COMMAS, FULL_STOP, QUESTION_MARKS, SEMICOLONS, TERMINAL, TRAILING
from rag.text.normalize import HAN
from rag.text.numbers import ARABIC, CIRCLE_FOR_ZERO, YEAR_DIGITS
from rag.text.patterns import as_pattern_text, is_byline
from rag.text.sentences import clean, sentence_ends
from rag.types.document import AS_IT_STANDS

__all__ = ["find_headings"]

_LONGEST_LINE: Final = 60  # a heading that fills its line
_LONGEST_LATIN: Final = 100  # the same, in characters of an alphabet
_LONGEST_LEAD: Final = 50  # a heading that is the first sentence of its paragraph
_LONGEST_STANDALONE: Final = 30
_DATE: Final = re.compile(
    r"(?:[0-9]{1,2} )?[A-Z][a-z]{2,8} (?:[0-9]{1,2}, )?[0-9]{4}$"
    rf"|[{YEAR_DIGITS}{CIRCLE_FOR_ZERO}{ARABIC}]{{2,4}}年"
)
_LONGEST_LATIN_STANDALONE: Final = 70
_INDENT: Final = 2  # cells
_CLOSED: Final = re.compile(f"[{TERMINAL}.{COLONS}][{TRAILING}]*$")
_LONGEST_PARTICLE: Final = 3  # letters: of, the, and are small in a title
_FEWEST_PARAGRAPHS, _MOSTLY_INDENTED = 3, 0.7  # of which so many begin with an indent
_LONGEST_ARTICLE_TITLE: Final = 20
_ARTICLE_TITLE: Final = re.compile(r"\s*(?:【[^】]{1,30}】|\([^)]{1,20}\)(?=\s|$))")
_LONGEST_ITEM: Final = 80
_HAN_CHARACTER: Final = re.compile(f"[{HAN}]")
_FENCES: Final = ("```", "~~~")
_STOCK: Final = HeadingRule("stock", 0, re.compile(""), numbered=False, inline=False, fewest=1)
_STANDALONE: Final = HeadingRule(
    "a short line that stands alone", 32, re.compile(""), numbered=False, inline=False, fewest=2
)
_CAPITALS: Final = _STANDALONE._replace(name="a line in capitals", rank=31)
_LATIN_WORD: Final = re.compile(r"[A-Za-z]+")
_MARKUP: Final = tuple(
    HeadingRule(f"markup {level}", 9 + level, re.compile(""), numbered=False, inline=False, fewest=1)
    for level in range(10)
)


def find_headings(raw: str, blocks: Sequence[Block], start: int, end: int) -> list[Heading]:
    """Return the believable headings among `blocks[start:end]`, in order."""
    code = _within_fences(blocks, start, end)
    marked = [h for i in range(start, end) if i not in code and (h := _marked(raw, i, blocks[i]))]
    found = believed(ranked(marked))
    if found:
        stock = [h for i in range(start, end) if i not in code and (h := _stock(blocks, i, found))]
        return sorted([*found, *stock], key=lambda heading: heading.block)
    indents = _paragraphs_are_indented(blocks[start:end])
    alone = [
        h for i in range(start, end) if i not in code and (h := _standalone(blocks, i, start, end, indents))
    ]
    return with_enough_siblings(alone)


def _stock(blocks: Sequence[Block], index: int, believed: Sequence[Heading]) -> Heading | None:
    """Take a line such as 附则 or Appendix A for a heading of the highest rank there is."""
    block = blocks[index]
    if (block.mark and block.mark.kind != "bold") or not STOCK_HEADING.match(
        as_pattern_text(title_of(block))
    ):
        return None
    top = min((heading.rule for heading in believed), key=lambda rule: rule.rank)
    return Heading(index, _STOCK._replace(rank=top.rank), 0, block.span, title_of(block))


def _within_fences(blocks: Sequence[Block], start: int, end: int) -> set[int]:
    """Return the blocks of Markdown's code: what stands between two fences is no heading."""
    fences = [i for i in range(start, end) if blocks[i].text.startswith(_FENCES)]
    pairs = zip(fences[::2], fences[1::2], strict=False)
    return {index for opening, closing in pairs for index in range(opening, closing)}


def _marked(raw: str, index: int, block: Block) -> Heading | None:
    kind = block.mark.kind if block.mark else None
    if kind in (*AS_IT_STANDS, "item"):
        return None
    words = title_of(block)
    mark = heading_mark(words)
    is_bold_line = mark is not None and kind == "bold" and len(words) <= _LONGEST_LINE
    if block.mark and (kind == "heading" or is_bold_line):
        rule = (
            _MARKUP[min(block.mark.level, len(_MARKUP) - 1)]
            if kind == "heading" or mark is None
            else mark.rule
        )
        title = words[mark.title_at :].strip() if mark else words
        number, above = (mark.number, mark.above) if mark and rule.numbered else (0, ())
        return Heading(index, rule, number, block.span, title or words, above)
    end = _title_end(block.text, mark) if mark and words == block.text else None
    if mark is None or end is None:
        return None
    title = block.text[_title_start(mark) : end].replace(BOLD, "").strip()
    title = title.rstrip(f"{FULL_STOP}{SEMICOLONS}{COLONS} ")
    is_sentence = bool(ENDS_TEXT.search(block.text[:end]))
    is_whole = not block.text[end:].strip() or (
        block.text[end] in COMMAS and len(block.text) <= _LONGEST_ITEM
    )
    span = clean(raw, [block.span]).span(0, end)
    return Heading(
        index,
        mark.rule,
        mark.number,
        span,
        title or block.text[:end].strip(),
        mark.above,
        is_whole,
        is_sentence,
        block.text[0],
    )


def _title_start(mark: Mark) -> int:
    """Return where the words of a title start; the number of an article of a law is its name."""
    return 0 if mark.rule.kind is HeadingKind.ARTICLE_OF_LAW else mark.title_at


def _title_end(text: str, mark: Mark) -> int | None:
    """Return where the heading ends: the line, its first sentence, or its mark; None: no heading."""
    if mark.rule.kind is HeadingKind.ARTICLE_OF_LAW:
        return _end_of_article_number(text, mark)
    is_latin = not _HAN_CHARACTER.search(text[:_LONGEST_LATIN])
    if len(text) <= (_LONGEST_LATIN if is_latin else _LONGEST_LINE) and (
        not mark.rule.inline or not ENDS_TEXT.search(text[:-1])
    ):
        first = sentence_ends(text)[0]
        return first if mark.rule.inline else _unless_sentence(text, mark)
    if not mark.rule.inline:
        return None
    first = sentence_ends(text)[0]
    return first if first <= _LONGEST_LEAD else _first_clause(text, mark)


def _unless_sentence(text: str, mark: Mark) -> int | None:
    """Return the end of a line, None if it is a sentence that happens to begin with a number."""
    return None if mark.rule.rank >= BULLET_RANK and ENDS_TEXT.search(text) else len(text)


def _end_of_article_number(text: str, mark: Mark) -> int:
    """第三条 is the heading, with a title in 【】 or in () behind it, or alone in its line."""
    named = _ARTICLE_TITLE.match(as_pattern_text(text), mark.title_at)
    if named:
        return named.end()
    alone = len(text) - mark.title_at <= _LONGEST_ARTICLE_TITLE and not ENDS_TEXT.search(text)
    return len(text) if alone else mark.title_at


def _first_clause(text: str, mark: Mark) -> int | None:
    clause = re.compile("[,:。]").search(as_pattern_text(text), mark.title_at)
    return clause.start() if clause and clause.start() - mark.title_at <= _LONGEST_STANDALONE else None


def _standalone(blocks: Sequence[Block], index: int, start: int, end: int, indents: bool) -> Heading | None:
    """Take a short line without a closing mark, between paragraphs, for a heading.

    Where paragraphs begin with an indent, it is enough that the line has another or none.
    """
    block = blocks[index]
    text = title_of(block)
    if block.mark and block.mark.kind != "bold":
        return None
    if index + 1 >= end or not _is_short_line(text) or CAPTION.match(as_pattern_text(text)):
        return None
    heading = Heading(index, _STANDALONE, 0, block.span, text)
    if block.mark:
        return None if ENDS_TEXT.search(text) else heading
    following = blocks[index + 1]
    apart = block.after_blank and following.after_blank
    if ENDS_TEXT.search(text) and not (apart and text[-1] in QUESTION_MARKS):
        return None
    leads = len(following.text) > _LONGEST_STANDALONE or bool(_CLOSED.search(following.text))
    if indents and following.indent >= _INDENT and block.indent != following.indent:
        return heading if leads else None
    if (
        apart
        and index + 2 < end
        and _holds_paragraph(blocks[start:index])
        and blocks[index + 2].after_blank
        and _is_short_line(following.text)
    ):
        leads = True  # a heading over a heading
    if apart and index > start and _is_set_off(text):
        return replace(heading, rule=_CAPITALS if text.isupper() else _STANDALONE)
    before = blocks[index - 1].text if index > start else "。"
    return heading if leads and (_CLOSED.search(before) or (apart and index > start)) else None


def _is_set_off(text: str) -> bool:
    """Tell whether a line of an alphabet is written like a heading: in capitals, or each word with one."""
    words = [word for word in _LATIN_WORD.findall(text) if len(word) > _LONGEST_PARTICLE or word.isupper()]
    return bool(words) and all(word[0].isupper() for word in words) and (text.isupper() or len(words) > 1)


def _holds_paragraph(blocks: Sequence[Block]) -> bool:
    return any(len(block.text) > _LONGEST_LATIN_STANDALONE for block in blocks)


def _is_short_line(text: str) -> bool:
    longest = _LONGEST_STANDALONE if _HAN_CHARACTER.search(text) else _LONGEST_LATIN_STANDALONE
    open_ended = text[-1:] in QUESTION_MARKS or not (ENDS_TEXT.search(text) or _CLOSED.search(text))
    return 2 <= len(text) <= longest and open_ended and not is_byline(text) and _has_words(text)


def _has_words(text: str) -> bool:
    return any(char.isalpha() for char in text) and not _DATE.match(text)


def _paragraphs_are_indented(blocks: Sequence[Block]) -> bool:
    long = [block for block in blocks if len(block.text) > _LONGEST_LINE]
    return len(long) >= _FEWEST_PARAGRAPHS and sum(
        block.indent >= _INDENT for block in long
    ) >= _MOSTLY_INDENTED * len(long)
