"""What a sentence must show to answer a question of its kind: a date, a number, a name."""

import re
from collections.abc import Sequence
from typing import Final

from rag.query.answer_type import Asks
from rag.query.expected_answer import NAME, POSTS
from rag.text.normalize import HAN, fold
from rag.text.patterns import as_pattern_text

__all__ = ["defines", "has_cue"]

_CUES: Final[dict[Asks, re.Pattern[str]]] = {
    "time": re.compile(
        "[0-9x]+年|[0-9]+月|[0-9]+日|[一二三四五六七八九十]+月|年前|去年|今年|上午|下午|清晨|每(?:年|月|周|季|日)|"
        "[0-9一二两三四五六七八九十百半]+(?:个工作日|个月|年|天|日|周|小时|分钟|点)"
    ),
    "count": re.compile(
        "[0-9]|[一二三四五六七八九十百千万亿两]+(?:个|名|项|种|类|次|家|所|支|座|处|条|位|级|方面|部分|倍|成)"
    ),
    "person": re.compile(
        f"(?:{POSTS})(?:是|为|:)?{NAME}|{NAME}(?:{POSTS}|同志|先生|女士|说|表示|代表)|"
        f"由[{HAN}]{{2,14}}(?:牵头|负责|承担|主持|领衔|发起|组织)"
    ),
    "author": re.compile("^●|(?<!工)作者|^文/|记者"),
    "place": re.compile("省|市|县|区|镇|村|街道|社区|广场|位于|坐落|园区|中心"),
    "reason": re.compile("因为|由于|为了|原因|因此|从而|导致|使得|以便|旨在|目的|问题|不足"),
    "list": re.compile("、.+、|“.+”“.+”|一是|包括|分为|即"),
}


def has_cue(asks: Asks, sentence: str) -> bool:
    """Tell whether a sentence shows what questions of this kind want."""
    cue = _CUES.get(asks)
    return bool(cue and cue.search(as_pattern_text(sentence)))


def defines(text: str, names: Sequence[str]) -> bool:
    """Tell whether a sentence says what a name stands for: “三亲”即…, “三亲”(…), 亲人、亲友、亲邻“三亲”."""
    folded = fold(text)
    return any(
        re.search(re.escape(name) + '[”」』’"]?(?:即|是|指|就是|分别是|:|\\()', folded)
        or re.search("(?:[^,。;:、]{2,12}、){2,}[^,。;:、“「『]{2,12}[“「『]" + re.escape(name), folded)
        for name in names
    )
