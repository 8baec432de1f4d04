"""What shows that something is a step of a course of events: a date or an ordinal in front, 随后, 最后."""

import re
from typing import Final

from rag.text.numbers import ARABIC, NUMERALS
from rag.text.patterns import any_of, as_pattern_text

__all__ = ["asks_for_course", "begins_step"]

_NUMBER: Final = f"[{ARABIC}{NUMERALS}]{{1,4}}"
_DATE: Final = any_of(
    f"(?:[{ARABIC}{NUMERALS}x]{{2,4}}年)?{_NUMBER}月(?:{_NUMBER}[日号]|[上中下]旬|底|初|份)?",
    f"{_NUMBER}[日号]",
)
_CLOCK: Final = f"{_NUMBER}(?:时|点)(?:{_NUMBER}分)?"
_SEQUENCE: Final = any_of(
    *("首先", "其次", "再次", "然后", "随后", "接着", "之后", "此后", "会后", "其后", "最后", "最终", "于是"),
    f"第[{NUMERALS}]步",
    *("first", "second", "third", "next", "then", "after that", "finally", "lastly"),
)
_BEGINS: Final = re.compile(
    rf"^[\"'“(]?(?:[^,.;:]{{0,8}}?(?:{_DATE}|{_CLOCK})|{_SEQUENCE}(?![a-z]))", re.IGNORECASE
)
_COURSE: Final = re.compile(
    "步骤|程序|流程|一步一?步|过程|经过|来龙去脉|历程|始末|怎么来的|怎样来的|如何来的|"
    "\\bsteps?\\b|procedure|sequence of events|how did .* come about"
)


def asks_for_course(question: str) -> bool:
    """Tell whether a question asks how something went, step by step."""
    return bool(_COURSE.search(as_pattern_text(question).lower()))


def begins_step(text: str) -> bool:
    """Tell whether a sentence or clause begins with when it happened, or with its place in a sequence."""
    return bool(_BEGINS.match(as_pattern_text(text)))
