"""The words of a question that say what it is about."""

import re
from collections.abc import Iterator
from typing import Final

from rag.text.normalize import ENGLISH_FUNCTION_WORDS, HAN, normalise, terms
from rag.text.patterns import any_of
from rag.text.vocabulary import all_words

__all__ = ["codes_in", "content_terms", "content_words", "holds_code", "question_words", "telling_words"]

# Words that ask and words that frame: no passage is better for holding them.
_QUESTION_WORDS: Final = re.compile(
    any_of(
        *("请问", "请你", "告诉我", "介绍一下", "介绍", "简述", "说明一下", "是什么意思", "什么时候"),
        *("什么时间", "什么样", "为什么", "是什么", "有什么", "什么", "有哪些", "哪一些", "哪些", "哪几"),
        *("哪里", "哪儿", "哪个", "哪一", "哪年", "哪", "怎么样", "怎么办", "怎么", "怎样", "如何", "为何"),
        *("何时", "何地", "何处", "共有多少", "一共有多少", "有多少", "是多少", "多少", "多大", "多久"),
        *("多长", "几个", "几项", "几种", "几", "分别是", "分别", "各自", "是否", "是不是", "有没有"),
        *("能否", "可否", "吗", "呢", "么", "文中", "文章中", "文章里", "文档里", "文档中", "材料里"),
        *("材料中", "提到的?", "列了", "列出", "列举", "讲到", "说到", "具体", "包括", "包含", "指的是"),
        *("指", "主要", "其中", "一共", "总共", "共有", "里的", "中的", "都", "谁"),
    )
)

_SINGLE_HAN: Final = re.compile(f"[{HAN}]")
_LETTER: Final = re.compile(r"\w")
# What is written in one go stands for one thing: WZ097, not WZ and 097.
_IN_ONE_GO: Final = re.compile(r"[a-z0-9](?:[a-z0-9]|[-._/+](?=[a-z0-9]))*")
_CODE: Final = re.compile(r"(?=.{4})[a-z]+[-._/]?\d[a-z0-9]*(?:[-._/][a-z0-9]+)*")
_CODE_PARTS: Final = re.compile("[a-z]+|[0-9]+")  # which one joins by a hyphen, another by nothing
_SAY_LITTLE: Final = frozenset(
    "的了是在和与及给就去来把被也都还很到从对向为以之其有过着个位将能会要可让由于等并且那这它他她们里上下"
)


def content_words(question: str) -> str:
    """Return a question, normalised, without the words that only ask."""
    return _QUESTION_WORDS.sub(" ", normalise(question))


def content_terms(question: str) -> list[str]:
    """Return the terms of a question without the words that only ask, each once."""
    found = dict.fromkeys(terms(content_words(question)))
    return [term for term in found if term not in ENGLISH_FUNCTION_WORDS and term not in "的是在了有和与"]


def telling_words(question: str) -> list[str]:
    """Return the words that say what a question is about; single characters in a row are one: a name."""
    found, run = dict[str, None](), ""
    for word in (word for part in content_words(question).split() for word in [*_words_of(part), " "]):
        if len(word) == 1 and _SINGLE_HAN.match(word) and word not in _SAY_LITTLE:
            run += word
            continue
        if run:
            found[run] = None
        run = ""
        if _LETTER.search(word) and word not in _SAY_LITTLE:
            found[word] = None
    return list(found)


def codes_in(question: str) -> tuple[str, ...]:
    """Return what a question names by letters and digits: a contract, a part, an error code."""
    written = dict.fromkeys(_IN_ONE_GO.findall(normalise(question)))
    return tuple(word for word in written if _CODE.fullmatch(word))


def holds_code(text: str, code: str) -> bool:
    """Tell whether a text has a code, and not another one that begins or ends with it."""
    parts = _CODE_PARTS.findall(code)
    pattern = "[-._/ ]?".join(map(re.escape, parts))
    return bool(re.search(rf"(?<![a-z0-9]){pattern}(?![a-z0-9])", normalise(text)))


def question_words(question: str) -> list[str]:
    """Return the words of a question that do not only ask, each once."""
    found = (word for part in content_words(question).split() for word in _words_of(part))
    return [word for word in dict.fromkeys(found) if _LETTER.search(word)]


def _words_of(part: str) -> Iterator[str]:
    """Yield the vocabulary's words, but codes, numbers and foreign words whole."""
    at = 0
    for whole in _IN_ONE_GO.finditer(part):
        yield from _pieces(part[at : whole.start()])
        yield whole[0]
        at = whole.end()
    yield from _pieces(part[at:])


def _pieces(text: str) -> Iterator[str]:
    for piece in all_words(text):
        yield piece.removeprefix("的") or piece  # 的数量 is one of the vocabulary
