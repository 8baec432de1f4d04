"""What a question leaves to the turns before it."""

import re
from collections.abc import Sequence
from typing import Final

from rag.errors import InputError
from rag.query.keywords import content_terms
from rag.text.enumerations import enumerations
from rag.text.normalize import HAN, language_of
from rag.text.numbers import ARABIC, COUNTING, NUMERALS, ordinal
from rag.text.patterns import any_of, as_pattern_text
from rag.text.vocabulary import is_word
from rag.text.word_lists import ENGLISH_ORDINALS, ITEM_CLASSIFIERS
from rag.types.query import Language, Pointed, Query, Turn

__all__ = ["asked_before", "asks_for_item", "rewrite", "without_ordinals"]

_NUMERAL: Final = f"{COUNTING}{ARABIC}"
_ORDERED: Final = f"{''.join(ITEM_CLASSIFIERS)}点步篇级位家天层次轮章节"
_REFERS_BACK: Final = re.compile(
    "^(?:那|那么|还有|其中|另外|此外|然后|后来|之后)|它|他们|她|(?<!其)他(?!们?人)|"
    "这(?:个|些|项|种|里|样|一|位|家|套|次|笔|件|条|支|批|篇|年|时|之)|那(?:个|些|里|儿|项|位|家|次|台|件|条|张|座|辆|批|处)|"
    "该(?:公司|中心|街道|社区|县|区|镇|园区|模式|做法)|上述|前者|后者|呢[?]?$|"
    f"^第[{_NUMERAL}]+(?:[{_ORDERED}呢是有]|方面|阶段)"
)
# Case tells the pronoun from the abbreviation: it, not IT.
_REFERS_BACK_IN_ENGLISH: Final = re.compile(
    "\\b(?:[Ii]ts?|[Tt]hey|[Tt]heirs?|[Tt]hem|[Hh]e|[Ss]he|[Hh]is|[Hh]er|[Tt]hat one|[Tt]h[oe]se|[Tt]his)\\b|"
    "^(?:[Aa]nd|[Ww]hat about|[Hh]ow about)\\b|"
    f"\\bthe {any_of(*ENGLISH_ORDINALS, 'last')} one\\b|\\b{any_of(*ENGLISH_ORDINALS, 'last')} of the\\b"
)
_NTH: Final = re.compile(
    f"第([{_NUMERAL}]{{1,3}})(?:[{_ORDERED}]|方面|阶段)?|\\bthe ({'|'.join(ENGLISH_ORDINALS)})\\b"
)
# 四步工作法的第三步是什么 asks for an item and nothing else of it.
_NTH_ALONE: Final = re.compile(
    f"(?:的|中|里|里面|当中)?第[{_NUMERAL}]{{1,3}}(?:[{_ORDERED}]|方面|阶段)?(?:又|具体|到底)?(?:是|指|讲|说|叫)(?:的是)?"
    "(?:什么|啥|哪个|哪一[个项条步])(?:内容|意思)?[?.。]*$"
)
_WHAT_OF: Final = re.compile("(?:那么?|还有|至于)?(?P<thing>[^\\W_]{2,8}?)的?呢[?.。]*")
_LAST: Final = re.compile(f"最后(?:的?那?一?)[{_ORDERED}]|还有一[{_ORDERED}]|\\b(?:last|final) one\\b")
_LISTED: Final = re.compile(rf"^\s*(?:\d{{1,2}}[.、)]|[{NUMERALS}]{{1,2}}是|[-•])\s*(.+)$", re.MULTILINE)
_MARKERS: Final = re.compile(r"\[\d+\]")
_LONGEST_QUESTION: Final = 4000  # characters, as the setting has it
_LONGEST_TOPIC: Final = 300  # characters that are taken from a turn before
_FEW_TERMS: Final = 5  # that such a question holds at most
_ELLIPTICAL: Final = 9  # Han characters: a shorter question with a history leans on it


def rewrite(
    question: str,
    history: Sequence[Turn] = (),
    documents: Sequence[str] | None = None,
    longest: int = _LONGEST_QUESTION,
    field: str = "question",
    *,
    leans: bool | None = None,
) -> Query:
    """Return the question as it will be searched for.

    `leans` says whether it takes the topic of the turns before; None: as it reads.
    Raises InputError, about `field`, if it is empty, longer than `longest`, or no valid Unicode.
    """
    asked = question.strip()
    if not asked:
        raise InputError(field, f"the {field} is empty: ask something")
    if len(asked) > longest:
        raise InputError(
            field, f"the {field} has {len(asked):,} characters, {longest:,} at most: ask a shorter one"
        )
    _refuse_surrogates(asked, field)
    for turn in history:
        _refuse_surrogates(turn.content, "history")
    language = language_of(asked, _language_before(history))
    named = tuple(documents) if documents is not None else None
    topic, item, number = _topic_and_item(asked, history, _leans(asked) if leans is None else leans)
    instead = _asked_of_another(asked, topic) if topic and not number and not item else ""
    if instead:
        return Query(asked, instead, instead, language, named, tuple(history))
    focus = f"{item} {asked}".strip()
    pointed = Pointed(item) if item else None
    turns = tuple(history)
    return Query(
        asked, f"{topic} {focus}".strip(), focus, language, named, turns, item=number, pointed=pointed
    )


def _refuse_surrogates(text: str, field: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(field, f"the {field} is no valid Unicode: {error.reason}") from error


def _language_before(history: Sequence[Turn]) -> Language:
    """Return the language of the last question, for one that both scripts write alike."""
    asked = [turn.content for turn in history if turn.role == "user"]
    return language_of(asked[-1]) if asked else "zh-Hans"


def asked_before(history: Sequence[Turn]) -> str:
    """Return the last question that leaned on none before it, empty if there is none."""
    before = [turn.content for turn in history if turn.role == "user"]
    return next((content for content in reversed(before[1:]) if not _leans(content)), *before[:1] or [""])


def without_ordinals(question: str) -> str:
    """Return a question without its 第三个 or its third."""
    alone = _NTH_ALONE.search(as_pattern_text(question))
    return question[: alone.start()] if alone else _NTH.sub("", _LAST.sub("", question))


def _asked_of_another(asked: str, topic: str) -> str:
    """Return the question before with what is asked of now in the place of what was asked of then.

    那蓝色的呢 behind 红色工单多久办结 asks 蓝色工单多久办结. Both are as long and end alike, and are
    words or begin with a digit; empty where there are no such two.
    """
    found = _WHAT_OF.fullmatch(as_pattern_text(asked))
    if not found:
        return ""
    start, end = found.span("thing")
    thing = asked[start:end]
    folded, text = as_pattern_text(thing), as_pattern_text(topic)
    if folded in text:
        return ""
    for alike in range(len(thing) - 1, 0, -1):
        at = text.rfind(folded[-alike:])
        while at >= 0:
            first, last = at + alike - len(thing), at + alike
            before = text[first:last] if first >= 0 else ""
            if before and (is_word(before) or (before[0].isdigit() and folded[0].isdigit())):
                return topic[:first] + thing + topic[last:]
            at = text.rfind(folded[-alike:], 0, at)
    return ""


def asks_for_item(question: str) -> bool:
    """Tell whether a question asks for the item of a list that it names, and for nothing else of it."""
    return bool(_NTH_ALONE.search(as_pattern_text(question)))


def _topic_and_item(asked: str, history: Sequence[Turn], leans: bool) -> tuple[str, str, int]:
    """Return what a question takes from the turns before it, if it leans on them.

    That is their topic and the item of a list it points to; or the item's number, if they do not name it.
    """
    before = [turn.content for turn in history if turn.role == "user"]
    if not before or not leans:
        return "", "", _item_asked_for(asked) if asks_for_item(asked) else 0
    topic = before[-1][:_LONGEST_TOPIC]
    if _leans(topic) and len(before) > 1:
        topic = f"{before[-2][:_LONGEST_TOPIC]} {topic}"
    number = _item_asked_for(asked)
    item = _item_named(number, history)[:_LONGEST_TOPIC]
    return topic, item, 0 if item else number


def _leans(asked: str) -> bool:
    text = as_pattern_text(asked)
    if _REFERS_BACK.search(text) or _REFERS_BACK_IN_ENGLISH.search(text):
        return True
    if _LAST.search(text):
        return True
    return (
        len(re.findall(f"[{HAN}]", text)) in range(1, _ELLIPTICAL) and len(content_terms(asked)) <= _FEW_TERMS
    )


def _item_asked_for(asked: str) -> int:
    """Return the number in 第三个, -1 for the last, 0 if none is asked for."""
    text = as_pattern_text(asked).lower()
    if _LAST.search(text):
        return -1
    found = _NTH.search(text)
    if not found:
        return 0
    return ordinal(found[1]) if found[1] else ENGLISH_ORDINALS.index(found[2]) + 1


def _item_named(number: int, history: Sequence[Turn]) -> str:
    """Return the item of the last answer's list that has a number, empty if it lists none."""
    answers = [turn.content for turn in history if turn.role == "assistant"]
    if not number or not answers:
        return ""
    answer = _MARKERS.sub("", answers[-1])
    items: list[str] = _LISTED.findall(answer)
    if not items:
        rows = [row for row in enumerations(answer) if len(row.items) >= abs(number)]
        items = [answer[start:end] for start, end in rows[0].items] if rows else []
    return items[number - (number > 0)].strip() if items and number <= len(items) else ""
