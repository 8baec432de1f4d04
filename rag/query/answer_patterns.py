"""What shows an amount, a time, a person, a place in a text: every pattern of an answer's kind, side by side.

Three looks at it, the strictest first. A *shape* is the very thing that a question asks for: a sum of
money for 多少钱. A *cue* is what sentences hold that answer questions of a kind. A *sign* is less again,
seen in normalised sentences while many are compared. Models learnt what each of them finds, so none may
change without training again; where two differ by a word, the word is named where they are built.
"""

import re
from typing import Final, NamedTuple

from rag.query.answer_type import Asks
from rag.text.marks import CLOSING, CLOSING_TITLE, OPENING, OPENING_TITLE, STRAIGHT
from rag.text.normalize import HAN
from rag.text.numbers import ARABIC, COUNTING, HUNDREDS, MASKED, NUMERALS, YEAR_DIGITS
from rag.text.patterns import any_of
from rag.text.word_lists import (
    CALENDAR_CYCLES,
    CARRIES_OUT,
    COMMUNITIES,
    DISTRICTS,
    ENGLISH_MONTHS,
    ENGLISH_POSTS,
    ITEM_CLASSIFIERS,
    LENGTHS_OF_TIME,
    PARTS_OF_DAY,
    POSTS,
    RECENT_YEARS,
    SPEAKS_OR_ACTS,
    SURNAMES,
    WEEKDAYS,
)

__all__ = [
    "AGENT_SHAPE",
    "AMOUNT",
    "AMOUNT_SHAPES",
    "ANY_TIME_SHAPE",
    "CUES",
    "ENGLISH_SHAPES",
    "ENGLISH_SUM",
    "EXCEPTION",
    "EXTREME",
    "MONEY_SHAPE",
    "NAMED_SHAPE",
    "PENALTY",
    "PERSON_SHAPE",
    "PLACE_SHAPE",
    "SHARE_SHAPE",
    "SIGNS",
    "TIME_SHAPES",
    "Shape",
]

PENALTY: Final = re.compile(
    "罚|处分|处理[?]?$|没收|吊销|记过|警告|追究|法律责任|什么后果|\\b(?:fined?|fines|penalt|punish)"
)
"""What a deed is answered with, in a question and in the provision that says so."""

EXCEPTION: Final = re.compile(
    "除外|例外|不受[^,。;]{0,16}限制|不受此限|不在此限|不适用|不予?(?:处罚|收费|计入)|免(?:予|于|收|交|缴)|"
    "\\b(?:except|unless|exempt(?:ed)?|(?:does|do|shall) not apply|not subject to)\\b",
    re.IGNORECASE,
)
"""Where a rule ends: what it does not hold for."""

_NUMERAL: Final = f"(?:[0-9][0-9x.,]*|[{COUNTING}{HUNDREDS}半数]+)"
_ABOUT: Final = "[余多几来]?"
_SCALE: Final = "[百千万亿]{0,2}"
AMOUNT: Final = f"{_NUMERAL}{_ABOUT}{_SCALE}{_ABOUT}"
_NAME: Final = f"[{SURNAMES}][{HAN}]{{1,2}}"
_POST: Final = any_of(*POSTS)
_AN_OFFICE: Final = f"[{HAN}]{{2,14}}"
_IN_MONTHS: Final = f"[{NUMERALS}]+月"
_LENGTH_OF_TIME: Final = f"[{ARABIC}{COUNTING}百半]+{any_of(*LENGTHS_OF_TIME)}"


class Shape(NamedTuple):
    """A kind of amount or time: how it is asked for, and how it is written."""

    asked: re.Pattern[str]
    written: re.Pattern[str]


def _shape(asked: tuple[str, ...], *units: str) -> Shape:
    return Shape(re.compile("|".join(asked)), re.compile(f"{AMOUNT}{any_of(*units)}"))


_SUMS: Final = ("钱", "资金", "经费", "奖金", "补贴", "租金", "费用", "收入", "投资", "预算")
_OF_MONEY: Final = (
    *("投资", "资金", "经费", "预算", "奖金", "补贴", "工资", "收入", "租金", "费用", "产值", "售价", "价格"),
    *("总额", "成本", "薪酬", "贷款", "欠款", "投入", "花费", "花", "欠", "赚", "捐", "(?<!数)值"),
)
AMOUNT_SHAPES: Final = (
    _shape(
        (
            f"多少{any_of('[万亿千百]?元', *_SUMS)}",
            f"{any_of(*_OF_MONEY)}[^,;?]{{0,6}}(?:多少|几[万亿元百千]|是多|有多)",
            "how much money",
            "how much .{0,30}(?:cost|spend|spent|invest|pay|paid|budget|earn)",
            "what .{0,20}(?:cost|budget|price|salary|investment)",
        ),
        *("元", "块", "角", "毛", "分钱", "美元", "港元", "人民币", "欧元", "亿"),
        "万(?![人名户次平亩吨公千件份册])",
    ),
    _shape(
        ("面积", "占地", "floor space", "what area"),
        *("平方米", "平方公里", "亩", "公顷", "平米", "㎡", "m2", "平方"),
    ),
    _shape(
        (
            *("多少公?里", "多长(?!时间)", "全长", "里程", "多远", "多少米"),
            *("how long is", "how far", "what distance"),
        ),
        *("公里", "千米", "米", "里", "km", "m"),
    ),
    _shape(("多高", "多深", "海拔", "how tall", "how high"), "米", "厘米", "公里", "m", "层"),
    _shape(("多少(?:吨|公斤|斤)", "多重", "产量", "weigh"), "吨", "公斤", "千克", "斤", "克", "kg"),
    _shape(("发电量", "多少度", "用电", "electricity"), "千瓦时", "度", "kwh", "瓦"),
    _shape(
        (
            *("多少分", "几分", "满分", "得分", "积分(?:是|为|有)多少"),
            *("how many points", "what score"),
        ),
        "分",
    ),
    Shape(re.compile("电话|号码|热线|phone|hotline"), re.compile("[0-9][0-9-]{2,}")),
    _shape(("多少字", "字数", "how many (?:words|characters)"), "字"),
)
MONEY_SHAPE: Final = AMOUNT_SHAPES[0]
SHARE_SHAPE: Final = Shape(
    re.compile(
        "比例|比率|占比|百分之几|百分比|几成|[^成]率(?:是|为|有|达|高达)?多少|占.{0,6}(?:几|多少)|"
        "percent|proportion|share of"
    ),
    re.compile(f"[0-9x.]+ ?%|百分之|[{NUMERALS}]+成|[{ARABIC}{NUMERALS}]+分之"),
)
TIME_SHAPES: Final = (
    Shape(
        re.compile("哪一?年|几几年|何年|年份|what year|which year"),
        re.compile(f"[{MASKED}]{{2,4}}年|[{YEAR_DIGITS}]{{4}}年|{any_of(*RECENT_YEARS, '前年', '明年')}"),
    ),
    Shape(re.compile("几月|哪个月|什么月|what month"), re.compile(f"[{MASKED}]+月|{_IN_MONTHS}|本月|上月")),
    Shape(
        re.compile("哪一?天|几号|几日|哪一?日|日期|what date|which day"),
        re.compile(f"[{MASKED}]+[日号]|[{NUMERALS}]+[日号]|昨[日天]|今[日天]|当[日天]|周[{WEEKDAYS}]"),
    ),
    Shape(re.compile("几点|what time"), re.compile(f"[{ARABIC}{NUMERALS}]+(?:点|时|:[0-9]{{2}})")),
    Shape(
        re.compile(
            "多久|多长时间|多少(?:年|天|个?月|小时|分钟|周)|几(?:年|天|个月|小时|分钟|周)|how long|"
            "how often|how many (?:years|days|months|hours|minutes|weeks)"
        ),
        re.compile(
            f"{AMOUNT}个?(?:工作日|月|年|天|日|周|小时|分钟|季度|刻钟|学期|期)|"
            f"每{any_of(*CALENDAR_CYCLES, '天', '半', '两', '[0-9]')}|[按逐]月|[按逐]季|一[月季年周]一|"
            "年度|季度|月度|长期|常年"
        ),
    ),
)
ANY_TIME_SHAPE: Final = re.compile(
    "|".join(
        (
            *(f"[{MASKED}]+年", f"[{MASKED}]+月", f"[{MASKED}]+日", _IN_MONTHS, "年前", "年底", "年初"),
            *(*RECENT_YEARS, "前年", "近年", *PARTS_OF_DAY, "晚上", "时候", "之后", "以后", "期间", "世纪"),
            *(f"每{any_of(*CALENDAR_CYCLES, '天')}", _LENGTH_OF_TIME),
            *(f"周[{WEEKDAYS}末]", "星期", "节日", "节前"),
        )
    )
)
_IS: Final = "是|为|:"  # between a post and a name
PERSON_SHAPE: Final = re.compile(
    f"{_POST}(?:{_IS}|——)?[ ]?{_NAME}|"
    f"{_NAME}[ ]?{any_of(*POSTS, *SPEAKS_OR_ACTS, '自', '等', '和', '[0-9(]')}|"
    f"(?:叫|名叫|由|选派|委派|聘请|聘任|邀请|推选|选举|任命|[(●]){_NAME}|(?:{_NAME}、)+{_NAME}|^{_NAME}$"
)
AGENT_SHAPE: Final = re.compile(
    f"由{_AN_OFFICE}{any_of(*CARRIES_OUT, '担任', '兼任', '组成', '实施', '主抓', '统筹', '指导')}|"
    f"{_AN_OFFICE}(?:牵头|负责|承担|主抓|发起|担任)|责任人|"
    f"(?:党委|支部|政府|部门|公司|街道|中心|局|委员会|小组|{_POST})"
)
NAMED_SHAPE: Final = re.compile(
    f"[{OPENING}{OPENING_TITLE}{STRAIGHT}][^{CLOSING}{CLOSING_TITLE}{STRAIGHT}]{{2,}}"
    f"[{CLOSING}{CLOSING_TITLE}{STRAIGHT}]|"
    f"(?:称为|叫做|叫作|名为|命名|取名|简称|称作)[{HAN}]{{2}}"
)
"""What is called so: given in marks or behind 名为."""
_BUILT_OR_GROWN: Final = (
    *("乡", "州", "广场", "公园", "路", "楼", "室", "厅", "堂", "大厦", "中心", "基地", "站", "馆", "院"),
    *("校", "大学", "厂", "公司", "小区", "山", "河", "湖", "岛", "门", "屋", "点"),
)
PLACE_SHAPE: Final = re.compile(f"[{HAN}]{{2}}{any_of(*DISTRICTS, *COMMUNITIES, *_BUILT_OR_GROWN)}")

_ENGLISH_MONTH: Final = any_of(*(month.capitalize() for month in ENGLISH_MONTHS))
_ENGLISH_DAY: Final = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_ENGLISH_UNIT: Final = any_of("minute", "hour", "day", "week", "month", "quarter", "year", "term")
_ENGLISH_CYCLE: Final = any_of("daily", "weekly", "monthly", "quarterly", "annually", "until", "at once")
_ENGLISH_CURRENCY: Final = any_of("pence", "cents?", "pounds?", "dollars?", "euros?", "yuan")
ENGLISH_SHAPES: Final[dict[Asks, re.Pattern[str]]] = {
    "person": re.compile(
        r"\b(?:[Mm]rs?|[Mm]s|[Dd]r|[Pp]rof|[Ss]ir)\b\.? [A-Z]|\b[A-Z]\. [A-Z][a-z]+|"
        r"\b[A-Z][a-z]+ (?:(?:[A-Z]\.|of|and|the|for) )*[A-Z][\w'’-]+|"
        rf"\b{any_of(*ENGLISH_POSTS)}s?\b"
    ),
    "time": re.compile(
        rf"\b(?:{_ENGLISH_MONTH}|{_ENGLISH_DAY}|{_ENGLISH_UNIT}s?|{_ENGLISH_CYCLE})\b|"
        r"\b(?:1[0-9]|20)[0-9]{2}\b|[0-9]{1,2}[:.][0-9]{2}|[0-9] ?[ap]\.?m\b"
    ),
}
"""What English text shows to an English question of a kind: a name with its capitals, a post, a date."""
ENGLISH_SUM: Final = re.compile(
    rf"[£$€¥] ?[0-9]|[0-9](?:p\b| ?%| {_ENGLISH_CURRENCY}\b)|\b(?:RMB|GBP|USD|EUR) ?[0-9]"
)
"""The same of a sum of money, or a share of one."""

EXTREME: Final = re.compile(
    "最[高低大小多少长短早晚差远新]|[上下]限|封顶|满分|每一?[年月个级档次项条]|分别|逐[条项年]|各[级档]"
)
"""What a question asks of one of several, or of each, where a text may tell of all: 最高那一级拿多少."""

CUES: Final[dict[Asks, re.Pattern[str]]] = {
    "time": re.compile(
        "|".join(
            (
                *(f"[{MASKED}]+年", "[0-9]+月", "[0-9]+日", _IN_MONTHS, "年前", *RECENT_YEARS, *PARTS_OF_DAY),
                *(f"每{any_of(*CALENDAR_CYCLES)}", _LENGTH_OF_TIME),
            )
        )
    ),
    "count": re.compile(
        f"[0-9]|[{COUNTING}{HUNDREDS}万亿]+"
        + any_of(*ITEM_CLASSIFIERS, *"名次家所座处位级倍成", "方面", "部分")
    ),
    "person": re.compile(
        f"{_POST}(?:{_IS})?{_NAME}|{_NAME}{any_of(*POSTS, '说', '表示')}|由{_AN_OFFICE}{any_of(*CARRIES_OUT)}"
    ),
    "author": re.compile("^●|(?<!工)作者|^文/|记者"),
    "place": re.compile(any_of(*DISTRICTS, *COMMUNITIES, "广场", "位于", "坐落", "园区", "中心")),
    "reason": re.compile("因为|由于|为了|原因|因此|从而|导致|使得|以便|旨在|目的|问题|不足"),
    "list": re.compile("、.+、|“.+”“.+”|一是|包括|分为|即"),
}

SIGNS: Final[dict[Asks, re.Pattern[str]]] = {
    "time": re.compile(
        f"[0-9]+年|[0-9]+月|[0-9]+日|世纪|时期|年代|[{NUMERALS}]年|(?<![0-9])(?:1[0-9]|20)[0-9]{{2}}(?![0-9])"
    ),
    "count": re.compile(f"[0-9]|[{COUNTING}{HUNDREDS}万亿]{{2,}}"),
    "person": re.compile("[·先生女士博士教授长王帝者家员]"),
    "place": re.compile(f"[{''.join(DISTRICTS)}州国岛山河湖海路街]"),
}
