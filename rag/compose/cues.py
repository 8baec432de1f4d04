"""What a sentence must show to answer a question of its kind: a date, a number, a name."""

import re
from collections.abc import Sequence
from typing import Final

from rag.asking import Asks
from rag.lens import Lens
from rag.outline.rules import as_pattern_text
from rag.text import HAN, fold, normalise
from rag.words import words

__all__ = ["defines", "has_cue", "has_unit", "shows_what_is_asked"]

_POSTS: Final = (
    "书记|主席|主任|委员|总经理|经理|教授|博士|记者|主编|秘书|队员|"
    "[部局院校市县区镇乡村董事所站馆厂科处班队会组行]{1,2}长"
)
_GENERIC: Final = "党员|职工|员工|居民|村民|选手|劳模|作者|代表|学生|老师"
# The hundred commonest surnames: nine people in ten of those a Chinese text names.
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤俞翁骆"
)
_NAME: Final = f"[{_SURNAMES}][{HAN}]{{1,2}}"
_CUES: Final[dict[Asks, re.Pattern[str]]] = {
    "time": re.compile(
        "[0-9x]+年|[0-9]+月|[0-9]+日|[一二三四五六七八九十]+月|年前|去年|今年|上午|下午|清晨|每(?:年|月|周|季|日)|"
        "[0-9一二两三四五六七八九十百半]+(?:个工作日|个月|年|天|日|周|小时|分钟|点)"
    ),
    "count": re.compile(
        "[0-9]|[一二三四五六七八九十百千万亿两]+(?:个|名|项|种|类|次|家|所|支|座|处|条|位|级|方面|部分|倍|成)"
    ),
    "person": re.compile(
        f"(?:{_POSTS}|{_GENERIC})(?:是|为|:)?{_NAME}|{_NAME}(?:{_POSTS}|同志|先生|女士|说|表示|代表)|"
        f"由[{HAN}]{{2,14}}(?:牵头|负责|承担|主持|领衔|发起|组织)"
    ),
    "author": re.compile("^●|作者|^文/|记者"),
    "place": re.compile("省|市|县|区|镇|村|街道|社区|广场|位于|坐落|园区|中心"),
    "reason": re.compile("因为|由于|为了|原因|因此|从而|导致|使得|以便|旨在|目的|问题|不足"),
    "list": re.compile("、.+、|“.+”“.+”|一是|包括|分为|即"),
}
_CLASSIFIERS: Final = (
    "个|名|项|种|类|次|家|所|支|座|处|条|位|人|期|户|份|篇|套|级|批|件|台|辆|本|册|场|钱|块|元|万元|字|"
    "吨|公斤|斤|米|公里|里|亩|公顷|升|度"
)
_COUNTED_NOUN: Final = re.compile(f"(?:多少(?:{_CLASSIFIERS})?|几(?:{_CLASSIFIERS}))是?([{HAN}]+)")
_MEASURED_NOUN: Final = re.compile(f"([{HAN}]{{2}})(?:一共|总共|大概|到底)?(?:是|有)(?:多[大高长]|多少[?]?$)")
_UNIT: Final = re.compile(f"(?:多少|几)([{HAN}])")
_NUMERAL: Final = "[0-9一二三四五六七八九十百千万亿]"
_ASKED_POST: Final = re.compile(_POSTS)


def has_cue(asks: Asks, sentence: str) -> bool:
    """Tell whether a sentence shows what questions of this kind want; True if they want nothing special."""
    cue = _CUES.get(asks)
    return bool(cue and cue.search(as_pattern_text(sentence)))


def has_unit(question: str, sentence: str) -> bool:
    """Tell whether a sentence counts in the unit that is asked for: 多少字 › 1605字."""
    asked = _UNIT.findall(normalise(question))
    return any(re.search(f"{_NUMERAL}[余多几]?[万亿]?{unit}", as_pattern_text(sentence)) for unit in asked)


def shows_what_is_asked(lens: Lens, sentence: str) -> bool:
    """Tell whether a sentence holds the kind of thing asked for, of the thing asked about.

    A number counts beside the noun that is counted, a name beside the post that is asked for.
    """
    if lens.asks not in _CUES or lens.asks == "list":
        return True
    if not has_cue(lens.asks, sentence):
        return False
    if lens.query.language == "en":
        return True
    text = as_pattern_text(sentence)
    question = normalise(lens.query.focus)
    if lens.asks == "count":
        nouns = [
            word for tail in _COUNTED_NOUN.findall(question) for word in words(tail)[:1] if len(word) > 1
        ]
        nouns += _MEASURED_NOUN.findall(question)
        return not nouns or any(noun in text for noun in nouns)
    if lens.asks == "person" and (post := _ASKED_POST.search(question)):
        return bool(re.search(f"{post[0]}(?:是|为|:)?{_NAME}|{_NAME}{post[0]}", text))
    return True


def defines(text: str, names: Sequence[str]) -> bool:
    """Tell whether a sentence says what a name stands for: “三亲”即…, “三亲”(…), 亲人、亲友、亲邻“三亲”."""
    folded = fold(text)
    return any(
        re.search(re.escape(name) + '[”」』’"]?(?:即|是指|指|就是|分别是|:|\\()', folded)
        or re.search("(?:[^,。;:、]{2,12}、){2,}[^,。;:、“「『]{2,12}[“「『]" + re.escape(name), folded)
        for name in names
    )
