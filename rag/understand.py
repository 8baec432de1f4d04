"""What a question leaves to the turns before it."""

import re
from collections.abc import Sequence
from typing import Final

from rag.asking import content_terms
from rag.errors import InputError
from rag.outline.rules import as_pattern_text, ordinal
from rag.text import HAN, Language, language_of
from rag.types import Query, Turn

__all__ = ["understand"]

_NUMERAL: Final = "一二两三四五六七八九十0-9"
_REFERS_BACK: Final = re.compile(
    "^(?:那|那么|还有|其中|另外|此外|然后|后来|之后)|它|他们|她|(?<!其)他(?!们?人)|"
    "这(?:个|些|项|种|里|样|一|位|家|套|次|笔|件|条|支|批|篇|年|时|之)|那(?:个|些|里|儿|项|位|家|次)|"
    "该(?:公司|中心|街道|社区|县|区|镇|园区|模式|做法)|上述|前者|后者|呢[?]?$|"
    f"^第[{_NUMERAL}]+(?:个|项|条|点|类|种|步|篇|呢|是|有)"
)
# Case tells the pronoun from the abbreviation: it, not IT.
_REFERS_BACK_IN_ENGLISH: Final = re.compile(
    "\\b(?:[Ii]ts?|[Tt]hey|[Tt]heirs?|[Tt]hem|[Hh]e|[Ss]he|[Hh]is|[Hh]er|[Tt]hat one|[Tt]h[oe]se|[Tt]his)\\b|"
    "^(?:[Aa]nd|[Ww]hat about|[Hh]ow about)\\b"
)
_NTH: Final = re.compile(
    f"第([{_NUMERAL}]{{1,3}})(?:个|项|条|点|类|种|方面|步|篇|级|位)?|(first|second|third|fourth|fifth)\\b"
)
_ENGLISH_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth")
_LISTED: Final = re.compile(r"^\s*(?:\d{1,2}[.、)]|[一二三四五六七八九十]{1,2}是|[-•])\s*(.+)$", re.MULTILINE)
_MARKERS: Final = re.compile(r"\[\d+\]")
_LONGEST_TOPIC: Final = 300  # characters that are taken from a turn before
_ELLIPTICAL: Final = 9  # Han characters: a shorter question with a history leans on it


def understand(
    question: str,
    history: Sequence[Turn] = (),
    documents: Sequence[str] | None = None,
    longest: int = 4000,
    field: str = "question",
) -> Query:
    """Return the question as it will be searched for.

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
    topic, focus = _topic_and_focus(asked, history)
    return Query(asked, f"{topic} {focus}".strip(), focus, language, named, history=tuple(history))


def _refuse_surrogates(text: str, field: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(field, f"the {field} is no valid Unicode: {error.reason}") from error


def _language_before(history: Sequence[Turn]) -> Language:
    """Return the language of the last question, for one that both scripts write alike."""
    asked = [turn.content for turn in history if turn.role == "user"]
    return language_of(asked[-1]) if asked else "zh-Hans"


def _topic_and_focus(asked: str, history: Sequence[Turn]) -> tuple[str, str]:
    """Return what a question takes from the turns before it, if it leans on them, and itself."""
    before = [turn.content for turn in history if turn.role == "user"]
    if not before or not _leans(asked):
        return "", asked
    topic = before[-1][:_LONGEST_TOPIC]
    if _leans(topic) and len(before) > 1:
        topic = f"{before[-2][:_LONGEST_TOPIC]} {topic}"
    item = _item_asked_for(asked, history)[:_LONGEST_TOPIC]
    return topic, f"{item} {asked}".strip()


def _leans(asked: str) -> bool:
    text = as_pattern_text(asked)
    if _REFERS_BACK.search(text) or _REFERS_BACK_IN_ENGLISH.search(text):
        return True
    return len(re.findall(f"[{HAN}]", text)) in range(1, _ELLIPTICAL) and len(content_terms(asked)) <= 5


def _item_asked_for(asked: str, history: Sequence[Turn]) -> str:
    """Return the item of the last answer's list that 第三个 points to."""
    found = _NTH.search(as_pattern_text(asked).lower())
    answers = [turn.content for turn in history if turn.role == "assistant"]
    if not found or not answers:
        return ""
    number = ordinal(found[1]) if found[1] else _ENGLISH_ORDINALS.index(found[2]) + 1
    answer = _MARKERS.sub("", answers[-1])
    items = _LISTED.findall(answer) or re.split("[、；;]", answer)
    return str(items[number - 1]).strip() if 0 < number <= len(items) else ""
