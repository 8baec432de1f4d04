"""The rules that tell headings, titles, bylines and junk, in tables that are easy to extend.

Patterns are written in Simplified characters and half-width where a mark has both widths: they
are matched against `as_pattern_text`, which has the length of what it was made from.
"""

import re
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Final, NamedTuple

from rag.text.numbers import CIRCLED, FORMAL, NUMBERING, NUMERALS, STEMS, ordinal
from rag.text.patterns import as_pattern_text
from rag.types.document import Junk

__all__ = [
    "ARTICLE_RANK",
    "BOLD",
    "BULLET_RANK",
    "CAPTION",
    "HEADING_RULES",
    "JUNK_RULES",
    "STOCK_HEADING",
    "VERBATIM_JUNK_RULES",
    "HeadingKind",
    "HeadingRule",
    "Mark",
    "heading_mark",
    "is_numbered",
    "junk_within",
]

_NUMBER: Final = f"[{NUMBERING}]{{1,9}}"
_HAN: Final = f"[{NUMERALS}]"
_ENGLISH: Final = "[IVXLC]{1,7}|[0-9]{1,3}|[A-Z]"  # after Chapter, Article …
_ENGLISH_END: Final = r"(?:[.:](?!\d)|(?=\s*[—–-]|\s+[A-Z“\"]|\s*$))"  # not “Section 2 shows”
BOLD: Final = "**"  # opens and closes bold type in Markdown
BULLET_RANK: Final = 30
ARTICLE_RANK: Final = 24  # of an article of a law; what stands higher is a part of a book
_LONGEST_MARK: Final = 120  # characters of a line that tell its mark
# Behind 1.28: what is measured, not what is named.
_NO_UNIT: Final = (
    r"(?!(?:[亿万千百兆倍吨%℃]|(?:[个人元米台年月日度分秒]|公[里斤顷尺分]|平方米|小时)(?:的|\W|$)))"
    r"(?!\s*(?:公[里斤頃顷尺分](?:的|\W|$)|(?:[kcm]?m|[kmµ]?g|[KMGT]i?B|[kMG]?Hz|k?W|k?V|m?A"
    r"|(?i:percent|[mb]illion|thousand|hours?|times))\b))"
)
_DECIMAL_END: Final = r"[.、]?(?![0-9.-])(?=\s*[^\s\d])"
_MONTH_OR_DAY: Final = r"[0-9]{1,2}(?:月(?!度)|日)"  # behind 3.: 3.2月份的隐患 is the third of a list
_NO_DIGIT: Final = rf"(?=\s*(?:\D|[12][0-9]{{3}}年|{_MONTH_OR_DAY}))"


class HeadingKind(Enum):
    """What sets a family of headings apart from those that the other fields of its rule tell all about."""

    PLAIN = auto()
    MARKDOWN_TITLE = auto()  # # Title
    MARKDOWN_HEADING = auto()  # ## Heading
    ARTICLE_OF_LAW = auto()  # 第一条: the number is its name
    FIRST_LEVEL = auto()  # 一、: its count begins again with each article of a newspaper
    WHOLE_NUMBER = auto()  # 1 or 1.: may stand above 1.1, or count the items of a list
    BULLET = auto()  # ■: ranked by the order in which they appear


class HeadingRule(NamedTuple):
    """How one family of headings is written; a smaller `rank` stands higher in the tree.

    `numbered` families must count 1, 2, 3 … among their siblings; `inline` ones may be followed by
    text in the same line, where the first sentence is the heading. One that is `throughout` may count
    through a whole book. A `weak` mark may begin any line of wrapped text.
    """

    name: str
    rank: int
    pattern: re.Pattern[str]
    numbered: bool = True
    inline: bool = True
    fewest: int = 2  # siblings it takes to be believed
    kind: HeadingKind = HeadingKind.PLAIN
    throughout: bool = False
    weak: bool = False


def _rule(name: str, rank: int, pattern: str, **options: bool | int | HeadingKind) -> HeadingRule:
    return HeadingRule(name, rank, re.compile(pattern), **options)  # type: ignore[arg-type]


_OF_MARKDOWN: Final = {"numbered": False, "inline": False, "fewest": 1}
# The order of GB/T 9704-2012 (一、 › （一） › 1. › （1）), of books and statutes (编 章 节 条), of
# technical manuals (1 › 1.1 › 1.1.1), of English reports, and of the web. A rule's first group, where
# it has one, is the number, of which a decimal one has several parts.
HEADING_RULES: Final = (
    _rule("markdown 1", 10, r"# (?=\S)", kind=HeadingKind.MARKDOWN_TITLE, **_OF_MARKDOWN),
    *(
        _rule(
            f"markdown {level}",
            9 + level,
            rf"#{{{level}}} (?=\S)",
            kind=HeadingKind.MARKDOWN_HEADING,
            **_OF_MARKDOWN,
        )
        for level in range(2, 7)
    ),
    _rule("第一编", 20, rf"第\s*({_NUMBER})\s*[编篇](?=\s|$)", inline=False, throughout=True),
    _rule("第一部分", 20, rf"第\s*({_NUMBER})\s*(?:部分|单元|讲|卷|部)(?=\s|:|$)", inline=False),
    _rule("甲部", 20, rf"([{STEMS}])部(?=\s+\S)", inline=False),
    _rule("Part", 20, rf"(?i:part)\s+({_ENGLISH}){_ENGLISH_END}", inline=False, throughout=True, weak=True),
    _rule("第一章", 21, rf"第\s*({_NUMBER})\s*章(?=\s|$|[^,。])", inline=False, throughout=True),
    _rule(
        "Chapter", 21, rf"(?i:chapter)\s+({_ENGLISH}){_ENGLISH_END}", inline=False, throughout=True, weak=True
    ),
    _rule(
        "Article", 22, rf"(?i:article)\s+({_ENGLISH}){_ENGLISH_END}", inline=False, throughout=True, weak=True
    ),
    _rule("第一节", 23, rf"第\s*({_NUMBER})\s*节(?=\s|$|[^,。])", inline=False, throughout=True),
    _rule("Section", 23, rf"(?i:section)\s+({_ENGLISH}){_ENGLISH_END}", throughout=True, weak=True),
    _rule(
        "第一条",
        ARTICLE_RANK,
        rf"第\s*({_NUMBER})(?:-[0-9]{{1,2}})?\s*条(?:之{_HAN})?(?=\s|:|【|\(|$|[^规的第、,款所和至\W])",
        kind=HeadingKind.ARTICLE_OF_LAW,
        throughout=True,
    ),
    _rule("【】", 29, r"(?=【[^】]{1,40}】\s*$)", numbered=False, inline=False),
    _rule("■", BULLET_RANK, r"[■◆▲★□◇]\s*(?=\S)", numbered=False, inline=False, kind=HeadingKind.BULLET),
    _rule("壹、", 38, rf"([{FORMAL}]{{1,3}})\s*[、,.]", fewest=1),
    _rule("甲、", 39, rf"([{STEMS}])[、,.](?=\S)"),
    # Not “一、二季度”; a title may start with a year or a month, else not with a digit.
    _rule(
        "一、",
        40,
        rf"({_HAN}{{1,3}})\s*[、,.](?!{_HAN}+(?:[、,]|季度|月|年|线|是)){_NO_DIGIT}",
        fewest=1,
        kind=HeadingKind.FIRST_LEVEL,
    ),
    _rule("I.", 41, r"([IVX]{1,6})[.、]\s*(?=\S)", inline=False, weak=True),
    _rule("(一)", 42, rf"(?:\(\s*({_HAN}{{1,3}})\s*\)|([㈠-㈩]))[、,.]?"),
    _rule(
        "Option",
        43,
        rf"(?i:option|step|phase|stage|module|lesson|unit)\s+({_ENGLISH}){_ENGLISH_END}",
        inline=False,
        weak=True,
    ),
    _rule("A.", 43, r"([A-H])[.、]\s+(?=\S)", inline=False, weak=True),
    _rule(
        "1",
        44,
        r"([0-9]{1,2})\s+(?=[^\s\d])(?!(?:月|日|年|个|人|万|亿|元|台|次|条|m|km|kg|mm|cm)\b)",
        inline=False,
        kind=HeadingKind.WHOLE_NUMBER,
        weak=True,
    ),
    _rule(
        "1.",
        44,
        rf"(?:([0-9]{{1,2}})\s*[、.]|([⒈-⒛]))(?:(?=\s*[^\s\d])|(?<=\.)(?={_MONTH_OR_DAY}))",
        kind=HeadingKind.WHOLE_NUMBER,
        weak=True,
    ),
    _rule("1.1", 45, rf"([0-9]{{1,2}}[.-][0-9]{{1,2}}){_DECIMAL_END}{_NO_UNIT}", inline=False, weak=True),
    _rule("1.1.1", 46, rf"([0-9]{{1,2}}(?:[.-][0-9]{{1,2}}){{2}}){_DECIMAL_END}", inline=False, weak=True),
    _rule("1.1.1.1", 47, rf"([0-9]{{1,2}}(?:[.-][0-9]{{1,2}}){{3}}){_DECIMAL_END}", inline=False, weak=True),
    _rule("(1)", 48, r"(?:\(\s*([0-9]{1,2})\s*\)|([⑴-⒇]))[、,.]?", weak=True),
    _rule("1)", 49, r"([0-9]{1,2})\)", weak=True),
    _rule("①", 50, f"([{CIRCLED}])"),
)

STOCK_HEADING: Final = re.compile(
    r"^(?:前\s*言|引\s*言|序\s*言|自?序|绪\s*论|导\s*论|摘\s*要|结\s*[语论]|结束语|总结|后\s*记|附\s*则|参考文献:?|致\s*谢"
    rf"|附\s*[录錄]\s*[A-Z0-9{NUMERALS}]{{0,2}}(?:[\s:.、].{{0,40}})?"
    r"|(?i:preface|foreword|introduction|(?:executive )?summary|abstract|conclusions?|references|bibliography"
    r"|acknowledge?ments|glossary"
    r"|(?:appendix|annex|schedule|exhibit)(?: [A-Z0-9]{1,2})?(?:[\s:.—-].{0,60})?))$"
)
"""Headings that bear no number and stand with those of the highest rank."""

CAPTION: Final = re.compile(
    rf"^(?:专栏|附?[表图]|(?i:table|figure|fig\.|box|chart))\s*[0-9{NUMERALS}]+"
    r"|^(?:资料来源|数据来源|注|(?i:sources?|notes?)):"
)
"""What stands with a table, a picture or a box, and heads no section."""

JUNK_RULES: Final = {
    "paywall mark": re.compile(r"##[a-z]{3,20}##"),
    "source line": re.compile(r"^\s*来源:[^。]{0,40}$"),
    "tag list": re.compile(r"^\s*热门标签\s*$"),
    "page number": re.compile(
        r"^\s*(?:[-—–]\s*[0-9]{1,4}\s*[-—–]|第\s*[0-9]{1,4}\s*页(?:[\s,/(]*共\s*[0-9]{1,4}\s*页\)?)?"
        r"|(?i:page\s+[0-9]{1,4}(?:\s+of\s+[0-9]{1,4})?))\s*$"
    ),
    "table of contents": re.compile(r"^.{2,60}?(?:[.·…]\s?){4,}\s*[0-9]{1,4}\s*$"),
    "ruled line": re.compile(r"^\s*(?:[-=*_—─━═~]\s?){3,}$"),
}
VERBATIM_JUNK_RULES: Final = {
    "code fence": re.compile(r"^\s*(?:`{3,}|~{3,})\s*[\w+#.-]*\s*$"),
    "front matter rule": re.compile(r"^(?:-{3}|\.{3})\s*$"),
    "table ruler": re.compile(r"^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?\s*$"),
}
"""What draws a block of code or a table in Markdown, and stands in none of its lines."""


class Mark(NamedTuple):
    """A heading's mark at the start of a line: its rule, its number and where its title starts."""

    rule: HeadingRule
    number: int
    title_at: int
    above: tuple[int, ...] = ()  # of a decimal number: the parts before the last


def heading_mark(text: str) -> Mark | None:
    """Return the heading mark that a line starts with, if any; its number may be in bold type."""
    line = as_pattern_text(text[:_LONGEST_MARK])
    if line.startswith(BOLD):
        number, closing, _ = line[len(BOLD) :].partition(BOLD)
        mark = (
            heading_mark(number + " " + text[len(number) + 2 * len(BOLD) : _LONGEST_MARK])
            if closing
            else None
        )
        is_all = mark is not None and mark.title_at >= len(number)
        return mark._replace(title_at=len(number) + 2 * len(BOLD)) if mark and is_all else None
    for rule in HEADING_RULES:
        if found := rule.pattern.match(line):
            number = next((group for group in found.groups() if group), "").replace("-", ".")
            return Mark(rule, ordinal(number.rpartition(".")[2]), found.end(), _parts(number))
    return None


def _parts(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split(".")[:-1]) if "." in number else ()


def is_numbered(text: str) -> bool:
    """Tell whether a line starts like a numbered heading, whatever its siblings say."""
    mark = heading_mark(text)
    return mark is not None and mark.rule.numbered


def junk_within(line: str, rules: Mapping[str, re.Pattern[str]] = JUNK_RULES) -> Iterator[Junk]:
    """Yield the parts of a line that no reader wants, in order, counted from its start."""
    text = as_pattern_text(line)
    found = [Junk(*match.span(), name) for name, rule in rules.items() for match in rule.finditer(text)]
    last: Junk | None = None
    for junk in sorted(found):
        if last and junk.start <= last.end:
            last = last._replace(end=max(last.end, junk.end))
            continue
        if last:
            yield last
        last = junk
    if last:
        yield last
