"""The questions that one question puts at once."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from rag.query.answer_type import BEGINS_TO_ASK, ENGLISH_INTERROGATIVE
from rag.text.coordination import JOINT_BEFORE_QUESTION, LIST_COMMA
from rag.text.marks import quoted
from rag.text.normalize import count_han
from rag.text.patterns import any_of, as_pattern_text
from rag.text.word_lists import CLASSIFIERS, INTERROGATIVES
from rag.types.query import Query

__all__ = ["subquestions_of"]

_JOINT: Final = {"en": ", ", "zh-Hans": "，", "zh-Hant": "，"}
_MOST_PARTS: Final = 4
_SHORTEST: Final = 2  # characters of a question
_ALONE: Final = 10  # Han characters
_ALONE_IN_ENGLISH: Final = 6  # words
_POINTS_BACK: Final = re.compile(
    r"\b(?:it|its|they|them|their|he|his|him|she|her|there|these|those|that|this)\b"
)
_ASKS_AT_ONCE: Final = re.compile(BEGINS_TO_ASK)
_QUOTED: Final = re.compile(quoted("{2,}"))
_INTERROGATIVE: Final = re.compile(
    "谁|什么|哪|多少|多[大高长久远]|怎么|怎样|如何|为何|何时|何地|何处|是否|吗|"
    f"(?<![第这那好])几{any_of(*CLASSIFIERS, '点', '月', '号', '方面')}|"
    f"{ENGLISH_INTERROGATIVE}|"
    r"^(?:can|could|may|must|should|will|would|do|does|did|is|are|was|were|has|have)\b"
)
_BORDER: Final = re.compile(
    r"(?:[;?。;\n]|(?<![0-9]),|,(?![0-9]{3}(?![0-9])))+|(?<=[a-z0-9%)])\.(?=\s+[a-z])|"
    f"{LIST_COMMA}(?=[^{LIST_COMMA}]*{any_of(*INTERROGATIVES)})|"
    f"{JOINT_BEFORE_QUESTION}(?=[^,;?]*{any_of(*INTERROGATIVES, '为')})|"
    f"\\band\\b(?=\\s+{BEGINS_TO_ASK})"
)


def subquestions_of(query: Query) -> list[Query]:
    """Return the questions that a question puts one after the other, itself if it puts but one.

    多少字，是谁宣读的 asks twice. A short part is looked for with the whole question, whose words it
    leaves out; a long one stands alone.
    """
    text = as_pattern_text(query.focus)
    pieces: list[str] = []
    start = 0
    for border in [*_BORDER.finditer(text.lower()), None]:
        end = border.start() if border else len(text)
        before = text[start:end].strip().lower()
        if border and border[0][0].isalnum() and before and not _INTERROGATIVE.search(before):
            continue  # 每月又能省多少电: the word joins nothing that is asked
        pieces.append(query.focus[start:end].strip())
        start = border.end() if border else end
    asks = [bool(_INTERROGATIVE.search(as_pattern_text(piece).lower())) for piece in pieces]
    asking = [piece for piece, is_asking in zip(pieces, asks, strict=True) if is_asking]
    if not 2 <= len(asking) <= _MOST_PARTS or any(len(piece) < _SHORTEST for piece in asking):
        return [query]
    topic = [piece for piece in pieces[: asks.index(True)] if piece]
    return [_part(query, piece, topic) for piece in asking]


def _part(whole: Query, piece: str, topic: Sequence[str]) -> Query:
    """Return one of the questions: with what stands before all of them, alone, or with the whole."""
    if topic:
        text = _JOINT[whole.language].join([*topic, piece])
    else:
        text = piece if _stands_alone(piece) else whole.text
    return replace(whole, asked=piece, focus=piece, text=text)


def _stands_alone(part: str) -> bool:
    """Tell whether a part names what it asks about: by a name in quotation marks, or by its length."""
    if _QUOTED.search(part) or count_han(part) >= _ALONE:
        return True
    if not _ASKS_AT_ONCE.match(part.lower()):  # one of those who came: a clause, not a question
        return False
    return len(part.split()) >= _ALONE_IN_ENGLISH and not _POINTS_BACK.search(part.lower())
