"""Which versions of a document a question names, and what it asks of each of them."""

import re
from collections.abc import Sequence
from typing import Final

from rag.query.keywords import telling_words
from rag.text.coordination import JOINT
from rag.text.normalize import fold
from rag.text.patterns import any_of, as_pattern_text
from rag.text.vocabulary import cut_into_words

__all__ = ["asks_for_changes", "aspects_of", "compares_versions", "version_named", "version_numbers"]

_BESIDE_A_NAME: Final = "的和跟与同比在里中,"
_SHORTEST: Final = 2  # characters of an aspect
_LONGEST: Final = 8  # characters of one of several aspects: 审计抽查和违规处罚
_MOST: Final = 4
_YEAR: Final = "(?:19|20)[0-9]{2}"
_RELEASE: Final = r"v ?[0-9]+(?:\.[0-9]+)*|(?<![0-9.])[0-9]+\.[0-9]+(?:\.[0-9]+)*"
_NUMBER: Final = re.compile(f"(?P<year>(?<![0-9]){_YEAR})(?![0-9])|{_RELEASE}", re.IGNORECASE)
_RULES: Final = any_of(*("办法", "规定", "制度", "条例", "手册", "规程", "标准", "细则", "规则", "方案"))
_DIFFERS: Final = re.compile(
    "变化|改动|改了|[修更]改|不同|区别|差[别异]|不一样|异同|对比|比较|相比|[版本度法定例]比|调整了|修订了|"
    "新增了|增加了|取消了|\\bchang|\\bdiffer|\\bcompar|\\bwhat'?s new|\\bversus\\b|\\bvs\\b",
    re.IGNORECASE,
)
_CHANGED: Final = re.compile(
    "(?:[修更]?改|修订|调整|新增|增加|取消)了(?:什么|哪些|哪里|啥)|(?:修订|修改|变更|更新)(?:的?(?:主要|具体))?内容|"
    "\\bwhat (?:has |was |is )?(?:changed|new)\\b|\\bwhat'?s new\\b|\\bwhat are the changes\\b",
    re.IGNORECASE,
)
_OF_EACH: Final = re.compile("各|分别|\\bboth\\b|\\beach\\b|\\brespectively\\b", re.IGNORECASE)
_SEVERAL: Final = re.compile(
    f"新旧|新老|[旧老]版|现行版|[修改]订?前|以前|之前|(?:[旧老新]|原来?|过去|现行)的?{_RULES}|"
    "两个?版|版本|上一?版|那版|"
    "\\b(?:old|older|previous|earlier|former|last)\\b|\\bversions?\\b|\\beditions?\\b",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(f"(?<![0-9])({_YEAR})年?(?:度|的)?(?:[第首]?.{{0,2}}(?:修订|修正|修改)|版)")
_VERSION: Final = re.compile(
    f"(?:新旧|新老)(?:两个?)?版?本?的?|两个?版本?的?|{_YEAR}年?的?[那这]?(?:一?个?版|修订版?|修正版?)?本?的?|"
    f"[新旧老上]一?版的?|(?:现行|现在|目前|原来|以前|过去)(?:版本?)?的?|[新旧老]的?(?={_RULES})|^新的|修[订改]前后|版本",
)
_TITLE_IN_MARKS: Final = re.compile("《[^》]*》")
_ASKS_FOR_DIFFERENCE: Final = re.compile(
    "(?:在|上|方面|这一?块|有|的|之间|到底|分别|各自|各|做了|发生了?|[是都]有|又)*"
    "(?:(?:什么|哪些|哪里|何|啥|多大|怎样的?)?的?"
    "(?:变化|改动|修改|调整|不同|区别|差[别异]|异同|不一样)(?:之处|的?地方|点)?(?:了|吗|呢|在哪里?|在哪儿|是什么)*|"
    "(?:做了|[修更]?改了|修订了|调整了|新增了|增加了)(?:什么|哪些|哪里|啥)(?:内容|地方|条款)?)$"
)
_OF_BOTH: Final = re.compile("各自?|分别")
_EDGES: Final = re.compile(
    "^[和跟与同比及的在,里中 ]+|(?:[和跟与同比的在,里中 ]|相比|比较|方面|这一?块|上)+$"
)
_BORDER: Final = re.compile("[,;?。;:\n]+")
_IN_ENGLISH: Final = re.compile(
    r"\b(?:on|regarding|concerning|about|as to|in terms of|when it comes to)\s+(?P<aspect>[^,?]+)\??$",
    re.IGNORECASE,
)


def version_numbers(text: str) -> frozenset[str]:
    """Return the years and release numbers in a text: 2022, 3.2."""
    found = _NUMBER.finditer(as_pattern_text(text))
    return frozenset(match[0].lower().lstrip("v ") for match in found)


def version_named(question: str) -> str:
    """Return the year of the version that a question asks about by name, empty if it names none."""
    found = _NAMED.search(as_pattern_text(question))
    return found[1] if found else ""


def asks_for_changes(question: str) -> bool:
    """Tell whether a question asks what changed in a version, or between versions: 2022年版改了什么."""
    text = as_pattern_text(question)
    return bool(_CHANGED.search(text)) or (bool(_DIFFERS.search(text)) and compares_versions(question))


def compares_versions(question: str) -> bool:
    """Tell whether a question asks what differs between versions, or the same of each."""
    text = as_pattern_text(question)
    years = {match["year"] for match in _NUMBER.finditer(text) if match["year"]}
    numbers = version_numbers(question)
    if _DIFFERS.search(text):
        return bool(_SEVERAL.search(text)) or len(numbers) > 1
    return bool(_OF_EACH.search(text)) and (len(years) > 1 or bool(re.search("新旧|新老|两版", text)))


def aspects_of(question: str, about: Sequence[str]) -> tuple[str, ...]:
    """Return what a question about versions asks of each, none if that is all of them.

    `about` is what the versions are called, and how they begin: 恒泽公司新旧两版差旅办法 is no aspect.
    """
    text = as_pattern_text(question)
    if not re.search("[\u4e00-\u9fff]", text):
        found = _IN_ENGLISH.search(question)
        return (found["aspect"].strip(),) if found else ()
    known = fold("".join(about))
    kept = []
    for clause in _BORDER.split(text):
        bare = _ASKS_FOR_DIFFERENCE.sub("", _VERSION.sub("", _TITLE_IN_MARKS.sub("", clause)))
        bare = _EDGES.sub("", _OF_BOTH.sub("", bare))
        if _VERSION.search(clause):
            bare = _without_name(bare, known)
        if len(bare) >= _SHORTEST and telling_words(bare):
            kept.append(bare)
    whole = "，".join(kept)
    pieces = [_EDGES.sub("", piece) for piece in JOINT.split(whole)] if len(kept) == 1 else []
    if 1 < len(pieces) <= _MOST and all(_SHORTEST <= len(piece) <= _LONGEST for piece in pieces):
        return tuple(pieces)
    return (whole,) if whole else ()


def _without_name(clause: str, known: str) -> str:
    """Return a clause without the words at its beginning that the versions are called by."""
    words = cut_into_words(clause)
    while words and (words[0] in known or words[0] in _BESIDE_A_NAME):
        rest = "".join(words[1:]).strip()
        if rest and len(rest) < _SHORTEST and rest not in _BESIDE_A_NAME:  # 停车|费
            break
        words = words[1:]
    return _EDGES.sub("", "".join(words))
