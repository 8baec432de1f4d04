"""What a question names by a code, a year or a number: E-15, 2023年, 代码17, Annex 2."""

import re
from typing import Final

from rag.text.normalize import normalise
from rag.text.numbers import DIGITS, YEAR_DIGITS
from rag.text.patterns import any_of, as_pattern_text

__all__ = ["identifiers", "with_years_in_digits"]

_NUMBERED: Final = (
    *("代码", "编号", "版本", "附件", "表", "图"),
    *("number", "annex", "table", "figure", "version", "code"),
)
_MEASURED: Final = "年月日个名元人天次%"  # behind a number: an amount, which names nothing
_YEAR_IN_WORDS: Final = re.compile(f"[{YEAR_DIGITS}]{{4}}(?=年)")
_IN_DIGITS: Final = str.maketrans({digit: str(value) for value, digit in enumerate(DIGITS)} | {"零": "0"})
_IDENTIFIERS: Final = (
    re.compile("[A-Za-z]{1,6}[-–]?[0-9]+(?:[.-][0-9]+)*"),
    re.compile("(?<![0-9.])(?:19|20)[0-9]{2}(?=年)"),
    re.compile(
        f"(?:{any_of(*_NUMBERED)}|[A-Z][A-Za-z]{{2,}}) ?([0-9]+(?:\\.[0-9]+)*)(?![0-9.]|[{_MEASURED}])"
    ),
)


def identifiers(question: str) -> list[str]:
    """Return what is named so, normalised, in the order of its kinds."""
    text = with_years_in_digits(as_pattern_text(question))
    return [normalise(found) for pattern in _IDENTIFIERS for found in pattern.findall(text)]


def with_years_in_digits(text: str) -> str:
    """Return a text with 2024年 for 二〇二四年."""
    return _YEAR_IN_WORDS.sub(lambda year: year[0].translate(_IN_DIGITS), text)
