"""What kind of thing a question asks for, and whether a sentence holds one of it.

多少钱 asks for a sum, 哪一年 for a year, 叫什么名字 for a name, “三亮”指哪三亮 for three things in a row:
a sentence that holds none of it does not answer, however much of the question stands in it. The
expected answer types of question answering (Li & Roth, 2002), read off words and units.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

from rag.query.answer_patterns import (
    AGENT_SHAPE,
    AMOUNT,
    AMOUNT_SHAPES,
    ANY_TIME_SHAPE,
    ENGLISH_SHAPES,
    ENGLISH_SUM,
    NAMED_SHAPE,
    PERSON_SHAPE,
    PLACE_SHAPE,
    SHARE_SHAPE,
    TIME_SHAPES,
)
from rag.query.answer_type import Asks, asks_for
from rag.query.counted_names import asked_count
from rag.text.enumerations import Enumeration, enumerations
from rag.text.marks import CLOSING, CLOSING_TITLE, OPENING, OPENING_TITLE, STRAIGHT, quoted
from rag.text.normalize import HAN, is_in_english, normalise
from rag.text.numbers import COUNTING, SEVERAL, count_in
from rag.text.patterns import any_of, as_pattern_text
from rag.text.sentences import clauses_of
from rag.text.vocabulary import words
from rag.text.word_lists import CLASSIFIERS, ITEM_CLASSIFIERS, POSTS, THING_CLASSIFIERS

__all__ = ["Expected", "Meets", "expected", "meets"]

_STRICT_PERSON: Final = re.compile(
    "叫什么|姓名|名字|姓什么|哪一?位|谁(?:写|撰|提出|编|发明|创作)|\\bname of\\b|"
    "\\bnames?\\b|^who is|^who was"
)
# What is called so: a person, by the word before 叫什么, or anything else.
_CALLED: Final = re.compile(
    "叫(?:做|作)?(?:什么|啥)|(?:名字|名称)(?:各|都|分别)*(?:是什么|叫)|名称[?。]?$|哪个名字"
)
_CALLED_PERSON: Final = re.compile(
    f"(?P<noun>{any_of(*POSTS)}|[{HAN}][长员者手师士生]|专家|人|哥|姐|弟|妹|爷|奶|叔|丈夫|妻子|孩子|父亲|母亲|儿子|女儿)"
    "(?:各|都|又|的|分别|一共|姓名|名字)*(?:叫|姓|是什么)"
)
_SOMEBODY: Final = re.compile("谁|哪一?位|姓")
_QUOTED: Final = re.compile(quoted("{2,}", f"{OPENING}{OPENING_TITLE}", f"{CLOSING}{CLOSING_TITLE}"))
# 哪个科室, 哪几所大学: the answer is one, most often by the last character of its name.
_WHICH: Final = re.compile(
    f"哪(?:一|几|些|[{SEVERAL}])?[{''.join(ITEM_CLASSIFIERS)}家所座份本届批间层名位级门张部些大款块次场]?"
    f"(?P<noun>[{HAN}]{{1,4}})"
)
_ANY_NOUN: Final = frozenset(
    [
        *("地方", "东西", "内容", "方面", "方式", "办法", "做法", "时候", "情况", "事情", "事", "人", "样"),
        *("年", "天", "月", "里", "儿", "了", "个", "位", "家", "些", "种", "名", "项", "条"),
    ]
)
_ASKED_POST: Final = re.compile(
    f"总经理|书记|主席|主任|经理|[{HAN}](?<![成增延特专擅家])长(?=是|叫|由|为|[?。]|$|姓|的?名)"
)
_OPENING: Final = f"{OPENING}{STRAIGHT}"
_AROUND_NAME: Final = f"{OPENING}{CLOSING}{OPENING_TITLE}{CLOSING_TITLE}{STRAIGHT}"
_NAMED_GROUP: Final = re.compile(
    f"[{_OPENING}]?(?P<number>[{COUNTING}]|[0-9]{{1,2}})"
    f"(?P<unit>[^\\W\\d_{COUNTING}{''.join(ITEM_CLASSIFIERS)}点位次名家年月日大])"
)
_COUNTED: Final = re.compile(f"(?:多少|几)(?:余|多)?(?P<unit>{any_of(*CLASSIFIERS)})?(?P<noun>[{HAN}]*)")
_MEASURED: Final = re.compile(
    f"(?P<noun>[{HAN}]{{2,6}}?)(?:一共|总共|大概|到底|现在|目前|共|约)*(?:是|有|为|达到?)?(?:多少|"
    f"几)[个名位项条]?[?。]?$"
)
_SPACED_NUMBER: Final = re.compile(f"(?<=[0-9])[ ](?=[{HAN}])|(?<=[{HAN}])[ ](?=[0-9])")
_MOST_NOUNS: Final = 3
_BESIDE: Final = 8  # characters between a name and what it stands for
_RIGHT_BY: Final = 4  # characters between an amount and what is counted


@dataclass(frozen=True, slots=True)
class Expected:
    """What a question asks for: patterns that an answer must show; nothing in particular if none.

    `nouns` are the words that must stand by the amount, `count` the things that must stand in a row,
    `groups` the names that say how many they stand for: ("三亮", 3). What is `given` in the question
    is no answer to it. `which` is what 哪个 asks one of.
    """

    asks: Asks
    shapes: tuple[re.Pattern[str], ...] = ()
    nouns: tuple[str, ...] = ()
    count: int | None = None
    groups: tuple[tuple[str, int], ...] = ()
    given: str = ""
    which: str = ""

    @property
    def anything(self) -> bool:
        """Tell whether any sentence may answer."""
        return not self.shapes and self.count is None


class Meets(NamedTuple):
    """How far a sentence meets what is expected, each 1 or 0; all 1 where nothing is.

    shape: it holds such a thing. beside: in a clause with the noun that is counted or named.
    defines: 1 if it says what a counting name stands for, -1 if it only holds the name. right_by: the
    thing stands right before or behind its noun. which: it holds one of what 哪个 asks for, -1 if not.
    """

    shape: float
    beside: float
    defines: float = 0.0
    right_by: float = 1.0
    which: float = 0.0


@lru_cache(maxsize=256)
def expected(question: str) -> Expected:
    """Read off a question what its answer must show."""
    asks = asks_for(question)
    text = as_pattern_text(normalise(question))
    wanted = _wanted(asks, question, text)
    if wanted.shapes and is_in_english(question):
        wanted = replace(wanted, shapes=(*wanted.shapes, *_in_english(wanted)))
    return replace(wanted, given=text, which=_which(text))


def _wanted(asks: Asks, question: str, text: str) -> Expected:
    if asks == "list" or (asks == "overview" and _NAMED_GROUP.search(text)):
        groups = _groups(text)
        return Expected(
            asks, count=asked_count(question) or (groups[-1][1] if groups else None), groups=groups
        )
    if asks == "time":
        kinds = tuple(kind.written for kind in TIME_SHAPES if kind.asked.search(text))
        return Expected(asks, kinds or (ANY_TIME_SHAPE,))
    called = _CALLED_PERSON.search(text)
    post = _ASKED_POST.search(text)
    noun = post[0] if post else called["noun"] if called else ""
    if _CALLED.search(text) and not (noun or _SOMEBODY.search(text)):
        return Expected(asks, (NAMED_SHAPE, PERSON_SHAPE))
    if asks == "person":
        if _STRICT_PERSON.search(text) or noun:
            return Expected(asks, (PERSON_SHAPE,), (noun,) if len(noun) > 1 else ())
        return Expected(asks, (PERSON_SHAPE, AGENT_SHAPE))
    if asks == "place":
        return Expected(asks, (PLACE_SHAPE,))
    if asks == "count":
        return _amount(text)
    return Expected(asks)


def _in_english(wanted: Expected) -> tuple[re.Pattern[str], ...]:
    """Return what English text shows where Chinese text shows what is wanted."""
    if wanted.shapes == (AMOUNT_SHAPES[0].written,):
        return (ENGLISH_SUM,)
    shape = ENGLISH_SHAPES.get(wanted.asks)
    return (shape,) if shape else ()


def _which(text: str) -> str:
    """Return what 哪个 asks one of, nothing where that may be called anything."""
    found = _WHICH.search(text)
    first = next(iter(words(found["noun"])), "") if found else ""
    return "" if first in _ANY_NOUN else first


def _amount(text: str) -> Expected:
    if SHARE_SHAPE.asked.search(text):
        return Expected("count", (SHARE_SHAPE.written,))
    for kind in AMOUNT_SHAPES:
        if kind.asked.search(text):
            return Expected("count", (kind.written,))
    nouns: list[str] = []
    units: list[str] = []
    for found in _COUNTED.finditer(text):
        units += [found["unit"]] if found["unit"] else []
        nouns += [word for word in words(found["noun"]) if len(word) > 1][:_MOST_NOUNS]
    if not nouns and (measured := _MEASURED.search(text)):
        nouns = [word for word in words(measured["noun"]) if len(word) > 1][-_MOST_NOUNS:]
    unit = f"(?:[{HAN}]{{0,2}}?(?:{'|'.join(units)}))" if units and units[0] not in THING_CLASSIFIERS else ""
    return Expected("count", (re.compile(AMOUNT + unit),), tuple(nouns))


def _groups(text: str) -> tuple[tuple[str, int], ...]:
    """Return the names in a question that count what they stand for."""
    found = [(match[0].lstrip(_OPENING), count_in(match["number"])) for match in _NAMED_GROUP.finditer(text)]
    return tuple((name, number) for name, number in found if number >= 2)


def meets(wanted: Expected, sentence: str) -> Meets:
    """Tell how far a sentence meets what a question expects."""
    which = _holds_which(wanted, sentence) if wanted.which else 0.0
    if wanted.anything:
        return Meets(1.0, 1.0, which=which)
    if wanted.count is not None:
        found = enumerations(sentence)
        sizes = {len(row.items) for row in found}
        has_as_many = float(wanted.count in sizes)
        return Meets(float(bool(sizes)), has_as_many, _defines(wanted, sentence, found), has_as_many, which)
    text = _SPACED_NUMBER.sub("", as_pattern_text(sentence))
    things = [
        found.span()
        for shape in wanted.shapes
        for found in shape.finditer(text)
        if found[0].strip(_AROUND_NAME).lower() not in wanted.given
    ]
    if not things:
        return Meets(0.0, 0.0, right_by=0.0, which=which)
    if not wanted.nouns:
        return Meets(1.0, 1.0, which=which)
    beside = right_by = False
    for start, end in clauses_of(text):
        inside = [thing for thing in things if start <= thing[0] < end]
        nouns = [
            found.span() for noun in wanted.nouns for found in re.finditer(re.escape(noun), text[start:end])
        ]
        beside = beside or bool(inside and nouns)
        right_by = right_by or any(
            max(a + start - thing[1], thing[0] - b - start) <= _RIGHT_BY for thing in inside for a, b in nouns
        )
    return Meets(1.0, float(beside), right_by=float(right_by), which=which)


def _holds_which(wanted: Expected, sentence: str) -> float:
    """Return 1 if a sentence holds one of what 哪个 asks for that the question does not name, else -1.

    0 where it may be called anything: one of several, or what stands in quotation marks.
    """
    text = as_pattern_text(sentence)
    found = re.finditer(f"[{HAN}]{{2}}[{re.escape(wanted.which)}]", text)
    if any(match[0] not in wanted.given for match in found):
        return 1.0
    is_named = any(name[1] not in wanted.given for name in _QUOTED.finditer(text))
    return 0.0 if is_named or wanted.asks == "list" else -1.0


def _defines(wanted: Expected, sentence: str, found: Sequence[Enumeration]) -> float:
    """Tell whether a sentence lists what a counting name stands for: right by it, or by its last word."""
    text = as_pattern_text(sentence)
    told = 0.0
    for name, number in wanted.groups:
        at = text.find(name)
        if at < 0:
            continue
        told = told or -1.0
        for row in found:
            if len(row.items) != number:
                continue
            gap = max(row.start - at - len(name), at - row.items[-1][1])
            if gap <= _BESIDE or all(name[-1] in text[start:end] for start, end in row.items):
                return 1.0
    return told
