"""Reading bytes in a test, and what came of it in a form that is easily compared."""

from typing import Final

import pytest

from rag.errors import ReadError
from rag.ingest.formats import ReadingLimits, ReadText, read_file

HAN: Final = "".join(chr(0x4E00 + 37 * place) for place in range(500))  # no two of these are the same


def read(data: bytes | str, suffix: str, **limits: int) -> ReadText:
    """Read a file's bytes, or text that is written as UTF-8."""
    whole = data.encode() if isinstance(data, str) else data
    return read_file(f"a{suffix}", suffix, whole, ReadingLimits(**limits))


def marked(found: ReadText) -> list[tuple[str, int, str]]:
    """Return the kind, the level and the words of every stretch that is marked."""
    return [(mark.kind, mark.level, found.text[mark.start : mark.end]) for mark in found.markup]


def headings(found: ReadText) -> list[tuple[int, str]]:
    """Return the level and the words of every heading."""
    return [(level, words) for kind, level, words in marked(found) if kind == "heading"]


def lines(found: ReadText) -> list[str]:
    """Return the lines of the text."""
    return found.text.removesuffix("\n").split("\n")


def refusal(data: bytes | str, suffix: str, **limits: int) -> str:
    """Return the reason why a file is refused."""
    with pytest.raises(ReadError) as refused:
        read(data, suffix, **limits)
    return refused.value.reason
