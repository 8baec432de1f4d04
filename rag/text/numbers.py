"""Numbers as they are written: the characters, for the brackets of a regular expression, and their values."""

import re
import unicodedata
from typing import Final

__all__ = [
    "ARABIC",
    "BRANCHES",
    "CIRCLED",
    "CIRCLE_FOR_ZERO",
    "COUNTING",
    "DIGITS",
    "FORMAL",
    "HUNDREDS",
    "MASKED",
    "NUMBERING",
    "NUMERALS",
    "SEVERAL",
    "STEMS",
    "TWO_TO_NINE",
    "YEAR_DIGITS",
    "count_in",
    "in_characters",
    "ordinal",
    "value_of",
]

ARABIC: Final = "0-9"
MASKED: Final = "0-9x"
"""Digits that a text may have made unreadable: 20xx年, x月."""
_ONE_TO_NINE: Final = "一二三四五六七八九"
NUMERALS: Final = f"{_ONE_TO_NINE}十"
"""Of an order: 第十二条, 三、."""
COUNTING: Final = f"{NUMERALS}两"
"""Of a count: 两个, 十二项."""
SEVERAL: Final = COUNTING.replace("一", "")
"""Of more than one."""
TWO_TO_NINE: Final = f"两{_ONE_TO_NINE[2:]}"
"""Before a classifier, of more than one: 两类, 九项."""
HUNDREDS: Final = "百千"
DIGITS: Final = f"〇{_ONE_TO_NINE}"
"""As Word counts, digit by digit: 二〇; a character's place is its value."""
YEAR_DIGITS: Final = f"{DIGITS}零"
"""Of a year written out: 二〇二一年, 二零二一年."""
CIRCLE_FOR_ZERO: Final = "○"
"""What letterheads and lines with a date write for 〇."""
NUMBERING: Final = f"{YEAR_DIGITS}十{HUNDREDS}0-9"
"""Of the chapters and articles of a book: 第一百〇二条, 第12章."""
STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
BRANCHES: Final = "子丑寅卯辰巳午未申酉戌亥"
FORMAL: Final = "壹贰叁参肆伍陆柒捌玖拾"
CIRCLED: Final = "①-⑳"

_FROM_FORMAL: Final = str.maketrans(FORMAL, NUMERALS.replace("三", "三三"))
_ROMAN: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_LARGEST_IN_CHARACTERS: Final = 9999
_UNITS: Final = (("千", 1000), ("百", 100), ("十", 10))


def ordinal(text: str) -> int:
    """Read a number written as 十二, 12, ⑫, XII or L; 0 if it is none."""
    if text.isdecimal():
        return int(text)
    if len(text) == 1 and unicodedata.category(text) in ("No", "Nl"):
        return int(unicodedata.numeric(text, 0))
    if text and text.isascii():
        return _roman_or_letter(text.upper())
    if text in STEMS and text:
        return STEMS.index(text) + 1
    total = 0
    rest = text.translate(_FROM_FORMAL).replace("零", "")
    for unit, worth in _UNITS:
        count, found, rest = rest.rpartition(unit)
        total += worth * (_digit(count) or 1) if found else 0
    return total + _digit(rest)


def count_in(text: str) -> int:
    """Read a count, which may be written as 两; 0 if it is none."""
    return ordinal(text.replace("两", "二"))


def in_characters(number: int) -> str:
    """Write 12 as 十二 and 102 as 一百零二; in digits what is below 1 or above 9999."""
    if not 0 < number <= _LARGEST_IN_CHARACTERS:
        return str(number)
    text = ""
    for unit, worth in (*_UNITS, ("", 1)):
        digit, number = divmod(number, worth)
        if digit:
            text += DIGITS[digit] + unit
        elif text and number and not text.endswith("零"):
            text += "零"
    return text.removeprefix("一") if text.startswith("一十") else text


def _digit(text: str) -> int:
    return max(0, DIGITS.find(text)) if len(text) == 1 else 0


def _roman_or_letter(text: str) -> int:
    if len(text) == 1 and text not in "IVX":
        return ord(text) - ord("A") + 1 if text.isalpha() else 0
    values = [_ROMAN.get(char, 0) for char in text]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


_PLAIN: Final = re.compile(r"\d+(?:\.\d+)?")
_SCALES: Final = {"万": 10_000.0, "亿": 100_000_000.0}


def value_of(text: str) -> float | None:
    """Read an amount written as 12,000, 1.2万, 三百 or 半; None if it is none."""
    scale = 1.0
    while text and text[-1] in _SCALES:
        scale *= _SCALES[text[-1]]
        text = text[:-1]
    plain = text.replace(",", "")
    if _PLAIN.fullmatch(plain):
        return float(plain) * scale
    if text == "半":
        return 0.5 * scale
    half = text.endswith("半")
    number = ordinal(text.removesuffix("半").replace("两", "二"))
    return (number + 0.5 * half) * scale if number else None
