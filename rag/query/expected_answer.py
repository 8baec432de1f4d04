"""What kind of thing a question asks for, and whether a sentence holds one of it.

多少钱 asks for a sum, 哪一年 for a year, 叫什么名字 for a name, “三亮”指哪三亮 for three things in a row:
a sentence that holds none of it does not answer, however much of the question stands in it. The
expected answer types of question answering (Li & Roth, 2002), read off words and units.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

from rag.query.answer_type import CLASSIFIERS, Asks, asks_for
from rag.query.counted_names import asked_count
from rag.text.enumerations import Enumeration, enumerations
from rag.text.normalize import HAN, normalise
from rag.text.numbers import ordinal
from rag.text.patterns import as_pattern_text
from rag.text.sentences import clauses_of
from rag.text.vocabulary import words

__all__ = ["NAME", "POSTS", "Expected", "Meets", "expected", "meets"]

_NUMERAL: Final = "(?:[0-9][0-9x.,]*|[一二三四五六七八九十百千两半数]+)"
_ABOUT: Final = "[余多几来]?"
_SCALE: Final = "[百千万亿]{0,2}"
_AMOUNT: Final = f"{_NUMERAL}{_ABOUT}{_SCALE}{_ABOUT}"
# The surnames of nineteen people in twenty that a Chinese text names.
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤俞翁骆"
    "葛洪管阮倪施柳单尤伍祝左柯翟欧阳安常乔焦庄耿岳齐兰辛殷鲁华柴颜聂游凌詹包"
    "佟邢屈祁舒蓝闻冉褚裴佘卞娄牟楚蒲滕晏巩芦邬鄢阎裘隋蔺窦竺缪荀虞戚谌寇苗甘喻鞠涂臧"
)
POSTS: Final = (
    "书记|主席|主任|委员|总经理|经理|教授|博士|记者|主编|秘书|队员|院士|医生|老师|工程师|党员|职工|员工|"
    "居民|村民|选手|劳模|作者|代表|学生|同志|先生|女士|姑娘|大姐|法官|律师|检察官|民警|干警|战士|干事|干部|专家|"
    "讲师|护士|大夫|医师|技师|司机|总监|总编|顾问|助理|支书|工人|师傅|志愿者|创始人|负责人|带头人|传承人|站务员|"
    f"[{HAN}]长"
)
NAME: Final = f"[{_SURNAMES}][{HAN}]{{1,2}}"


class _Kind(NamedTuple):
    """A kind of amount: how it is asked for, and how it is written."""

    asked: re.Pattern[str]
    written: re.Pattern[str]


def _kind(asked: str, units: str) -> _Kind:
    return _Kind(re.compile(asked), re.compile(f"{_AMOUNT}(?:{units})"))


_AMOUNTS: Final = (
    _kind(
        "多少(?:[万亿千百]?元|钱|资金|经费|奖金|补贴|租金|费用|收入|投资|预算)|(?:投资|资金|经费|预算|"
        "奖金|补贴|工资|收入|租金|费用|产值|售价|"
        "价格|总额|成本|薪酬|贷款|欠款|投入|花费|花|欠|赚|捐|值)[^,;?]{0,6}(?:多少|几[万亿元百千]|是多|"
        "有多)|how much money|how much .{0,30}"
        "(?:cost|spend|spent|invest|pay|paid|budget|earn)|what .{0,20}(?:cost|budget|price|salary|"
        "investment)",
        "元|块|角|毛|分钱|美元|港元|人民币|欧元|亿|万(?![人名户次平亩吨公千件份册])",
    ),
    _kind("面积|占地|floor space|what area", "平方米|平方公里|亩|公顷|平米|㎡|m2|平方"),
    _kind(
        "多少公?里|多长(?!时间)|全长|里程|多远|多少米|how long is|how far|what distance",
        "公里|千米|米|里|km|m",
    ),
    _kind("多高|多深|海拔|how tall|how high", "米|厘米|公里|m|层"),
    _kind("多少(?:吨|公斤|斤)|多重|产量|weigh", "吨|公斤|千克|斤|克|kg"),
    _kind("发电量|多少度|用电|electricity", "千瓦时|度|kwh|瓦"),
    _kind("多少分|几分|满分|得分|积分(?:是|为|有)多少|how many points|what score", "分"),
    _Kind(re.compile("电话|号码|热线|phone|hotline"), re.compile("[0-9][0-9-]{2,}")),
    _kind("多少字|字数|how many (?:words|characters)", "字"),
)
_SHARES: Final = _Kind(
    re.compile(
        "比例|比率|占比|百分之几|百分比|几成|[^成]率(?:是|为|有|达|高达)?多少|占.{0,6}(?:几|多少)|percent|"
        "proportion|share of"
    ),
    re.compile("[0-9x.]+ ?%|百分之|[一二三四五六七八九十]+成|[0-9一二三四五六七八九十]+分之"),
)
_TIMES: Final = (
    _Kind(
        re.compile("哪一?年|几几年|何年|年份|what year|which year"),
        re.compile("[0-9x]{2,4}年|[〇零一二三四五六七八九]{4}年|去年|今年|前年|明年"),
    ),
    _Kind(
        re.compile("几月|哪个月|什么月|what month"),
        re.compile("[0-9x]+月|[一二三四五六七八九十]+月|本月|上月"),
    ),
    _Kind(
        re.compile("哪一?天|几号|几日|哪一?日|日期|what date|which day"),
        re.compile(
            "[0-9x]+[日号]|[一二三四五六七八九十]+[日号]|昨[日天]|今[日天]|当[日天]|周[一二三四五六日]"
        ),
    ),
    _Kind(re.compile("几点|what time"), re.compile("[0-9一二三四五六七八九十]+(?:点|时|:[0-9]{2})")),
    _Kind(
        re.compile(
            "多久|多长时间|多少(?:年|天|个?月|小时|分钟|周)|几(?:年|天|个月|小时|分钟|周)|how long|"
            "how often|how many (?:years|days|months|hours|minutes|weeks)"
        ),
        re.compile(
            f"{_AMOUNT}个?(?:工作日|月|年|天|日|周|小时|分钟|季度|刻钟|学期|期)|每(?:年|月|周|季|日|天|半|"
            f"两|[0-9])|[按逐]月|[按逐]季|一[月季年周]一"
            "|年度|季度|月度|长期|常年"
        ),
    ),
)
_ANY_TIME: Final = re.compile(
    "[0-9x]+年|[0-9x]+月|[0-9x]+日|[一二三四五六七八九十]+月|年前|年底|年初|去年|今年|前年|近年|上午|下午|"
    "清晨|晚上|时候|之后|以后|期间|世纪|"
    "每(?:年|月|周|季|日|天)|[0-9一二两三四五六七八九十百半]+(?:个工作日|个月|年|天|日|周|小时|分钟|点)|"
    "周[一二三四五六日末]|星期|节日|节前"
)
_STRICT_PERSON: Final = re.compile(
    "叫什么|姓名|名字|姓什么|哪一?位|谁(?:写|撰|提出|编|发明|创作)|\\bname of\\b|"
    "\\bnames?\\b|^who is|^who was"
)
_DOES: Final = (
    "说|表示|介绍|认为|告诉|坦言|提出|带领|领衔|牵头|负责|主持|发明|创办|创作|撰写|编写|回忆|感慨|担任|出任|兼任|当选|"
    "荣获|获评|被评|入选|自|等|和"
)
_PERSON: Final = re.compile(
    f"(?:{POSTS})(?:是|为|:|——)?[ ]?{NAME}|{NAME}[ ]?(?:(?:{POSTS})|{_DOES}|[0-9(])|"
    f"(?:叫|名叫|由|选派|委派|聘请|聘任|邀请|推选|选举|任命|[(●]){NAME}|(?:{NAME}、)+{NAME}|^{NAME}$"
)
_AGENT: Final = re.compile(
    f"由[{HAN}]{{2,14}}(?:牵头|负责|承担|主持|领衔|发起|组织|担任|兼任|组成|实施|主抓|统筹|指导)|"
    f"[{HAN}]{{2,14}}(?:牵头|负责|承担|主抓|发起|担任)|责任人|"
    f"(?:党委|支部|政府|部门|公司|街道|中心|局|委员会|小组|{POSTS})"
)
# What is called so: a person, by the word before 叫什么; anything else is given in marks or behind 名为.
_CALLED: Final = re.compile(
    "叫(?:做|作)?(?:什么|啥)|(?:名字|名称)(?:各|都|分别)*(?:是什么|叫)|名称[?。]?$|哪个名字"
)
_CALLED_PERSON: Final = re.compile(
    f"(?P<noun>{POSTS}|[{HAN}][长员者手师士生]|专家|人|哥|姐|弟|妹|爷|奶|叔|丈夫|妻子|孩子|父亲|母亲|儿子|女儿)"
    "(?:各|都|又|的|分别|一共|姓名|名字)*(?:叫|姓|是什么)"
)
_SOMEBODY: Final = re.compile("谁|哪一?位|姓")
_NAMED_THING: Final = re.compile(
    f"[“「『《\"'][^”」』》\"']{{2,}}[”」』》\"']|(?:称为|叫做|叫作|名为|命名|取名|简称|称作)[{HAN}]{{2}}"
)
_QUOTED: Final = re.compile("[“「『《]([^”」』》]{2,})[”」』》]")
_PLACES: Final = re.compile(
    f"[{HAN}]{{2}}(?:省|市|县|区|镇|乡|村|州|街道|社区|广场|公园|路|楼|室|厅|堂|大厦|中心|基地|站|馆|院|校|大学|厂|"
    "公司|小区|山|河|湖|岛|门|屋|点)"
)
# 哪个科室, 哪几所大学: the answer is one, most often by the last character of its name.
_WHICH: Final = re.compile(
    "哪(?:一|几|些|[二两三四五六七八九十])?(?:个|家|所|支|座|条|项|份|本|届|种|类|批|间|层|名|位|级|门|张|部|些|大|款|块|次|场)?"
    f"(?P<noun>[{HAN}]{{1,4}})"
)
_ANY_NOUN: Final = frozenset(
    [
        *("地方", "东西", "内容", "方面", "方式", "办法", "做法", "时候", "情况", "事情", "事", "人", "样"),
        *("年", "天", "月", "里", "儿", "了", "个", "位", "家", "些", "种", "名", "项", "条"),
    ]
)
_ASKED_POST: Final = re.compile(
    f"总经理|书记|主席|主任|经理|[{HAN}](?<![成增延特专擅家])长(?=是|叫|由|为|[?。]|$|姓|的?名)"
)
_NAMED_GROUP: Final = re.compile(
    "[“「『\"']?(?P<number>[一二两三四五六七八九十]|"
    "[0-9]{1,2})(?P<unit>[^\\W\\d_一二两三四五六七八九十个项类种条点支位次名家年月日大])"
)
# One text counts lifts in 部, another in 台.
_OF_THINGS: Final = frozenset(
    "个名位人部台辆架艘家所户座栋幢处条支只头棵株颗根件张份本册篇套组队批班间块盏枚站门种类项"
)
_COUNTED: Final = re.compile(f"(?:多少|几)(?:余|多)?(?:(?P<unit>{CLASSIFIERS}))?(?P<noun>[{HAN}]*)")
_MEASURED: Final = re.compile(
    f"(?P<noun>[{HAN}]{{2,6}}?)(?:一共|总共|大概|到底|现在|目前|共|约)*(?:是|有|为|达到?)?(?:多少|"
    f"几)[个名位项条]?[?。]?$"
)
_SPACED_NUMBER: Final = re.compile(f"(?<=[0-9])[ ](?=[{HAN}])|(?<=[{HAN}])[ ](?=[0-9])")
_MOST_NOUNS: Final = 3
_BESIDE: Final = 8  # characters between a name and what it stands for
_RIGHT_BY: Final = 4  # characters between an amount and what is counted


@dataclass(frozen=True, slots=True)
class Expected:
    """What a question asks for: patterns that an answer must show; nothing in particular if none.

    `nouns` are the words that must stand by the amount, `count` the things that must stand in a row,
    `groups` the names that say how many they stand for: ("三亮", 3). What is `given` in the question
    is no answer to it. `which` is what 哪个 asks one of.
    """

    asks: Asks
    shapes: tuple[re.Pattern[str], ...] = ()
    nouns: tuple[str, ...] = ()
    count: int | None = None
    groups: tuple[tuple[str, int], ...] = ()
    given: str = ""
    which: str = ""

    @property
    def anything(self) -> bool:
        """Tell whether any sentence may answer."""
        return not self.shapes and self.count is None


class Meets(NamedTuple):
    """How far a sentence meets what is expected, each 1 or 0; all 1 where nothing is.

    shape: it holds such a thing. beside: in a clause with the noun that is counted or named.
    defines: 1 if it says what a counting name stands for, -1 if it only holds the name. right_by: the
    thing stands right before or behind its noun. which: it holds one of what 哪个 asks for, -1 if not.
    """

    shape: float
    beside: float
    defines: float = 0.0
    right_by: float = 1.0
    which: float = 0.0


@lru_cache(maxsize=256)
def expected(question: str) -> Expected:
    """Read off a question what its answer must show."""
    asks = asks_for(question)
    text = as_pattern_text(normalise(question))
    wanted = _wanted(asks, question, text)
    return replace(wanted, given=text, which=_which(text))


def _wanted(asks: Asks, question: str, text: str) -> Expected:
    if asks == "list" or (asks == "overview" and _NAMED_GROUP.search(text)):
        groups = _groups(text)
        return Expected(
            asks, count=asked_count(question) or (groups[-1][1] if groups else None), groups=groups
        )
    if asks == "time":
        kinds = tuple(kind.written for kind in _TIMES if kind.asked.search(text))
        return Expected(asks, kinds or (_ANY_TIME,))
    called = _CALLED_PERSON.search(text)
    post = _ASKED_POST.search(text)
    noun = post[0] if post else called["noun"] if called else ""
    if _CALLED.search(text) and not (noun or _SOMEBODY.search(text)):
        return Expected(asks, (_NAMED_THING, _PERSON))
    if asks == "person":
        if _STRICT_PERSON.search(text) or noun:
            return Expected(asks, (_PERSON,), (noun,) if len(noun) > 1 else ())
        return Expected(asks, (_PERSON, _AGENT))
    if asks == "place":
        return Expected(asks, (_PLACES,))
    if asks == "count":
        return _amount(text)
    return Expected(asks)


def _which(text: str) -> str:
    """Return what 哪个 asks one of, nothing where that may be called anything."""
    found = _WHICH.search(text)
    first = next(iter(words(found["noun"])), "") if found else ""
    return "" if first in _ANY_NOUN else first


def _amount(text: str) -> Expected:
    if _SHARES.asked.search(text):
        return Expected("count", (_SHARES.written,))
    for kind in _AMOUNTS:
        if kind.asked.search(text):
            return Expected("count", (kind.written,))
    nouns: list[str] = []
    units: list[str] = []
    for found in _COUNTED.finditer(text):
        units += [found["unit"]] if found["unit"] else []
        nouns += [word for word in words(found["noun"]) if len(word) > 1][:_MOST_NOUNS]
    if not nouns and (measured := _MEASURED.search(text)):
        nouns = [word for word in words(measured["noun"]) if len(word) > 1][-_MOST_NOUNS:]
    unit = f"(?:[{HAN}]{{0,2}}?(?:{'|'.join(units)}))" if units and units[0] not in _OF_THINGS else ""
    return Expected("count", (re.compile(_AMOUNT + unit),), tuple(nouns))


def _groups(text: str) -> tuple[tuple[str, int], ...]:
    """Return the names in a question that count what they stand for."""
    found = [
        (match[0].lstrip("“「『\"'"), ordinal(match["number"].replace("两", "二")))
        for match in _NAMED_GROUP.finditer(text)
    ]
    return tuple((name, number) for name, number in found if number >= 2)


def meets(wanted: Expected, sentence: str) -> Meets:
    """Tell how far a sentence meets what a question expects."""
    which = _holds_which(wanted, sentence) if wanted.which else 0.0
    if wanted.anything:
        return Meets(1.0, 1.0, which=which)
    if wanted.count is not None:
        found = enumerations(sentence)
        sizes = {len(row.items) for row in found}
        has_as_many = float(wanted.count in sizes)
        return Meets(float(bool(sizes)), has_as_many, _defines(wanted, sentence, found), has_as_many, which)
    text = _SPACED_NUMBER.sub("", as_pattern_text(sentence))
    things = [
        found.span()
        for shape in wanted.shapes
        for found in shape.finditer(text)
        if found[0].strip("“”「」『』《》\"'") not in wanted.given
    ]
    if not things:
        return Meets(0.0, 0.0, right_by=0.0, which=which)
    if not wanted.nouns:
        return Meets(1.0, 1.0, which=which)
    beside = right_by = False
    for start, end in clauses_of(text):
        inside = [thing for thing in things if start <= thing[0] < end]
        nouns = [
            found.span() for noun in wanted.nouns for found in re.finditer(re.escape(noun), text[start:end])
        ]
        beside = beside or bool(inside and nouns)
        right_by = right_by or any(
            max(a + start - thing[1], thing[0] - b - start) <= _RIGHT_BY for thing in inside for a, b in nouns
        )
    return Meets(1.0, float(beside), right_by=float(right_by), which=which)


def _holds_which(wanted: Expected, sentence: str) -> float:
    """Return 1 if a sentence holds one of what 哪个 asks for that the question does not name, else -1.

    0 where it may be called anything: one of several, or what stands in quotation marks.
    """
    text = as_pattern_text(sentence)
    found = re.finditer(f"[{HAN}]{{2}}[{re.escape(wanted.which)}]", text)
    if any(match[0] not in wanted.given for match in found):
        return 1.0
    is_named = any(name[1] not in wanted.given for name in _QUOTED.finditer(text))
    return 0.0 if is_named or wanted.asks == "list" else -1.0


def _defines(wanted: Expected, sentence: str, found: Sequence[Enumeration]) -> float:
    """Tell whether a sentence lists what a counting name stands for: right by it, or by its last word."""
    text = as_pattern_text(sentence)
    told = 0.0
    for name, number in wanted.groups:
        at = text.find(name)
        if at < 0:
            continue
        told = told or -1.0
        for row in found:
            if len(row.items) != number:
                continue
            gap = max(row.start - at - len(name), at - row.items[-1][1])
            if gap <= _BESIDE or all(name[-1] in text[start:end] for start, end in row.items):
                return 1.0
    return told
