"""The sentences of an answer, the markers each one carries, and the words that have to be supported."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rag.text.marks import TRAILING
from rag.text.normalize import HAN, normalise, telling_terms, terms
from rag.text.numbers import COUNTING, HUNDREDS, count_in

__all__ = [
    "Statement",
    "counts_in",
    "digits_in",
    "marker_groups",
    "sentence_spans",
    "share_held",
    "statements",
    "telling_words",
    "unspaced",
    "with_digits",
    "without_markers",
]

_MARKER: Final = re.compile(r"\s*\[(\d{1,3})\]")
_GROUP: Final = re.compile(r"(?:\s*\[[-+]?\d+\])+")
_NUMBER: Final = re.compile(r"[-+]?\d+")
_MOST_DIGITS: Final = 6
_DIGITS: Final = re.compile(r"\d+(?:\.\d+)*")
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SPACE_AT_HAN: Final = re.compile(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])")
_LABEL: Final = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}\s*[.、．)）](?!\d)\s*)")
# The end of a sentence with the quotation marks that close it and the markers that follow it.
# A Latin full stop ends one only before white space: `2.46` goes on.
_END: Final = re.compile(rf"(?:[。！？!?]+|\.(?=\s|\[\d|$))[{TRAILING}]*(?:\s*\[\d{{1,3}}\])*")

# Behind them a number in characters is a count, and 六班 is the same as 6班.
_COUNTS: Final = (
    "个名项种类次家所支座处条位人期户份篇套天年月日倍级批步点号成班趟场吨斤米里顿本册件辆台层门间栋颗"
    "张片组支万亿元"
)
_HAN_NUMBER: Final = re.compile(f"[{COUNTING}{HUNDREDS}]+(?=[{_COUNTS}])")


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, or a line of a list, without its markers and its number in the list."""

    text: str
    markers: tuple[int, ...]


def statements(answer: str) -> list[Statement]:
    """Split an answer; a marker belongs to the sentence it stands in or right behind."""
    found: list[Statement] = []
    for start, end in sentence_spans(answer):
        piece = answer[start:end]
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


def unspaced(text: str) -> str:
    """Return a text without the white space beside Han characters; English words stay apart."""
    return _SPACE_AT_HAN.sub("", text)


def share_held(wanted: Sequence[str], held: Collection[str]) -> float:
    """Return the share of some terms that are among others, 0 of none."""
    return sum(term in held for term in wanted) / len(wanted) if wanted else 0.0


def digits_in(text: str) -> frozenset[str]:
    """Return the numbers written in digits, without the commas between thousands."""
    return frozenset(_DIGITS.findall(_THOUSANDS.sub("", normalise(text))))


def with_digits(text: str) -> str:
    """Return a text in which what is written alike in meaning is written alike: 六班 and 6班."""
    return _HAN_NUMBER.sub(_in_digits, unspaced(normalise(text)))


def _in_digits(found: re.Match[str]) -> str:
    return str(count_in(found[0]) or found[0])


def counts_in(text: str) -> frozenset[str]:
    """Return the counts that a folded text writes in characters, in digits."""
    return frozenset(str(number) for number in map(count_in, _HAN_NUMBER.findall(text)) if number)


def telling_words(sentence: str) -> list[str]:
    """Return the terms of a sentence that a source has to hold."""
    return telling_terms(terms(with_digits(sentence)))
