"""A question that asks the same of several things, as a question about each of them.

甲和乙的果园各有多少亩 coordinates two conjuncts, 甲 and 乙, before what is asked of both. Where a conjunct
begins and ends is often open: every reading is returned, and what is found decides between them.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from rag.query.answer_type import BEGINS_TO_ASK, ENGLISH_INTERROGATIVE
from rag.query.keywords import telling_words
from rag.text.coordination import JOINT, LIST_COMMA
from rag.text.marks import CLOSING, CLOSING_TITLE, OPENING, OPENING_TITLE, quoted
from rag.text.normalize import HAN
from rag.text.numbers import TWO_TO_NINE
from rag.text.patterns import any_of, as_pattern_text
from rag.text.word_lists import COMMUNITIES, DISTRICTS, INTERROGATIVES
from rag.types.query import Query

__all__ = ["Conjunct", "readings"]

_LONGEST: Final = 300  # characters of a question that is looked at: a longer one is a text
_MOST_CONJUNCTS: Final = 4
_SHORTEST: Final = 2  # characters of a conjunct
_MOST_READINGS: Final = 3
_LONGEST_LABEL: Final = {"en": 48, "zh-Hans": 16, "zh-Hant": 16}  # characters
_QUOTED: Final = re.compile(quoted("*", f'{OPENING}{OPENING_TITLE}("', f'{CLOSING}{CLOSING_TITLE})"'))
_BORDER: Final = re.compile("[,;。?:\n]")
_EACH_ONE: Final = "各(?![种类级地个方项界位部单族行国家户村县市区镇省乡街支党])"
_EACH: Final = f"{_EACH_ONE}|分别|(?<![首成古故])都(?![市会江])|(?<![人平])均(?![衡可价])"
_SIZE: Final = "[高多大长早晚少低快贵小短久远先]"
_WHICH_OF_THEM: Final = "(?:谁家?|哪一?[个边家方处地项所座支条者])"
_CUE: Final = re.compile(
    "|".join(
        (
            *(_EACH, "不同", "区别", "差别", "异同", "一样", "相同", "比较", "对比", "相比", "相差", "差多"),
            *("差几", "前者", "在前", "在先", "靠前", f"{_WHICH_OF_THEM}[^,?]*{_SIZE}"),
            "两[地处篇个家者边份种套]",
        )
    )
)
_EACH_OF_A_LIST: Final = re.compile(f"{_EACH_ONE}|分别")
_BEHIND: Final = re.compile(
    "|".join(
        (
            *(_BORDER.pattern, _EACH, "有(?:什么|哪|何|没有)", "有[多几]"),
            *("两[个家地者边处篇位种类所支座条样]", "一样", "谁", "哪", "什么", "多少", "多[大长高久]"),
            *("(?<!第)几", "怎", "如何", "何", "之间", "相差", "差[多几]"),
            "在(?=各|[^,]*(?:不同|区别|差|(?:上|方面|中)(?:各|分别)))",  # 甲和乙在…上各怎么做
            "是否",
        )
    )
)
_OPENING_WORD: Final = any_of(
    *("请问", "请", "麻烦", "帮我", "想知道", "(?:比较|对比|比一比)(?:一下)?", "说说", "关于", "对于"),
    *("对(?![口接标照联])", "在", "从", "当", "把", "将", "据", "按照", "同样是", "同样叫?", "那么", "那"),
    "而",
    "还有",
)
_OPENING_WORDS: Final = re.compile(f"{_OPENING_WORD}+")
_OF_ITS_KIND: Final = 4  # characters behind a list in which its count may end
_OF_ONE_KIND: Final = re.compile(f"[{TWO_TO_NINE}几](?:个?方面|[类种项级者个])")
# The last conjunct ends as the first one does: 东山村和西河村|往镇里派了多少人.
_KINDS: Final = tuple(
    re.compile("|".join(names))
    for names in (
        ("党委", "党支部", "党总支", "总支", "支部", "党组", "纪委", "团委", "工会"),
        (
            *("公司", "集团", "矿", "电站", "工厂", "厂", "站", "队(?![伍员长])", "局", "医院", "法院"),
            *("检察院", "学院", "院", "党校", "学校", "大学", "校", "研究所", "所", "银行", "支行"),
            *("图书馆", "馆", "中心", "合作社", "企业", "部门", "港口", "港", "基地", "项目部"),
        ),
        (
            *(*COMMUNITIES, "园区", "开发区", "高新区", "新区", "林区"),
            *(*DISTRICTS, "乡", "旗", "里", "岛", "湾"),
        ),
    )
)
_OF_BOTH: Final = re.compile(
    f"各自的?|{_EACH}|两(?:[个位名](?:人|作者|单位|地方|村|公司)?|家|地|者|边|处|篇|所|种|人)的?|[,。]?(?:比较|对比)一下|之间"
)
_COMPARES: Final = re.compile(
    f"{_WHICH_OF_THEM}的?(?P<of>[^,?]*?)[更得要]*(?:{_SIZE}|[在靠]前)(?:一?[些点])?(?=[,?。呢吗]|$)"
)
_FIRST: Final = re.compile("(?:[早晚先]|[在靠]前)(?:一?[些点])?$")
_DIFFERENCE: Final = re.compile(
    "相?差了?(?:多少|几)|[多高](?:了|出)?多少|[少大早]了?多少|[早晚多]几年?|"
    "(?:在|有|的)?(?:什么|哪些|何|哪一样|哪里|多大)?的?"
    "(?:不同|区别|差别|异同|不一样|相同)(?:之处|点|的地方)?(?:是什么|在哪里|在哪)?|"
    "(?:是否|是)?(?:一样|相同)吗?"
)
_GAP: Final = re.compile(".*(?:多少|[几差])")
_ASKS: Final = re.compile(any_of(*INTERROGATIVES, "何"))
_FORMER_AND_LATTER: Final = re.compile(
    "[,:]?(?P<lead>.*?)前者(?P<former>.*?)[,;]后者(?P<latter>.*)$", re.DOTALL
)
_TOPIC_OF_BOTH: Final = re.compile("比较一下|对比一下|请问|两篇文章|两[个家地]")
_WHICH_TWO: Final = re.compile("(?<=哪)两(?=[位个家种项])")


_CLAUSE: Final = re.compile(
    r"(?:it|there|he|she|they|we|i|you)(?:['’](?:s|re|m|ve|d|ll))?\b|(?:this|that|here) (?:is|was)\b"
)
"""How a clause begins, and no name: it's 11 pm and one of the boats is late."""


class Conjunct(NamedTuple):
    """One of the things asked about: what it is called, and the ways to ask about it alone.

    `aspect` is what is asked of it without its name, for a text that speaks of nothing else.
    """

    label: str
    questions: tuple[str, ...]
    aspect: str = ""


def readings(query: Query) -> list[tuple[Conjunct, ...]]:
    """Return the ways to take a question apart into one for each of several things, none if it has one."""
    if len(query.focus) > _LONGEST:
        return []
    found = _in_english(query.focus) if query.language == "en" else _in_chinese(query.focus)
    kept: list[tuple[Conjunct, ...]] = []
    for reading in found:
        if 2 <= len(reading) <= _MOST_CONJUNCTS and all(_is_a_thing(conjunct.label) for conjunct in reading):
            kept.append(tuple(_labelled(c, _LONGEST_LABEL[query.language]) for c in reading))
        if len(kept) == _MOST_READINGS:
            break
    return kept


def _is_a_thing(label: str) -> bool:
    if _CLAUSE.match(label.lower()):
        return False
    return len(label) >= _SHORTEST and not _ASKS.search(as_pattern_text(label))


def _labelled(conjunct: Conjunct, longest: int) -> Conjunct:
    label = conjunct.label
    return conjunct if len(label) <= longest else conjunct._replace(label=f"{label[:longest].rstrip()}…")


def _masked(text: str) -> str:
    """Return a text whose quotations say nothing: the marks in them join and end nothing."""
    return _QUOTED.sub(lambda quoted: f"{quoted[0][0]}{'口' * (len(quoted[0]) - 2)}{quoted[0][-1]}", text)


def _replaced(text: str, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> str:
    """Replace what a pattern finds in a text as rules see it (one script, narrow marks)."""
    pieces: list[str] = []
    start = 0
    for match in pattern.finditer(as_pattern_text(text)):
        pieces += [text[start : match.start()], by(match)]
        start = match.end()
    return "".join([*pieces, text[start:]])


def _without(text: str, pattern: re.Pattern[str]) -> str:
    return _replaced(text, pattern, lambda match: "")


def _in_chinese(question: str) -> Iterator[tuple[Conjunct, ...]]:
    folded = _masked(as_pattern_text(question))
    starts: set[int] = set()
    for joint in JOINT.finditer(folded):
        start = _start(folded, joint.start())
        behind = _BEHIND.search(folded, joint.end())
        end = behind.start() if behind else len(folded)
        joints = _joints(folded, joint, end)
        cue = _EACH_OF_A_LIST if all(match[0] == LIST_COMMA for match in joints) else _CUE
        if start not in starts and joints and cue.search(folded, joints[-1].end()):
            starts.add(start)
            edges = [start, *(edge for match in joints for edge in match.span()), end]
            yield _conjuncts(question, folded, list(zip(edges[::2], edges[1::2], strict=True)))


def _start(folded: str, joint: int) -> int:
    """Return where the first conjunct before a joint begins: at its clause, behind what opens that."""
    start = max((border.end() for border in _BORDER.finditer(folded, 0, joint)), default=0)
    if start and not folded[start:joint].strip() and folded[start - 1] == ",":  # 甲的款，和乙的款
        start = max((border.end() for border in _BORDER.finditer(folded, 0, start - 1)), default=0)
    opening = _OPENING_WORDS.match(folded, start, joint)
    return opening.end() if opening else start


def _joints(folded: str, first: re.Match[str], end: int) -> list[re.Match[str]]:
    """Return the joints of a run of conjuncts: 甲、乙和丙; none of a list that counts what is of one kind."""
    if first[0] != LIST_COMMA:
        return [first]
    joints = [first]
    for joint in JOINT.finditer(folded, first.end(), end):
        joints.append(joint)
        if joint[0] != LIST_COMMA:
            return joints
    tail = folded[joints[-1].end() : end + _OF_ITS_KIND]
    return [] if _OF_ONE_KIND.search(tail) else joints


def _conjuncts(question: str, folded: str, spans: list[tuple[int, int]]) -> tuple[Conjunct, ...]:
    """Ask of each conjunct what is asked of all: with what stands before the first and behind the last."""
    start, (last, end) = spans[0][0], spans[-1]
    shared = _end_of_last(folded, spans)
    spans = [*spans[:-1], (last, shared if shared is not None else end)]
    labels = [question[a:b].strip(" 、，,") for a, b in spans]
    before = question[:start]
    before = "" if before.endswith(("：", ":")) else _without(before, _TOPIC_OF_BOTH)  # it speaks of all
    tails = _tails(question[spans[-1][1] :], len(spans))
    owner = labels[0][: labels[0].find("的") + 1]  # 甲的长处和短处
    made = []
    for number, (label, tail) in enumerate(zip(labels, tails, strict=True)):
        questions = [f"{before}{label}{tail}"]
        if number and owner and "的" not in label:
            questions.append(f"{before}{owner}{label}{tail}")
        if number < len(labels) - 1 and shared is not None:
            questions.append(f"{before}{label}{_tails(question[end:], 1)[0]}")
        made.append(Conjunct(label, tuple(dict.fromkeys(questions)), _aspect(label, before, tail)))
    return tuple(made)


_IN_WHICH: Final = re.compile(
    "[在就](.{2,}?)(?:上|方面)的?(?:思路|路子|做法|看法|说法|想法|抓法|打法|提法|侧重|特点)?(?:是什么)?$"
)


def _aspect(label: str, before: str, tail: str) -> str:
    """Return the clause that says what is asked of all, without the names: the last behind them, or before.

    None can be told where a name says itself what is asked, or where another clause names it.
    """
    if "的" in label or _QUOTED.search(label):
        return ""
    clauses = [clause.strip() for clause in re.split("[，,。；;？?]", tail) if telling_words(clause)]
    if not clauses:
        return before.strip("，, ")
    if _QUOTED.search("，".join([before, *clauses[:-1]])):
        return ""
    said = clauses[-1].removeprefix("的")
    within = _IN_WHICH.search(said)
    return within[1] if within else said


def _end_of_last(folded: str, spans: list[tuple[int, int]]) -> int | None:
    """Return where the last conjunct ends if not where the run does: what follows is said of all of them."""
    first, (start, end) = folded[slice(*spans[0])], spans[-1]
    last = folded[start:end].rstrip()
    if "的" not in last and any(re.search(f"(?:{kind.pattern})$", last) for kind in _KINDS):
        return end  # 阿里河森工公司 is one name, whatever stands in it
    for kind in _KINDS:
        if re.search(f"(?:{kind.pattern})$", first.rstrip()):
            found = kind.search(folded, start + 1, end)
            return found.end() if found else None
    return folded.rfind("的", start, end) if "的" in folded[start:end] and "的" not in first else None


def _tails(behind: str, count: int) -> list[str]:
    """Return what is asked of each of several things, given what is asked of all of them."""
    pair = _FORMER_AND_LATTER.match(as_pattern_text(behind)) if count == 2 else None
    if pair:
        lead = behind[slice(*pair.span("lead"))]
        lead = lead if lead.startswith("的") else f"，{lead}"
        clauses = [behind[slice(*pair.span(which))].strip("?？。 ") for which in ("former", "latter")]
        return [f"{lead}{clause}？" for clause in clauses]
    tail = _without(behind, _OF_BOTH)
    tail = _replaced(
        tail,
        _COMPARES,
        lambda found: found["of"] + ("是什么时候" if _FIRST.search(found[0]) else "是多少"),
    )
    asked = _replaced(tail, _DIFFERENCE, lambda found: "是多少" if _GAP.match(found[0]) else "")
    if asked != tail and not _ASKS.search(as_pattern_text(asked)):
        asked = re.sub("[?？。，,呢吗嗎 ]+$", "", asked) + "是什么？"
    asked = _without(asked, _WHICH_TWO)
    asked = re.sub("[，,]+(?=[？?。]|$)", "", re.sub("^[，,：: ]+", "，", asked))
    return [asked] * count


_PREPOSITION: Final = "of|in|at|from|to|for|by|with|on"
_ENGLISH_JOINT: Final = re.compile(
    r"(?:,\s*)?\b(?:and|versus|vs\.?|compared (?:with|to)|as well as)\s+"
    rf"(?!{BEGINS_TO_ASK})",
    re.IGNORECASE,
)
_BEFORE_LEFT: Final = re.compile(
    rf"[:,—]\s*|\b(?:{_PREPOSITION}|between|do|does|did|is|are|was|were|has|have|had|can|both)\s+",
    re.IGNORECASE,
)
_BEFORE_CLAUSE: Final = re.compile(r"[,:—]\s*")
_AFTER_RIGHT: Final = re.compile(
    r"[,?.;:—]|\s(?:respectively|each|both|have|has|had|do|does|did|use|used|run|differ|start|began|begin)\b"
)
_OR: Final = re.compile(
    r"^(?P<before>.*?)\b(?:which|who|what)\b(?P<asked>[^,:]*)[,:]\s*(?P<one>[^,?]+?)\s+or\s+(?P<other>[^,?]+)(?P<more>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_MORE_OF: Final = re.compile(r"^\s*(?:one )?(?:has|had|have) (?:the )?(?:more|most|fewer|less)\b")
_SOONER: Final = re.compile(r"\b(?:earlier|earliest|first|later|sooner)\b")
_NAME: Final = re.compile(f"[A-Z{HAN}“\"']")
_ENGLISH_CUE: Final = re.compile(r"\b(?:respectively|both|versus|vs|compare|differ|difference)\b")
_INTERROGATIVE: Final = re.compile(ENGLISH_INTERROGATIVE, re.IGNORECASE)
_SPEAKS_OF_BOTH: Final = re.compile(
    r"\b(?:compare (?:the )?(?:two )?|both\s+|side by side|respectively\b|each\b)", re.IGNORECASE
)


def _in_english(question: str) -> Iterator[tuple[Conjunct, ...]]:
    either = _OR.match(question)
    if either:
        asked = either["asked"].strip()
        if _MORE_OF.match(asked):
            frame = "how many" + _MORE_OF.sub("", asked)
        elif _SOONER.search(asked):
            frame = "when " + _SOONER.sub("", asked).strip()
        else:
            frame = "how much " + asked
        yield tuple(
            Conjunct(_plain(thing), (f"{either['before']}{frame}: {thing.strip()}{either['more']}",))
            for thing in (either["one"], either["other"])
        )
    masked = _masked(question)
    for joint in _ENGLISH_JOINT.finditer(masked):
        behind = _AFTER_RIGHT.search(question, joint.end())
        end = behind.start() if behind else len(question)
        right = question[joint.end() : end]
        start, is_repeated = _left(question, joint.start(), right)
        left = question[start : joint.start()]
        is_named = bool(_NAME.search(left) and _NAME.search(right))
        is_cued = is_repeated or is_named or bool(_ENGLISH_CUE.search(question.lower()))
        if is_cued and not _INTERROGATIVE.search(left):
            before, rest = question[:start], question[end:]
            yield tuple(
                Conjunct(_plain(thing), (_SPEAKS_OF_BOTH.sub("", f"{before}{thing.strip()}{rest}"),))
                for thing in (left, right)
            )


def _left(question: str, joint: int, right: str) -> tuple[int, bool]:
    """Return where the conjunct left of a joint begins, and whether both begin with one preposition."""
    preposition = re.match(rf"({_PREPOSITION})\s", right, re.IGNORECASE)
    if preposition:
        same = list(re.finditer(rf"\b{preposition[1]}\s", question[:joint], re.IGNORECASE))
        if same:
            return same[-1].start(), True
    both = list(re.finditer(r"\bboth\s+", question[:joint], re.IGNORECASE))
    if both:
        return both[-1].end(), True
    is_clause = question[joint:].startswith(",")
    begins = list((_BEFORE_CLAUSE if is_clause else _BEFORE_LEFT).finditer(question[:joint]))
    return (begins[-1].end() if begins else 0), False


def _plain(thing: str) -> str:
    """Return a conjunct as it is called: without what leads up to it."""
    return re.sub(rf"^(?:(?:{_PREPOSITION})\s+)?(?:the\s+)?", "", thing.strip(), flags=re.IGNORECASE)
