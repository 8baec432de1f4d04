"""The form of answer that a question asks for: a fact, a list, a summary, which of them, and so on."""

import re
from typing import Final, NamedTuple

from rag.query.answer_type import Asks, asks_for
from rag.text.numbers import ARABIC, NUMERALS
from rag.text.patterns import as_pattern_text
from rag.types.query import Form, Query

__all__ = ["AskedKind", "asked_form", "asked_kind"]

# What is practised, and what may be said of it as a whole.
_PRACTICE: Final = (
    "做法|经验|举措|措施|招数|招式|思路|特色|亮点|启示|抓法|办法|路子|打法|工作法|实践|探索|动作|抓手|功夫"
)
_RESULT: Final = "成效|成果|效果|成绩|体会|启示"
_HOW: Final = "怎么|怎样|如何|咋|怎|怎麼"
_DOES: Final = (
    "抓|搞|做|推进|推动|推行|开展|实施|落实|建设|加强|治理|带动|培养|选|管|用|解决|发展|提升|促进|引领|打造|创新|干|办|运作|"
    "操作|组织|服务|保障|整改|应对"
)
_SUMMARY: Final = re.compile(
    "总结|概括|归纳|概述|综述|梳理|捋一?捋|捋捋|提炼|要点|大意|概要|"
    "(?:主要|都|具体|重点)?(?:讲|说|写|谈)(?:了|的|的是|的都是)?(?:些|一些)?(?:什么|啥|哪些)|"
    "主要(?:内容|做法|经验|举措|措施)|"
    f"(?:{_PRACTICE})(?:主要|都|又|分别|具体)?(?:有|是|包括)?(?:哪些|什么|啥|哪几|几条|几点)|"
    f"(?:哪些|什么|啥|哪几[个条点项]|几[条点项])(?:好|新|主要|具体|有效|成功)?的?(?:{_PRACTICE})|"
    f"(?:有|取得|带来|产生|收到|看到|出)了?(?:哪些|什么|啥|怎样的|多大的?)(?:样的)?(?:{_RESULT})|"
    "借鉴|值得学|可学|可以学|学习之处|"
    f"(?:{_HOW})(?:{_DOES})[^,?]{{0,24}}的[啊呀呢]?(?:$|[,?])|"
    "\\bsummar|\\boverview\\b|\\bgist\\b|main points|key points|what does .{3,80} (?:say|cover|describe)|"
    "what is .{3,80} about\\b|\\bin short\\b|\\bbriefly\\b"
)
_TELLS_ALL: Final = re.compile(
    "(?:全文|整篇|通篇|全篇|整个材料|总的来说)[^?]{0,6}(?:讲|说|写|谈|介绍)|(?:全文|整篇|通篇|全篇)的?(?:主要|核心)?(?:内容|要点|大意)"
)
_NOT_SUMMARY: Final = re.compile(
    "多少|几[名次人天年月户]|几个(?!方面|层面|问题|部分)|谁|什么时候|何时|哪年|电话|地址"
)
_WHICH: Final = re.compile(
    "哪(?:些|几(?:个|家|份|篇|处|位|部|种|项)?|一?个)(?:地方|地区|单位|部门|公司|企业|文件|文章|材料|文档|案例|"
    "省市|城市|省|市|县区|县|区|街道|乡镇|镇|乡|社区|村|园区|支部|学校|医院|站|厂|人)(?!员)|"
    "哪(?:份|篇|部)(?:文件|文章|材料|文档|案例|规定|办法)?|哪几(?:份|篇|家|处)|哪里(?:在|有)?(?:搞|开展|推行|实行)|"
    "\\bwhich (?:\\w+ )?(?:documents?|articles?|towns?|places?|units?|companies|sections?|projects?|"
    "directors?|segments?|areas?|people|members)\\b"
)
# Which of some that are named or counted: 这里面哪些是, 那四个镇，哪几个先.
_WHICH_OF: Final = re.compile(
    f"(?:里面?|之?中|当中|其中|那[{NUMERALS}{ARABIC}几]+[个家份篇位处][^,?]{{0,12}},?)"
    "哪(?:些|几[个家份篇位处])(?=是|先|最|属|列|被|已|还|排|放|没|能|可)"
)
_ONE: Final = re.compile("哪(?:里|[个家份篇处位部]|一[个家份篇处位部])|which \\w+(?<!s)\\b")
_COMPARES: Final = re.compile(
    "不同|区别|差别|差异|异同|不一样|相同|比较|对比|相比|变化|改动|改了|侧重|\\bdiffer|\\bcompare|\\bcontrast|\\bchanged?\\b|versus|\\bvs\\b"
)
_DEFINES: Final = re.compile(
    "什么是|什么叫|何谓|何为|什么意思|是什么(?:意思|概念)|指(?:的是)?什么|指(?:的是)?啥|是指|"
    "怎么定义|算作?(?:什么|哪种)|"
    "怎样才算|怎么才算|"
    "\\bwhat (?:is|are) (?:meant|a|an)\\b|\\bmean(?:s|ing)?\\b|\\bdefin|\\bwhat counts as\\b"
)
_SEVERAL: Final = re.compile("哪些|哪几|都有谁|有谁|分别是谁")
_PLAIN: Final[dict[Asks, Form]] = {"count": "count", "time": "fact", "place": "fact"}
_WHY: Final = re.compile("为什么|为何|为啥|原因|缘由|咋会|\\bwhy\\b|\\breasons?\\b")
_HOW_TO: Final = re.compile(
    f"{_HOW}|流程|步骤|程序|手续|\\bhow (?!many|much|long|often|big|large|high|old|far)|\\bsteps?\\b"
)
_YES_NO: Final = re.compile(
    "吗[?]?$|吗[,。]|是否|是不是|有没有|能不能|可不可以|会不会|行不行|要不要|用不用|算不算|[能可]以?[^,?]{0,20}[不吗么][?]?$|"
    "^(?:is|are|was|were|do|does|did|has|have|can|could|may|must|should)\\b"
)


class AskedKind(NamedTuple):
    """What kind of thing a question asks which of: the words that say so, and whether it is one alone."""

    text: str
    is_one: bool


def asked_kind(query: Query) -> AskedKind:
    """Return what kind of thing a question asks which of, no words where it asks for none."""
    text = as_pattern_text(query.asked).lower().strip()
    found = _WHICH.search(text) or _WHICH_OF.search(text)
    return AskedKind(found[0] if found else "", bool(found and _ONE.search(found[0])))


def asked_form(query: Query, is_part: bool = False) -> Form:
    """Tell which form of answer a question asks for by its words; what is found may make it another.

    A part of a comparison, `is_part`, compares no more.
    """
    text = as_pattern_text(query.asked).lower().strip()
    asks = asks_for(query.asked)
    if not is_part and _COMPARES.search(text):
        return "compare"
    if _TELLS_ALL.search(text):
        return "summary"
    if asks in ("person", "author"):
        return "which" if _SEVERAL.search(text) else "fact"
    if _WHICH.search(text) or _WHICH_OF.search(text):
        return "which"
    if _SUMMARY.search(text) and not _NOT_SUMMARY.search(text):
        return "summary"
    return _by_interrogative(text, asks)


def _by_interrogative(text: str, asks: Asks) -> Form:
    """Return the form that a question word asks for."""
    if _WHY.search(text):
        return "why"
    if asks in _PLAIN:
        return _PLAIN[asks]
    forms: tuple[tuple[Form, bool], ...] = (
        ("definition", bool(_DEFINES.search(text))),
        ("yes-no", bool(_YES_NO.search(text))),
        ("list", asks == "list"),
        ("how", bool(_HOW_TO.search(text))),
        ("definition", asks == "overview"),
    )
    return next((form for form, is_asked in forms if is_asked), "fact")
