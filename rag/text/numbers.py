"""Numbers as they are written."""

import unicodedata
from typing import Final

__all__ = ["ordinal"]

_DIGITS: Final = "〇一二三四五六七八九"

_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"

_FROM_FORMAL: Final = str.maketrans("壹贰叁参肆伍陆柒捌玖拾", "一二三三四五六七八九十")

_ROMAN: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def ordinal(text: str) -> int:
    """Read a number written as 十二, 12, ⑫, XII or L; 0 if it is none."""
    if text.isdecimal():
        return int(text)
    if len(text) == 1 and unicodedata.category(text) in ("No", "Nl"):
        return int(unicodedata.numeric(text, 0))
    if text and text.isascii():
        return _roman_or_letter(text.upper())
    if text in _STEMS and text:
        return _STEMS.index(text) + 1
    total = 0
    rest = text.translate(_FROM_FORMAL).replace("零", "")
    for unit, worth in (("千", 1000), ("百", 100), ("十", 10)):
        count, found, rest = rest.rpartition(unit)
        total += worth * (_digit(count) or 1) if found else 0
    return total + _digit(rest)


def _digit(text: str) -> int:
    return max(0, _DIGITS.find(text)) if len(text) == 1 else 0


def _roman_or_letter(text: str) -> int:
    if len(text) == 1 and text not in "IVX":
        return ord(text) - ord("A") + 1 if text.isalpha() else 0
    values = [_ROMAN.get(char, 0) for char in text]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
