"""The sentences of an answer and the markers each one carries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rag.text import terms

__all__ = ["Statement", "statements", "without_markers"]

_MARKER: Final = re.compile(r"\s*\[(\d{1,3})\]")
_LABEL: Final = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}\s*[.、．)）](?!\d)\s*)")
# The end of a sentence with the quotation marks that close it and the markers that follow it.
# A Latin full stop ends one only before white space: `2.46` goes on.
_END: Final = re.compile(r"(?:[。！？!?]+|\.(?=\s|\[\d|$))[”’」』）)\"']*(?:\s*\[\d{1,3}\])*")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, or a line of a list, without its markers and its number in the list."""

    text: str
    markers: tuple[int, ...]


def statements(answer: str) -> list[Statement]:
    """Split an answer; a marker belongs to the sentence it stands in or right behind."""
    found: list[Statement] = []
    for line in answer.splitlines():
        for piece in _sentences(_LABEL.sub("", line)):
            markers = tuple(int(number) for number in _MARKER.findall(piece))
            text = without_markers(piece).strip()
            if terms(text):
                found.append(Statement(text, markers))
            elif markers:  # a line of markers alone
                before = found.pop() if found else Statement("", ())
                found.append(Statement(before.text, before.markers + markers))
    return found


def without_markers(answer: str) -> str:
    """Drop every `[n]`."""
    return _MARKER.sub("", answer)


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(line):
        yield line[start : end.end()]
        start = end.end()
    yield line[start:]
