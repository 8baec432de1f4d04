"""Headings of plain text that are underlined: a row of = - ~ under them, as long as they are."""

import re
from typing import Final

from rag.ingest.outline.unwrap import cells
from rag.types.document import Markup

__all__ = ["underlined"]

_RULE: Final = re.compile(r"([=\-~^*#\"+_`])\1{2,}\s*")
_LONGEST: Final = 120
_LETTER: Final = re.compile(r"[^\W\d_]")
_SHORTEST: Final = 0.6  # of the line that it underlines
_OVERHANG: Final = 12  # cells
_FEWEST: Final = 2


def underlined(raw: str) -> tuple[Markup, ...]:
    """Return the lines that are underlined; the level is the order in which the marks first appear.

    That is how reStructuredText reads them; a line with a rule above it as well is of a level of its own.
    """
    found: list[Markup] = []
    order: dict[tuple[str, bool], int] = {}
    lines = raw.split("\n")
    position = 0
    for index, line in enumerate(lines[:-1]):
        rule = _RULE.fullmatch(lines[index + 1]) if _may_be_heading(line) else None
        above = bool(rule and index and _RULE.fullmatch(lines[index - 1]))
        after_blank = index == 0 or above or not lines[index - 1].strip()
        if (
            rule
            and after_blank
            and _SHORTEST * cells(line.strip()) <= len(rule[0].rstrip()) <= cells(line) + _OVERHANG
        ):
            level = order.setdefault((rule[1], above), len(order) + 1)
            found.append(Markup(position, position + len(line), "heading", level))
        position += len(line) + 1
    return tuple(found) if len(found) >= _FEWEST else ()


def _may_be_heading(line: str) -> bool:
    return len(line) <= _LONGEST and bool(_LETTER.search(line)) and "|" not in line
