"""The items that one sentence enumerates: 包括甲、乙和丙, “一”“二”“三”, 甲……；乙……；丙……."""

import re
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from rag.text.coordination import HOLDS_JOINT, LIST_COMMA, joining_words
from rag.text.marks import (
    CLOSING,
    CLOSING_BRACKETS,
    COMMAS,
    FULL_STOP,
    NESTED_CLOSING,
    NESTED_OPENING,
    OPENING,
    OPENING_BRACKETS,
    OPENING_TITLE,
    SEMICOLONS,
    SINGLE_OPENING,
    quoted,
)
from rag.text.numbers import ARABIC, COUNTING, NUMERALS
from rag.text.patterns import any_of, as_pattern_text
from rag.text.sentences import clauses_of
from rag.text.vocabulary import cut_into_words
from rag.text.word_lists import ITEM_CLASSIFIERS

__all__ = ["Enumeration", "enumerations"]

_FEWEST: Final = 2
_AROUND_ITEM: Final = f" {SEMICOLONS}{FULL_STOP}"
_OPENING: Final = f"{OPENING}{SINGLE_OPENING}{OPENING_TITLE}"
_LONGEST_ITEM: Final = 40  # characters between two 、
_IN_A_ROW: Final = quoted("{1,30}")
_QUOTED: Final = re.compile(_IN_A_ROW)
_QUOTED_ROW: Final = re.compile(f"(?:{_IN_A_ROW}(?:[、{COMMAS}和及与]|以及)?){{2,}}")
_LIST_IN_MARKS: Final = re.compile(
    f"[{OPENING}{OPENING_BRACKETS}]"
    f"([^{CLOSING}{OPENING}{OPENING_BRACKETS}]*、[^{CLOSING}{CLOSING_BRACKETS}]*)"
    f"[{CLOSING}{CLOSING_BRACKETS}]"
)
# What an enumeration follows, and what closes it.
_LEADS: Final = re.compile(
    ".*"
    + any_of(
        *("包括了?", "包含", "涵盖", "囊括", "分为", "分成", "分别是", "分别为", "即", "就是", "也就是"),
        *("指的是", "是指", "有", "是", "(?<![想认成作])为", "由", "按照?", "坚持以?", "如", "像", "做到"),
        *("实行", ":", "——", "采取", "采用", "运用", "使用", "利用", "开展", "提供", "推行", "围绕", "聚焦"),
        *("突出", "建立", "成立", "设立", "设置", "推出", "打造", "形成", "组织", "一些", "各类", "各种"),
        *("整合", "统筹"),
        "(?<![\\u4e00-\\u9fff])"  # at the start of a word: 将 of 将来 leads to nothing
        + any_of(
            *("将(?!来)", "把(?![握关控好脉])", "从(?![事严业优简容])", "对(?![接口标照待外内话比策])"),
            *("以(?![及来上下内外后前])", "在(?![线职岗校读])", "向(?![上前往善])"),
            *("用(?![好工心户途品人地于餐])", "给(?![予力])"),
        ),
    )
)
# What may lead to the items or be the first one's own verb: the items' lengths tell.
_VERBS: Final = re.compile(
    ".*"
    + any_of(
        *("承担", "通过", "加强", "负责", "具有", "实现", "配备", "发放", "开设", "开办", "征求", "吸引"),
        *("邀请", "联合", "培育", "创办", "设有", "引进", "涉及", "赠送"),
    )
)
_BEFORE_ITEMS: Final = ("在", "从", "到", "于", "由", "向", "给", "把", "将")  # words, not characters
_ROLES: Final = (  # 以甲、乙为重点
    *("重点", "目标", "中心", "主线", "主题", "主体", "抓手", "引领", "统领", "基础", "核心", "导向", "依托"),
    *("载体", "支撑", "突破口", "纽带", "主"),
)
_COUNT: Final = f"[{COUNTING}{ARABIC}]{{1,3}}{any_of(*ITEM_CLASSIFIERS, *'大位级家块', '方面', '部分')}"
_CLOSES: Final = re.compile(
    "|".join(
        (
            f"(?<=.)[{OPENING}](?:[{NUMERALS}{ARABIC}]|$)",
            *("等(?=.)", "等$"),
            f"(?<=.)为{any_of(*_ROLES)}$",
            f"(?<=.)(?:这|共|以上)?{_COUNT}[^{LIST_COMMA}]*$",
        )
    )
)
_LONGER: Final = 1.5  # times the others' median, from which the first item's beginning is not its own
_ALWAYS_JOINS: Final = "以及"  # however long what stands behind it
_LONGER_LAST: Final = 6  # characters that the part behind 和 may be longer than the one before it
_MARKS: Final = f" {COMMAS}{SEMICOLONS}。！？!?"
_NUMERAL: Final = re.compile(
    f"[{OPENING_BRACKETS}]?[{NUMERALS}{ARABIC}]{{1,3}}[{CLOSING_BRACKETS}]?"
)  # 四、甲 is a heading


class Enumeration(NamedTuple):
    """Items in the order of the text, as (start, end) in characters of the sentence."""

    start: int
    items: tuple[tuple[int, int], ...]


def enumerations(text: str) -> list[Enumeration]:
    """Return the enumerations of a sentence, the longest first."""
    found = [*_quoted(text), *_by_marks(text), *_within_quotes(text), *_by_semicolons(text)]
    return sorted((e for e in found if len(e.items) >= _FEWEST), key=lambda e: (-len(e.items), e.start))


def _quoted(text: str) -> list[Enumeration]:
    rows = []
    for row in _QUOTED_ROW.finditer(text):
        items = tuple((row.start() + q.start(1), row.start() + q.end(1)) for q in _QUOTED.finditer(row[0]))
        rows.append(Enumeration(row.start(), items))
    return rows


def _by_semicolons(text: str) -> list[Enumeration]:
    body = text.find("：") + 1 or text.find(":") + 1
    borders = [body, *(m.end() for m in re.finditer(f"[{SEMICOLONS}]", text) if m.start() > body), len(text)]
    items = tuple((start, end) for start, end in pairwise(borders) if text[start:end].strip(_AROUND_ITEM))
    trimmed = tuple((start, start + len(text[start:end].rstrip(_AROUND_ITEM))) for start, end in items)
    return [Enumeration(body, trimmed)] if len(trimmed) >= _FEWEST + 1 else []


def _within_quotes(text: str) -> list[Enumeration]:
    """“甲、乙、丙” names three."""
    return [
        _moved(found, quoted.start(1))
        for quoted in _LIST_IN_MARKS.finditer(text)
        for found in _by_marks(quoted[1])
    ]


def _moved(found: Enumeration, by: int) -> Enumeration:
    return Enumeration(found.start + by, tuple((start + by, end + by) for start, end in found.items))


def _by_marks(text: str) -> list[Enumeration]:
    """Enumerations with 、 within one clause, outside quotation marks and brackets."""
    found = []
    for start, end in clauses_of(text):
        marks, depth = [], 0
        for place in range(start, end):
            depth += (text[place] in NESTED_OPENING) - (text[place] in NESTED_CLOSING)
            if text[place] == LIST_COMMA and depth <= 0:
                marks.append(place)
        if not marks:
            continue
        borders = [start - 1, *marks, end]
        items = [(a + 1, b) for a, b in pairwise(borders)]
        is_empty = any(not text[a:b].strip(_MARKS) for a, b in items) or _NUMERAL.fullmatch(
            text[start : items[0][1]]
        )
        if is_empty or any(b - a > _LONGEST_ITEM for a, b in items[1:-1]):
            continue
        items = [*items[:-1], *_split_last(text, items)]
        items[0] = _without_lead(text, items)
        found.append(Enumeration(items[0][0], tuple(items)))
    return found


def _split_last(text: str, items: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the last item, as two where 和 or 以及 joins them, without what closes the enumeration."""
    start, end = items[-1]
    folded = as_pattern_text(text)
    closed = _CLOSES.search(folded[start:end].rstrip(_MARKS))
    end = start + (closed.start() if closed and closed.start() else len(text[start:end].rstrip(_MARKS)))
    alike = [text[a:b] for a, b in items[:-1] if text[b - 1] == text[end - 1]]
    if any(HOLDS_JOINT.search(text[a:b]) for a, b in items[1:-1]) or any(map(HOLDS_JOINT.search, alike)):
        return [_without_tail(text, items, (start, end))]  # 与 stands within each of them
    for at, behind in joining_words(text[start:end]):
        rest = end - start - behind
        joins_always = text[start + at : start + behind] == _ALWAYS_JOINS
        if at > 0 and rest > 0 and (joins_always or rest <= at + _LONGER_LAST):
            return [(start, start + at), (start + behind, end)]
    return [_without_tail(text, items, (start, end))]


def _without_tail(text: str, items: list[tuple[int, int]], last: tuple[int, int]) -> tuple[int, int]:
    """Return the last item without what all of them belong to: 甲、乙、丙的做法."""
    start, end = last
    usual = median(b - a for a, b in items[:-1])
    of = text.rfind("的", start, end)
    if of > start and end - start > _LONGER * usual and "的" not in text[items[0][0] : items[-1][0]]:
        return start, of
    return last


def _without_lead(text: str, items: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the first item without the words that lead to the enumeration."""
    start, end = items[0]
    usual = median(b - a for a, b in items[1:])
    opening = max((text.rfind(mark, start, end) for mark in _OPENING), default=-1)
    if opening >= start:
        return opening, end
    if len(items) > _FEWEST and len({b - a for a, b in items}) == 1:
        return start, end  # all alike as they stand: 突出贡献、家庭纠纷、特殊困难
    lead = _LEADS.match(as_pattern_text(text)[start:end])
    if lead and end - start - lead.end() >= min(usual, 2) and not _is_shared(text, lead, items):
        start += lead.end()
    verb = _VERBS.match(as_pattern_text(text)[start:end])
    if verb and abs(end - start - verb.end() - usual) < abs(end - start - usual):
        start += verb.end()
    if end - start <= _LONGER * usual + 1 or any(mark in text[start:end] for mark in OPENING_BRACKETS):
        return start, end
    places, behind, at = [], [], start
    before = ""
    for word in cut_into_words(text[start:end]):
        places.append(at)
        if as_pattern_text(before) in _BEFORE_ITEMS and usual <= 2 * (end - at) <= 2 * _LONGER * usual + 2:
            behind.append(at)
        at += len(word)
        before = word
    found = behind[-1] if behind else min(places, key=lambda place: abs(end - place - usual))
    return found + text.startswith("的", found), end


def _is_shared(text: str, lead: re.Match[str], items: list[tuple[int, int]]) -> bool:
    """Tell whether another item begins as the lead ends: 加强甲、加强乙."""
    start = items[0][0]
    ends = text[start : start + lead.end()]
    return any(text[a:b].startswith(ends[-2:]) for a, b in items[1:]) or all(
        text[a:b].startswith(ends[-1:]) for a, b in items[1:]
    )
