"""Text as it is shown: hard line breaks joined, stray spaces dropped, every character traceable."""

import re
from array import array
from collections.abc import Iterable
from typing import Final, NamedTuple

from rag.text.marks import COMMAS, NESTED_CLOSING, NESTED_OPENING, SEMICOLONS, TERMINAL, TRAILING
from rag.text.normalize import HAN
from rag.text.word_lists import ENGLISH_ABBREVIATIONS, ENGLISH_PARTS
from rag.types.document import Span

__all__ = ["Clause", "Clean", "as_read", "clauses_of", "clean", "sentence_ends"]

_WHITE: Final = re.compile(r"[\s\u200b-\u200f\ufeff\x00-\x08\x0e-\x1f\x7f]+")
_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\ufeff\x00-\x08\x0e-\x1f\x7f]+")
_CJK_PUNCTUATION: Final = frozenset("，。、；：！？“”‘’「」『』（）《》〈〉【】〔〕…—·")
_UNIT_SIGNS: Final = "℃℉°%‰"
_HAN: Final = re.compile(f"[{HAN}]")
_CLOSING: Final = f"{TRAILING}】》〉"
_SENTENCE_END: Final = re.compile(rf"[{TERMINAL}]+[{_CLOSING}]*|\.[{_CLOSING}]*(?=\s|$)(?<!\b[A-Z]\.)|\n")
_ABBREVIATION: Final = re.compile(rf"\b(?:{'|'.join(ENGLISH_ABBREVIATIONS)})\.$", re.IGNORECASE)
_DOTTED: Final = re.compile(r"\b(?:[A-Za-z]\.){2,}$")  # e.g., a.m.
_NUMBERED: Final = re.compile(
    rf"\W*(?:(?:{'|'.join(ENGLISH_PARTS)})\s+)?[0-9]+(?:\.[0-9]+)*\.", re.IGNORECASE
)
"""What stands before a title or an item: 3. Keep it dry, Section 2. Purpose."""
_LONGEST_ABBREVIATION: Final = 8  # characters with what is before it
_BEGINS: Final = re.compile(r"\s+[\"'“‘(]?[A-Z]")

_CLAUSE_END: Final = re.compile(f"[{COMMAS}{SEMICOLONS}。！？!?]+[{TRAILING}]*")


_LINE_MARKS: Final = re.compile(r"^\s*(?:[>#]+\s+|[-*+]\s+)+")
_INLINE_MARKS: Final = re.compile(r"\*\*|(?<!\w)__|__(?!\w)|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)|`")


class Clean(NamedTuple):
    """Shown text; character `i` of `text` stands at `at[i]` of the raw text."""

    text: str
    at: "array[int]"

    def span(self, start: int, end: int) -> Span:
        """Return the raw span of the shown characters from `start` up to `end` (not empty)."""
        return Span(self.at[start], self.at[end - 1] + 1)


def clean(raw: str, pieces: Iterable[Span]) -> Clean:
    """Show the given pieces of a raw text, one a line.

    White space beside a full-width mark goes, and so does a line break between Han characters, between
    one and a digit, or within a number among them; any other run of white space becomes one blank.
    """
    parts: list[str] = []
    at = array("L")
    for piece in pieces:
        if parts:
            parts.append("\n")
            at.append(piece.start)
        _append_piece(raw, piece, parts, at)
    return Clean("".join(parts), at)


def _append_piece(raw: str, piece: Span, parts: list[str], at: "array[int]") -> None:
    start, end = piece
    position = start
    for gap in _WHITE.finditer(raw, start, end):
        gap_start, gap_end = gap.span()
        parts.append(raw[position:gap_start])
        at.extend(range(position, gap_start))
        if start < gap_start and gap_end < end and _is_word_gap(raw, gap):
            parts.append(" ")
            at.append(gap_start)
        position = gap_end
    parts.append(raw[position:end])
    at.extend(range(position, end))


def _is_word_gap(raw: str, gap: re.Match[str]) -> bool:
    if _INVISIBLE.fullmatch(gap.group()):
        return False
    before, after = raw[gap.start() - 1], raw[gap.end()]
    if before in _CJK_PUNCTUATION or after in _CJK_PUNCTUATION:
        return False
    if "\n" in gap.group():
        if before.isdecimal() and after.isdecimal():
            return not _stands_in_han(raw, gap)
        sides = [bool(_HAN.match(side)) or side.isdecimal() for side in (before, after)]
        has_han = _HAN.match(before) or _HAN.match(after)
        is_measured = before.isdecimal() and after in _UNIT_SIGNS
        return not (has_han and all(sides)) and before != "-" and not is_measured
    return True


def _stands_in_han(raw: str, gap: re.Match[str]) -> bool:
    """Tell whether a number that a line break cuts in two stands between Han characters."""
    start, end = gap.span()
    while start and raw[start - 1].isdecimal():
        start -= 1
    while end < len(raw) and raw[end].isdecimal():
        end += 1
    return bool(_HAN.match(raw[start - 1 : start])) and bool(_HAN.match(raw[end : end + 1]))


def sentence_ends(text: str) -> list[int]:
    """Return where each sentence of a clean text ends (exclusive), the last one at its end.

    A sentence ends after 。！？… and closing quotes, at a full stop followed by white space, and at
    a line break. Semicolons hold one sentence together: 三必访：…；六必谈：….
    """
    ends: list[int] = []
    for mark in _SENTENCE_END.finditer(text):
        if mark[0][0] != "." or _is_full_stop(text, mark, ends[-1] if ends else 0):
            ends.append(mark.end())
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    return ends


def _is_full_stop(text: str, mark: re.Match[str], start: int) -> bool:
    """Tell whether a dot before white space ends the sentence that begins at `start`."""
    said = text[start : mark.start() + 1]
    begins = bool(_BEGINS.match(text, mark.end()))
    if said[-2:-1].isdecimal():
        return begins and not _NUMBERED.fullmatch(said)
    return not _ABBREVIATION.search(said[-_LONGEST_ABBREVIATION:]) and (begins or not _DOTTED.search(said))


class Clause(NamedTuple):
    """A stretch of a sentence up to its border, in characters of the sentence's text."""

    start: int
    end: int


def as_read(text: str, has_marks: bool) -> str:
    """Return a sentence as it is read: without the marks of Markdown, if its text has any."""
    return _INLINE_MARKS.sub("", _LINE_MARKS.sub("", text)).strip() if has_marks else text


def clauses_of(text: str) -> list[Clause]:
    """Cut a sentence at its commas and semicolons, not inside quotation marks or brackets."""
    found: list[Clause] = []
    start = 0
    for border in _CLAUSE_END.finditer(text):
        before = text[start : border.start()]
        if sum(map(before.count, NESTED_OPENING)) > sum(map(before.count, NESTED_CLOSING)):
            continue
        if before.strip():
            found.append(Clause(start, border.end()))
            start = border.end()
    if text[start:].strip():
        found.append(Clause(start, len(text)))
    return found
