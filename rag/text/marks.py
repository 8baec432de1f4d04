"""Marks of punctuation, by what they do: open, close, end a clause, end a sentence.

Each name is a string of characters, for `in`, `strip` and the brackets of a regular expression alike.
"""

from typing import Final

__all__ = [
    "CLOSING",
    "CLOSING_BRACKETS",
    "CLOSING_TITLE",
    "COLONS",
    "COMMAS",
    "EXCLAMATION_MARKS",
    "FULL_STOP",
    "NESTED_CLOSING",
    "NESTED_OPENING",
    "OPENING",
    "OPENING_BRACKETS",
    "OPENING_TITLE",
    "QUESTION_MARKS",
    "QUOTATION_MARKS",
    "SEMICOLONS",
    "SINGLE_CLOSING",
    "SINGLE_OPENING",
    "STRAIGHT",
    "TERMINAL",
    "TRAILING",
    "quoted",
]

OPENING: Final = "“「『"
"""Of a name or of what somebody said: “三亲”, 「三親」."""
CLOSING: Final = "”」』"
SINGLE_OPENING: Final = "‘"
"""Of a quotation within one; of a name in careless texts: ‘三亲’."""
SINGLE_CLOSING: Final = "’"
STRAIGHT: Final = "\"'"
"""They open and close."""
QUOTATION_MARKS: Final = OPENING + CLOSING + SINGLE_OPENING + SINGLE_CLOSING + STRAIGHT

OPENING_TITLE: Final = "《"
"""Of what somebody wrote: 《工作条例》."""
CLOSING_TITLE: Final = "》"
OPENING_BRACKETS: Final = "（("
CLOSING_BRACKETS: Final = "）)"

NESTED_OPENING: Final = f"{OPENING}{SINGLE_OPENING}{OPENING_BRACKETS}{OPENING_TITLE}【〔"
"""Inside these a comma ends no clause, and 、 divides no list."""
NESTED_CLOSING: Final = f"{CLOSING}{SINGLE_CLOSING}{CLOSING_BRACKETS}{CLOSING_TITLE}】〕"

COMMAS: Final = "，,"
SEMICOLONS: Final = "；;"
COLONS: Final = "：:"
FULL_STOP: Final = "。"
QUESTION_MARKS: Final = "？?"
EXCLAMATION_MARKS: Final = "！!"
TERMINAL: Final = "。！？!?…"
"""The marks that end a sentence (an English full stop needs a look at what follows it)."""
TRAILING: Final = f"{CLOSING}{SINGLE_CLOSING}{CLOSING_BRACKETS}{STRAIGHT}"
"""What may close behind the mark that ends a sentence: …。”"""


def quoted(length: str, opening: str = OPENING, closing: str = CLOSING, *, barred: str = "") -> str:
    """Return a pattern of what stands in quotation marks, its one group: of which length, as in `{2,30}`.

    It holds none of the closing marks, and none of those `barred`.
    """
    return f"[{opening}]([^{closing}{barred}]{length})[{closing}]"
