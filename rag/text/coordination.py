"""Where things are joined: 甲和乙, 甲、乙以及丙. A character such as 和 also stands inside words: 和谐, 参与.

Two ways tell them apart. `JOINT` knows the neighbours that make a word of the character, and is for
questions, whose conjuncts are names that no vocabulary has: it would cut 青禾|区和|柳塘. `joining_words`
asks the vocabulary, and is for sentences, in which there are more words than a list could name: 办理和解决
joins, though 和解 is a word. Of 185 joints in the reference questions they judge 12 otherwise, either way
being right in some, so neither can take the other's place without changing answers.
"""

import re
from collections.abc import Iterator
from typing import Final

from rag.text.patterns import any_of
from rag.text.vocabulary import cut_into_words

__all__ = ["HOLDS_JOINT", "JOINT", "JOINT_BEFORE_QUESTION", "LIST_COMMA", "joining_words"]

LIST_COMMA: Final = "、"

JOINT: Final = re.compile(
    "|".join(
        (
            "和(?![谐睦气缓解])",
            "跟(?![踪班进着上])",
            "(?<![参给赋授])与(?![会时否其])",
            "(?<![以涉普提顾波遍])及(?![时早格])",
            "以及",
            "(?<![不共相一如合协陪等连会雷])同(?![样时学志意事步年级期行心一类等比])",
            LIST_COMMA,
            "还有",
        )
    )
)
"""What joins two things in a question as patterns read it, judged by the characters beside it."""

JOINT_BEFORE_QUESTION: Final = any_of("以及", "并且", "还有", "同时", "又")
"""What may join two questions, where the second asks something: 有多少亩，又是谁承包的."""

_JOINING_WORD: Final = ("以及", "和", "及", "与", "或")

HOLDS_JOINT: Final = re.compile("|".join(_JOINING_WORD))
"""What may be a joining word, or a part of another."""


def joining_words(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each word that joins starts and ends in a sentence, as the vocabulary cuts it."""
    at = 0
    for word in cut_into_words(text):
        if word in _JOINING_WORD:
            yield at, at + len(word)
        at += len(word)
