"""The rules that tell headings, titles, bylines and junk, in tables that are easy to extend.

Patterns are written in Simplified characters and half-width where a mark has both widths: they
are matched against `as_pattern_text`, which has the length of what it was made from.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import opencc

from rag.types import Span

__all__ = [
    "HEADING_RULES",
    "JUNK_RULES",
    "HeadingRule",
    "Mark",
    "as_pattern_text",
    "heading_mark",
    "is_byline",
    "is_numbered",
    "junk_within",
    "ordinal",
]

_DIGITS: Final = "〇一二三四五六七八九"
_NUMBER: Final = "[〇零一二三四五六七八九十百千0-9]{1,9}"
_HAN: Final = "[一二三四五六七八九十]"
_NO_DIGIT: Final = r"(?=\s*(?:\D|[12][0-9]{3}年))"
_T2S: Final = opencc.OpenCC("t2s")
_WIDTH: Final = str.maketrans("（）：，．！；？　０１２３４５６７８９", "():,.!;? 0123456789")


class HeadingRule(NamedTuple):
    """How one family of headings is written; a smaller `rank` stands higher in the tree.

    `numbered` families must count 1, 2, 3 … among their siblings; `inline` ones may be followed by
    text in the same line, where the first sentence is the heading.
    """

    name: str
    rank: int
    pattern: re.Pattern[str]
    numbered: bool = True
    inline: bool = True
    fewest: int = 2  # siblings it takes to be believed


def _rule(name: str, rank: int, pattern: str, **options: bool | int) -> HeadingRule:
    return HeadingRule(name, rank, re.compile(pattern), **options)  # type: ignore[arg-type]


# The order of GB/T 9704-2012 (一、 › （一） › 1. › （1）), of books and statutes (编 章 节 条), and
# of the web. A rule's first group, where it has one, is the number.
HEADING_RULES: Final = (
    _rule("markdown 1", 10, r"# (?=\S)", numbered=False, inline=False, fewest=1),
    _rule("markdown 2", 11, r"## (?=\S)", numbered=False, inline=False, fewest=1),
    _rule("markdown 3", 12, r"### (?=\S)", numbered=False, inline=False, fewest=1),
    _rule("markdown 4", 13, r"#### (?=\S)", numbered=False, inline=False, fewest=1),
    _rule("markdown 5", 14, r"##### (?=\S)", numbered=False, inline=False, fewest=1),
    _rule("markdown 6", 15, r"###### (?=\S)", numbered=False, inline=False, fewest=1),
    _rule("第一编", 20, rf"第({_NUMBER})[编篇](?=\s|$)", inline=False),
    _rule("第一章", 21, rf"第({_NUMBER})章(?=\s|$|[^,。])", inline=False),
    _rule("第一节", 22, rf"第({_NUMBER})节(?=\s|$|[^,。])", inline=False),
    _rule("第一条", 23, rf"第({_NUMBER})条(?:之[一二三四五六七八九十])?(?=\s|:|[^规的第、,款所和至\W])"),
    _rule("■", 30, r"[■◆▲★□◇]\s*(?=\S)", numbered=False, inline=False),
    # Not “一、二季度”; a title may start with a year, else not with a digit.
    _rule("一、", 40, rf"({_HAN}{{1,3}})[、,.](?!{_HAN}+(?:[、,]|季度|月|年)){_NO_DIGIT}", fewest=1),
    _rule("(一)", 41, r"\(([一二三四五六七八九十]{1,3})\)[、,.]?"),
    _rule("1.", 42, r"([0-9]{1,2})[、.](?=\s*[^\s\d])"),
    _rule("(1)", 43, r"\(([0-9]{1,2})\)[、,.]?"),
    _rule("①", 44, r"([①-⑳])"),
)

JUNK_RULES: Final = {
    "paywall mark": re.compile(r"##[a-z]{3,20}##"),
    "source line": re.compile(r"^\s*来源:[^。]{0,40}$"),
    "tag list": re.compile(r"^\s*热门标签\s*$"),
    "page number": re.compile(
        r"^\s*(?:[-—–]\s*[0-9]{1,4}\s*[-—–]|第\s*[0-9]{1,4}\s*页(?:[\s,/(]*共\s*[0-9]{1,4}\s*页\)?)?)\s*$"
    ),
}

_BYLINE: Final = re.compile(
    r"^(?:[●◎○]\s*\S{2,4}(?:\s\S{2,4})*"
    r"|(?:作者|文|撰稿|记者|本报记者)[:/ ]\s*\S.{1,20}"
    r"|\((?:作者单位|作者系|作者):?.*)$"
)


class Mark(NamedTuple):
    """A heading's mark at the start of a line: its rule, its number and where its title starts."""

    rule: HeadingRule
    number: int
    title_at: int


def as_pattern_text(text: str) -> str:
    """Fold script and the width of marks without changing the length."""
    simplified = _T2S.convert(text)
    return (simplified if len(simplified) == len(text) else text).translate(_WIDTH)


def heading_mark(text: str) -> Mark | None:
    """Return the heading mark that a line starts with, if any."""
    line = as_pattern_text(text)
    for rule in HEADING_RULES:
        if found := rule.pattern.match(line):
            return Mark(rule, ordinal(found[1]) if rule.numbered else 0, found.end())
    return None


def is_numbered(text: str) -> bool:
    """Tell whether a line starts like a numbered heading, whatever its siblings say."""
    mark = heading_mark(text)
    return mark is not None and mark.rule.numbered


def is_byline(text: str) -> bool:
    """Tell whether a line names an author or where an author works."""
    return bool(_BYLINE.match(as_pattern_text(text)))


def junk_within(line: str) -> Iterator[Span]:
    """Yield the parts of a line that no reader wants, in order, counted from its start."""
    text = as_pattern_text(line)
    found = [match.span() for rule in JUNK_RULES.values() for match in rule.finditer(text)]
    last: Span | None = None
    for start, end in sorted(found):
        if last and start <= last.end:
            last = Span(last.start, max(last.end, end))
            continue
        if last:
            yield last
        last = Span(start, end)
    if last:
        yield last


def ordinal(text: str) -> int:
    """Read a number written as 十二, 12 or ⑫; 0 if it is none."""
    if text.isdecimal():
        return int(text)
    if len(text) == 1 and "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    total = 0
    rest = text.replace("零", "")
    for unit, worth in (("千", 1000), ("百", 100), ("十", 10)):
        count, found, rest = rest.rpartition(unit)
        total += worth * (_digit(count) or 1) if found else 0
    return total + _digit(rest)


def _digit(text: str) -> int:
    return max(0, _DIGITS.find(text)) if len(text) == 1 else 0
