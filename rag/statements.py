"""The sentences of an answer and the markers each one carries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rag.text import terms

__all__ = ["Statement", "marker_groups", "sentence_spans", "statements", "without_markers"]

_MARKER: Final = re.compile(r"\s*\[(\d{1,3})\]")
_GROUP: Final = re.compile(r"(?:\s*\[[-+]?\d+\])+")
_NUMBER: Final = re.compile(r"[-+]?\d+")
_MOST_DIGITS: Final = 6
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


def sentence_spans(answer: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence or line of a list starts and ends, its number and markers included."""
    start = 0
    for line in answer.splitlines(keepends=True):
        label = _LABEL.match(line)
        at = start + (label.end() if label else 0)
        for piece in _sentences(line[at - start :].rstrip("\n")):
            if piece.strip():
                yield at, at + len(piece.rstrip())
            at += len(piece)
        start += len(line)


def marker_groups(sentence: str) -> Iterator[tuple[int, int, list[int]]]:
    """Yield each row of markers: where it starts and ends, and its numbers."""
    for group in _GROUP.finditer(sentence):
        yield group.start(), group.end(), [_number(found) for found in _NUMBER.findall(group[0])]


def _number(found: str) -> int:
    """Return the number of a marker, 0 for one that can point nowhere."""
    return int(found) if found.isdecimal() and len(found) <= _MOST_DIGITS else 0
