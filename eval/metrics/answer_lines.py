"""An answer line by line, as it is laid out: what leads to what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rag.answer.claims import Statement, statements
from rag.text.marks import COLONS

__all__ = ["AnswerLine", "answer_lines", "below"]

_LABEL: Final = re.compile(r"^(\s*)(?:[-*•]\s+|\d{1,2}\s*[.、．)）](?!\d)\s*)")


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A line of an answer; `depth` is 0 of running text, 1 of an item, 2 of what is set in below one."""

    statements: tuple[Statement, ...]
    depth: int

    @property
    def announces(self) -> bool:
        """Whether it ends in a colon: a lead, or the name of a block."""
        return self.statements[-1].text.endswith(tuple(COLONS))


def answer_lines(answer: str) -> list[AnswerLine]:
    """Return the lines of an answer that say something."""
    found = []
    for line in answer.splitlines():
        label = _LABEL.match(line)
        depth = (2 if label[1] else 1) if label else 0
        said = tuple(each for each in statements(line) if each.text)
        if said:
            found.append(AnswerLine(said, depth))
    return found


def below(lines: Sequence[AnswerLine], at: int) -> list[int]:
    """Return the places of the lines that a line leads to; none if it leads to nothing."""
    line, after = lines[at], range(at + 1, len(lines))
    leads_to_text = line.depth == 0 and line.announces and not any(lines[n].depth for n in after[:1])
    if leads_to_text:  # up to the next name or lead, which may stand right below a name
        ends = (n for n in after[1:] if lines[n].depth == 0 and lines[n].announces)
    else:
        ends = (n for n in after if lines[n].depth <= line.depth)
    return list(range(at + 1, next(ends, len(lines))))
