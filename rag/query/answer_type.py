"""What kind of answer a question wants, and which of its words say what it is about."""

import re
from typing import Final, Literal

from rag.query.counted_names import asks_what_is_counted
from rag.text.normalize import normalise
from rag.text.numbers import ARABIC, COUNTING
from rag.text.patterns import any_of
from rag.text.word_lists import CLASSIFIERS, DISTRICTS, ENGLISH_NUMBERS

__all__ = ["BEGINS_TO_ASK", "ENGLISH_INTERROGATIVE", "Asks", "asks_for"]

Asks = Literal["author", "list", "count", "time", "person", "place", "overview", "reason", "yes-no", "fact"]

ENGLISH_INTERROGATIVE: Final = r"\b(?:who|whom|whose|what|when|where|which|why|how)\b"
BEGINS_TO_ASK: Final = rf"(?:(?:in|on|at|by|for|to|from|with|of)\s+)?{ENGLISH_INTERROGATIVE}"  # of whom
_STUCK: Final = "[卡堵难差输]"
_AT_ALL: Final = "(?:都|又|究竟|到底)?"
_TO_TEN: Final = ENGLISH_NUMBERS[:9]
_PLURAL: Final = r"\w+s\b"
# The first kind that fits counts. English forms are matched in lower case.
_ASKS: Final[tuple[tuple[Asks, re.Pattern[str]], ...]] = (
    ("author", re.compile("(?<!工)作者|谁写|谁撰写|执笔|\\bauthors?\\b|\\bwrote\\b|written by")),
    (
        "time",
        re.compile(
            "什么时候|何时|哪一?年|哪一?天|几月|几号|几点|时间是|多久|多长时间|什么时间|哪个月|何年|日期|"
            "^when\\b|what (?:year|date|time)|how long"
        ),
    ),
    (
        "person",
        re.compile(
            "谁|哪位|哪一位|何人|叫[什啥][么]?名字?$|叫(?:什么|啥)名字|姓名|"
            "^who\\b|\\bwhose\\b|\\bby whom\\b|person"
        ),
    ),
    (
        "count",
        re.compile(
            f"多少|(?<![哪第])几{any_of(*CLASSIFIERS, '方面')}(?!方面)|"
            "多大|多高|多长(?!时间)|多远|多重|占比|比例|百分之几|几成|how (?:many|much|large|high|often|big)|"
            "what (?:percent|share|proportion|number)"
        ),
    ),
    (
        "list",
        re.compile(
            f"哪些|哪几|哪[{COUNTING}{ARABIC}]+|分别|包括什么|包含什么|有什么|各是|都是|列举|列出|"
            "(?:措施|举措|做法|内容|方面|要求|步骤|环节)(?:是|有)|^what are\\b|^list\\b|^name\\b|"
            "what (?:\\w+ )?(?:\\w+ )?(?:measures|steps|ways|aspects|kinds|types|parts|principles|areas|"
            "methods|elements|components|items|problems|things)|"
            f"which {any_of(*_TO_TEN, _PLURAL)}|respectively"
        ),
    ),
    (
        "overview",
        re.compile(
            "是什么(?:意思|内容)?[?。]?$|指什么|指的是什么|什么意思|什么叫|什么是|怎么搞|怎么回事|介绍|概述|"
            "内容(?:是|有)什么|有什么内容|主要内容|做了什么|"
            "^what is\\b|what does .* mean|tell me about|\\bexplain\\b"
        ),
    ),
    ("reason", re.compile(f"{_STUCK}在了?(?:哪|什么地方)|(?:问题|毛病|难点|症结|短板){_AT_ALL}出?在哪")),
    ("place", re.compile(f"哪里|哪儿|在哪|何处|何地|什么地方|哪个[{''.join(DISTRICTS)}地]|^where\\b")),
    ("reason", re.compile("为什么|为何|原因|缘由|\\bwhy\\b")),
    (
        "yes-no",
        re.compile(
            "吗[?]?$|是否|是不是|有没有|能不能|会不会|^(?:is|are|was|were|do|does|did|has|have|can)\\b"
        ),
    ),
)


def asks_for(question: str) -> Asks:
    """Tell what kind of answer a question wants."""
    text = normalise(question).strip()
    asks: Asks = next((kind for kind, pattern in _ASKS if pattern.search(text)), "fact")
    if asks == "overview" and asks_what_is_counted(text):
        return "list"
    return asks
