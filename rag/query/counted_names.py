"""Names that say how many things they stand for, and names that a question is about."""

import re
from typing import Final, NamedTuple

from rag.text.marks import CLOSING, OPENING, QUOTATION_MARKS, SINGLE_CLOSING, SINGLE_OPENING, STRAIGHT
from rag.text.normalize import fold, normalise
from rag.text.numbers import ARABIC, COUNTING, SEVERAL, count_in, ordinal
from rag.text.patterns import any_of, as_pattern_text
from rag.text.word_lists import ENGLISH_NUMBERS, ITEM_CLASSIFIERS

__all__ = [
    "CountedName",
    "asked_count",
    "asks_what_is_counted",
    "coined_name",
    "coined_names",
    "counted_names",
    "measured_names",
    "name_to_explain",
]

_NUMERALS: Final = f"{COUNTING}{ARABIC}"

_OPENING: Final = f"{OPENING}{SINGLE_OPENING}{STRAIGHT}"

_CLOSING: Final = f"{CLOSING}{SINGLE_CLOSING}{STRAIGHT}"

_NUMBER: Final = f"[{_NUMERALS}]{{1,3}}"

# Not the number of an ordinal (第三个), nor that of a congress (十九大, 二十大).
_COUNTED: Final = re.compile(
    f"(?<![第{_NUMERALS}])({_NUMBER})"
    + any_of(*ITEM_CLASSIFIERS, *"点步级位", "方面", "部分", "大(?<!十.大)(?<!十大)")
)

_ENGLISH_NUMBERS: Final = {word: number for number, word in enumerate(ENGLISH_NUMBERS[:9], 2)}

_LONGEST_NAME: Final = 6

_MEASURES: Final = f"[{''.join(ITEM_CLASSIFIERS)}大点本]|方面"

_NAME: Final = (
    rf"(?!(?:{_MEASURES})(?!\w))(?:(?<=个)一|[^\W\d_{COUNTING}年月日周元万亿点])"
    rf"[^\W\d_{SEVERAL}]{{0,{_LONGEST_NAME - 1}}}"
)

# A number and what it counts: up to the closing mark where it is quoted, else as far as it may reach.
_COUNTED_NAME: Final = re.compile(
    rf"(?<![第{_NUMERALS}.])(?P<number>[{COUNTING}]|[0-9]{{1,2}})(?P<measure>{_MEASURES})?"
    rf"(?P<open>[{_OPENING}])?(?P<name>{_NAME})(?P<close>[{_CLOSING}])?"
)

_SEVERAL: Final = f"[{SEVERAL}]"

_OPENS: Final = f"[{_OPENING}]?"

# What is counted is asked for thing by thing: 三看是什么, 四个“环节”指什么; 三看两查是什么 asks for one name.
_WHAT_IS_COUNTED: Final = re.compile(
    rf"(?:(?:^|[的里中,:;、和与]){_OPENS}{_SEVERAL}|{_SEVERAL}(?:{_MEASURES}))(?:{_MEASURES})?{_OPENS}"
    rf"[^\W\d_{_NUMERALS}年月日周元万亿点]{{1,{_LONGEST_NAME}}}[{_CLOSING}]?"
    "(?:到底|究竟|具体|都)?(?:是|指|指的是)(?:什么|啥)(?:意思)?[?。]?$"
)

_SAY_LITTLE: Final = frozenset("不的了是在有和与之为于上下中个些")

_TOPIC: Final = f"(?P<{{}}>[^\\s,.;:、!?{QUOTATION_MARKS}《》()的了吗呢]{{{{2,16}}}}?)"

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
    f"(?:^|[{_OPENING}的 ]|什么是|什么叫|何谓|何为|介绍|解释|一下|请问)"
    rf"(?P<name>(?:[{COUNTING}双]"
    rf"[^\W\d_{_NUMERALS}双年月日周元万亿点个项名次种类条层级大支位岁倍]){{2,4}})"
    f"(?=[{_CLOSING}?]|是|指|有|包|分|各|里|中|的|工作|模式|机制|怎|如何|$)"
)


# A name that counts what it stands for, 三类驿站, where it stands as a coined one does.
_MEASURED: Final = re.compile(
    f"(?:^|[{_OPENING}的 ]|什么是|什么叫|何谓|何为|介绍|解释|一下|请问)"
    rf"(?P<name>[{COUNTING}][{''.join(ITEM_CLASSIFIERS)}大级]"
    rf"(?![{''.join(ITEM_CLASSIFIERS)}方])[^\W\d_{_NUMERALS}的年月日周元万亿]{{2,4}}?)"
    f"(?=[{_CLOSING}]|是|指|包括|分别|各|里|中|的|工作|模式|机制|[?]?$)"
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


def asks_what_is_counted(text: str) -> bool:
    """Tell whether a question, normalised, asks for the things that a name counts, one by one."""
    return bool(_WHAT_IS_COUNTED.search(as_pattern_text(text)))


def name_to_explain(question: str) -> tuple[int, int] | None:
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


def coined_names(question: str) -> list[tuple[int, int]]:
    """Return where such names stand in a question."""
    return [found.span("name") for found in _COINED.finditer(as_pattern_text(question))]


def measured_names(question: str) -> list[tuple[int, int]]:
    """Return where names stand that say how many things they stand for, and of which kind: 三类驿站."""
    return [found.span("name") for found in _MEASURED.finditer(as_pattern_text(question))]


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
        number = count_in(match["number"])
        opened = match["open"] or (match.start() and match.string[match.start() - 1] in _OPENING)
        prefix = fold(match["number"] + (match["measure"] or ""))
        if number >= 2:
            found.append(CountedName(prefix, fold(match["name"]), number, bool(opened and match["close"])))
    return found
