"""Names that no document writes while one very like it is written: 三类驿亭 for 三类驿站.

Who asks has heard the name and keeps it nearly right. Only what is a name by its shape is looked for:
one made of numbers and what they count, one that counts its things, one of a place or a body.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final, Literal, NamedTuple

from rag.query.counted_names import coined_names, measured_names
from rag.text.marks import QUOTATION_MARKS
from rag.text.normalize import HAN
from rag.text.numbers import COUNTING
from rag.text.patterns import any_of, as_pattern_text
from rag.text.vocabulary import cut_into_words, is_word
from rag.text.word_lists import COMMUNITIES, DIRECTIONS, DISTRICTS, IN_NO_NAME

__all__ = ["AskedName", "most_like", "names_asked_about"]

_SHORTEST: Final = 4  # characters: of a shorter name, too little is left when one differs
_BODIES: Final = any_of(*COMMUNITIES, "公司", "集团", "学校", "大学", "医院", f"[{''.join(DISTRICTS)}]")
_LONGEST_STEM: Final = 4  # characters before what a place or body is
_STEM: Final = f"(?:(?![{IN_NO_NAME}])[{HAN}])"
_PROPER: Final = re.compile(f"(?=(?P<name>(?![{''.join(DISTRICTS)}]){_STEM}{{2,{_LONGEST_STEM}}}{_BODIES}))")
_NUMERALS: Final = f"{COUNTING}双"
_WITHIN: Final = re.compile(rf"[\s{QUOTATION_MARKS}、]")

Shape = Literal["coined", "measured", "proper"]


class AskedName(NamedTuple):
    """A name in a question: as it stands there, and of which shape it is."""

    text: str
    shape: Shape


def names_asked_about(question: str) -> Iterator[AskedName]:
    """Yield the names in a question that a text either writes or does not."""
    text = as_pattern_text(question)
    for start, end in coined_names(question):
        yield AskedName(question[start:end], "coined")
    for start, end in measured_names(question):
        yield AskedName(question[start:end], "measured")
    for found in _PROPER.finditer(text):
        start, end = found.span("name")
        yield AskedName(question[start:end], "proper")


def most_like(name: AskedName, texts: Sequence[str]) -> str:
    """Return the one name of the texts that differs in one character, empty if there are none or several."""
    asked = as_pattern_text(name.text)
    if len(asked) < _SHORTEST:
        return ""
    ways = [f"{re.escape(asked[:at])}[{HAN}]{re.escape(asked[at + 1 :])}" for at in range(len(asked))]
    pattern = re.compile(f"(?=({any_of(*ways)}))")
    found = {
        like
        for text in texts
        for like in pattern.findall(_WITHIN.sub("", as_pattern_text(text)))
        if like != asked and _is_such_a_name(asked, like, name.shape)
    }
    return found.pop() if len(found) == 1 else ""


def _is_such_a_name(asked: str, like: str, shape: Shape) -> bool:
    """Tell whether what differs may: the things of a coined name, not the place that a name begins with."""
    at = next(i for i, (a, b) in enumerate(zip_longest(asked, like)) if a != b)
    if shape == "coined":
        return (asked[at] in _NUMERALS) == (like[at] in _NUMERALS)
    if asked[at] in COUNTING or like[at] in IN_NO_NAME:
        return False
    if shape == "measured":
        return True
    if at in (0, len(asked) - 1) or {asked[at], like[at]} <= set(DIRECTIONS):
        return False
    return not is_word(asked) and not _stands_in_a_word(asked, at)


def _stands_in_a_word(name: str, at: int) -> bool:
    """Tell whether a character is part of a known word: 苏州 and 杭州 are two places, 黎阳 is no word."""
    begin = 0
    for word in cut_into_words(name):
        if begin <= at < begin + len(word):
            return len(word) > 1
        begin += len(word)
    return False
