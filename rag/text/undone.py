"""What was not done, not reached or is left over: how a question asks for it and a text tells it."""

import re
from typing import Final

from rag.text.numbers import COUNTING, HUNDREDS
from rag.text.patterns import any_of, as_pattern_text
from rag.text.word_lists import CLASSIFIERS, ENGLISH_NUMBERS

__all__ = ["asks_for_undone", "is_affirmed", "is_denied", "tells_the_rest"]

_COUNTED: Final = f"(?:[0-9][0-9,.]*|[{COUNTING}{HUNDREDS}]+)[余多]?{any_of(*CLASSIFIERS)}"
_ENGLISH_NUMBER: Final = f"(?:[0-9][0-9,.]*|one|{'|'.join(ENGLISH_NUMBERS)})"
_DO: Final = "完成改好达到过搬办结缴交装通做整实"
_ASKS: Final = re.compile(
    f"还剩|还有[^,?]{{0,12}}[没未]|剩下|剩余|余下|没有?[^,?]{{0,2}}[{_DO}]|尚未|未能?[{_DO}]|不[达合]|落后|"
    "\\b(?:miss(?:ed)?|fail(?:ed|s)?|f[ae]ll short|short of|below target|unmet|outstanding|remain(?:s|ing)?|"
    "still|yet to|left|"
    "not (?:yet |been )*(?:meet|met|reach|achiev|carried|complet|done|implement|deliver|pass)\\w*)\\b"
)
_REST: Final = re.compile(
    f"(?:还剩|剩余|剩下|余下|尚有|仍有|未(?!来)[^,。;、\\d]{{1,6}}|其余)的?约?{_COUNTED}|"
    f"\\b(?:remaining|outstanding) {_ENGLISH_NUMBER}\\b|"
    f"\\b{_ENGLISH_NUMBER} (?:\\w+ ){{0,3}}"
    "(?:remain(?:s|ed)?|(?:are|were|is|was) (?:left|still|not|outstanding))\\b",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(
    "否|×|✗|✘|x|n|no\\b.*|not\\b.*|missed|failed?|fell short|unmet|below.*|[未没不].*|落后|滞后|欠.*",
    re.IGNORECASE,
)
_AFFIRMED: Final = re.compile(
    "是|√|✓|✔|y|yes\\b.*|met|achieved|passed|pass|reached|done|completed?|on track|exceeded|(?:已|超额|按期)?"
    "(?:达标|达到|合格|完成|通过|符合|办结)",
    re.IGNORECASE,
)


def asks_for_undone(question: str) -> bool:
    """Tell whether a question asks for what is left over, was missed or not yet done."""
    return bool(_ASKS.search(as_pattern_text(question).lower()))


def tells_the_rest(text: str) -> bool:
    """Tell whether a text counts what is left over or not done: 未整改的18处, the remaining three."""
    return bool(_REST.search(as_pattern_text(text)))


def is_denied(verdict: str) -> bool:
    """Tell whether a word says that something was not reached: No, 未达标."""
    return bool(_DENIED.fullmatch(as_pattern_text(verdict).strip()))


def is_affirmed(verdict: str) -> bool:
    """Tell whether a word says that something was reached: Yes, 达标."""
    return bool(_AFFIRMED.fullmatch(as_pattern_text(verdict).strip()))
