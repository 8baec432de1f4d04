"""What kind of answer a question wants, and which of its words say what it is about."""

import re
from typing import Final, Literal, NamedTuple

from rag.ingest.outline.heading_rules import as_pattern_text, ordinal
from rag.text.normalize import ENGLISH_FUNCTION_WORDS, fold, normalise, terms

__all__ = [
    "BEGINS_TO_ASK",
    "CLASSIFIERS",
    "ENGLISH_INTERROGATIVE",
    "Asks",
    "CountedName",
    "asked_count",
    "asks_for",
    "coined_name",
    "content_terms",
    "content_words",
    "counted_names",
    "topic_of",
]

Asks = Literal["author", "list", "count", "time", "person", "place", "overview", "reason", "yes-no", "fact"]

ENGLISH_INTERROGATIVE: Final = r"\b(?:who|whom|whose|what|when|where|which|why|how)\b"
BEGINS_TO_ASK: Final = rf"(?:(?:in|on|at|by|for|to|from|with|of)\s+)?{ENGLISH_INTERROGATIVE}"  # of whom
CLASSIFIERS: Final = (
    "个|名|项|种|类|次|家|所|支|座|处|条|位|人|期|户|份|篇|套|级|批|件|台|辆|本|册|场|倍|步|天|年|节|道|门|间|层|组|例|轮|届|对|片|"
    "张|部|只|头|棵|株|颗|根|栋|幢|块|段|排|队|班|盏|艘|架|枚|顿|趟|遍|回|公里|千米|米|亩|公顷|平方米|吨|公斤|斤|"
    "元|万|亿|千|百|度|字|岁|成|分|站"
)
"""What stands between a number and what it counts."""
# Words that ask and words that frame: no passage is better for holding them.
_QUESTION_WORDS: Final = re.compile(
    "请问|请你|告诉我|介绍一下|介绍|简述|说明一下|是什么意思|什么时候|什么时间|什么样|为什么|是什么|"
    "有什么|什么|"
    "有哪些|哪一些|哪些|哪几|哪里|哪儿|哪个|哪一|哪年|哪|怎么样|怎么办|怎么|怎样|如何|为何|何时|何地|何处|"
    "共有多少|一共有多少|有多少|是多少|多少|多大|多久|多长|几个|几项|几种|几|分别是|分别|各自|是否|是不是|"
    "有没有|能否|可否|吗|呢|么|"
    "文中|文章中|文章里|文档里|文档中|材料里|材料中|提到的?|列了|列出|列举|讲到|说到|"
    "具体|包括|包含|指的是|指|主要|其中|一共|总共|共有|里的|中的|都|谁"
)
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
            f"多少|(?<![哪第])几(?:{CLASSIFIERS}|方面)(?!方面)|"
            "多大|多高|多长(?!时间)|多远|多重|占比|比例|百分之几|几成|how (?:many|much|large|high|often|big)|"
            "what (?:percent|share|proportion|number)"
        ),
    ),
    (
        "list",
        re.compile(
            "哪些|哪几|哪[一二两三四五六七八九十0-9]+|分别|包括什么|包含什么|有什么|各是|都是|列举|列出|"
            "(?:措施|举措|做法|内容|方面|要求|步骤|环节)(?:是|有)|^what are\\b|^list\\b|^name\\b|"
            "what (?:\\w+ )?(?:\\w+ )?(?:measures|steps|ways|aspects|kinds|types|parts|principles|areas|"
            "methods|elements|components|items|problems|things)|"
            "which (?:two|three|four|five|six|seven|eight|nine|ten|\\w+s\\b)|respectively"
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
    ("place", re.compile("哪里|哪儿|在哪|何处|何地|什么地方|哪个(?:省|市|县|区|镇|村|地)|^where\\b")),
    ("reason", re.compile("为什么|为何|原因|缘由|\\bwhy\\b")),
    (
        "yes-no",
        re.compile(
            "吗[?]?$|是否|是不是|有没有|能不能|会不会|^(?:is|are|was|were|do|does|did|has|have|can)\\b"
        ),
    ),
)
_NUMERALS: Final = "一二两三四五六七八九十0-9"
_NUMBER: Final = f"[{_NUMERALS}]{{1,3}}"
# Not the number of an ordinal (第三个), nor that of a congress (十九大, 二十大).
_COUNTED: Final = re.compile(
    f"(?<![第{_NUMERALS}])({_NUMBER})(?:个|项|类|种|条|点|步|级|方面|部分|支|位|大(?<!十.大)(?<!十大))"
)
_ENGLISH_NUMBERS: Final = {
    word: number
    for number, word in enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 2)
}

_LONGEST_NAME: Final = 6
_MEASURES: Final = "[个项类种大条点支本]|方面"
_NAME: Final = (
    rf"(?!(?:{_MEASURES})(?!\w))(?:(?<=个)一|[^\W\d_一二两三四五六七八九十年月日周元万亿点])"
    rf"[^\W\d_二两三四五六七八九十]{{0,{_LONGEST_NAME - 1}}}"
)
# A number and what it counts: up to the closing mark where it is quoted, else as far as it may reach.
_COUNTED_NAME: Final = re.compile(
    rf"(?<![第{_NUMERALS}.])(?P<number>[一二两三四五六七八九十]|[0-9]{{1,2}})(?P<measure>{_MEASURES})?"
    rf"(?P<open>[“「『‘\"'])?(?P<name>{_NAME})(?P<close>[”」』’\"'])?"
)
_SEVERAL: Final = "[二两三四五六七八九十]"
_OPENS: Final = "[“「『‘\"']?"
# What is counted is asked for thing by thing: 三看是什么, 四个“环节”指什么; 三看两查是什么 asks for one name.
_WHAT_IS_COUNTED: Final = re.compile(
    rf"(?:(?:^|[的里中,:;、和与]){_OPENS}{_SEVERAL}|{_SEVERAL}(?:{_MEASURES}))(?:{_MEASURES})?{_OPENS}"
    rf"[^\W\d_{_NUMERALS}年月日周元万亿点]{{1,{_LONGEST_NAME}}}[”」』’\"']?"
    "(?:到底|究竟|具体|都)?(?:是|指|指的是)(?:什么|啥)(?:意思)?[?。]?$"
)
_SAY_LITTLE: Final = frozenset("不的了是在有和与之为于上下中个些")


_TOPIC: Final = "(?P<{}>[^\\s,.;:、!?“”「」『』‘’'\"《》()的了吗呢]{{2,16}}?)"
_ASKS_WHAT_IT_IS: Final = re.compile(
    "^(?:请问|请)?(?:"
    f"(?:什么是|什么叫|何谓|何为|(?:简单)?(?:介绍|解释)一?下?|简述){_TOPIC.format('behind')}"
    f"|{_TOPIC.format('before')}(?:到底|究竟|具体)?(?:是什么(?:意思|东西)?|是啥|是指什么|指什么|指的是什么|什么意思|是怎么回事)"
    ")[?.!。]*$"
)
_ASKS_WHAT_SHORT_NAME_COUNTS: Final = re.compile(
    rf"[的里中](?P<name>{_SEVERAL}[^\W\d_{_NUMERALS}的年月日周元万亿点个项]{{1,2}}?)"
    "(?:到底|究竟|具体|都|分别|各)?(?:是指|指的是|是|指)(?:什么|啥|哪些)(?:意思|内容)?[?.!。]*$"
)
# A name made of numbers and what they count, 一轴双驱, where it begins the question, is quoted or belongs to
# something: nobody puts such a name in other words.
_COINED: Final = re.compile(
    "(?:^|[“「『‘\"'的 ]|什么是|什么叫|何谓|何为|介绍|解释|一下|请问)"
    r"(?P<name>(?:[一二两双三四五六七八九十]"
    rf"[^\W\d_{_NUMERALS}双年月日周元万亿点个项名次种类条层级大支位岁倍]){{2,4}})"
    "(?=[”」』’\"'?]|是|指|有|包|分|各|里|中|的|工作|模式|机制|怎|如何|$)"
)


class CountedName(NamedTuple):
    """A name that says how many it stands for: 三项制度, “四个转变”, 五个“坚持”; all folded."""

    prefix: str  # the number and its measure word
    name: str  # what follows, which may be more than the name unless that is quoted
    number: int
    quoted: bool

    @property
    def stems(self) -> list[str]:
        """What may stand in each of the things counted, the longest first."""
        if self.quoted:
            return [self.name]
        stems = [self.name[:length] for length in range(len(self.name), 0, -1)]
        return [stem for stem in stems if stem not in _SAY_LITTLE]


def asks_for(question: str) -> Asks:
    """Tell what kind of answer a question wants."""
    text = normalise(question).strip()
    asks: Asks = next((kind for kind, pattern in _ASKS if pattern.search(text)), "fact")
    if asks == "overview" and _WHAT_IS_COUNTED.search(as_pattern_text(text)):
        return "list"
    return asks


def topic_of(question: str) -> tuple[int, int] | None:
    """Return where the name stands of which a question asks nothing but what it is: X是什么, 什么是X.

    Or what it counts, if it is one as short as 三正, which other names hold: 三心三力里的三心分别指什么.
    """
    text = as_pattern_text(question)
    if found := _ASKS_WHAT_IT_IS.search(text):
        return found.span("behind" if found["behind"] else "before")
    found = _ASKS_WHAT_SHORT_NAME_COUNTS.search(text)
    return found.span("name") if found else None


def coined_name(question: str) -> str | None:
    """Return a name made of numbers and what they count, 一轴双驱, if that is what a question is about."""
    found = _COINED.search(as_pattern_text(question))
    return found["name"] if found else None


def asked_count(question: str) -> int | None:
    """Return how many things the question says there are: 3 for 哪三项, None if it does not say."""
    text = normalise(question)
    found = _COUNTED.search(text)
    if found:
        return 2 if found[1] == "两" else ordinal(found[1]) or None
    return next(
        (_ENGLISH_NUMBERS[word] for word in re.findall("[a-z]+(?![a-z-])", text) if word in _ENGLISH_NUMBERS),
        None,
    )


def counted_names(question: str) -> list[CountedName]:
    """Return the names in a question that say how many things they stand for, two at least."""
    found = []
    for match in _COUNTED_NAME.finditer(as_pattern_text(question)):
        number = ordinal(match["number"].replace("两", "二"))
        opened = match["open"] or (match.start() and match.string[match.start() - 1] in "“「『‘\"'")
        prefix = fold(match["number"] + (match["measure"] or ""))
        if number >= 2:
            found.append(CountedName(prefix, fold(match["name"]), number, bool(opened and match["close"])))
    return found


def content_words(question: str) -> str:
    """Return a question, normalised, without the words that only ask."""
    return _QUESTION_WORDS.sub(" ", normalise(question))


def content_terms(question: str) -> list[str]:
    """Return the terms of a question without the words that only ask, each once."""
    found = dict.fromkeys(terms(content_words(question)))
    return [term for term in found if term not in ENGLISH_FUNCTION_WORDS and term not in "的是在了有和与"]
