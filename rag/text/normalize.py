"""What text is turned into before it is searched: one script, one case, one width."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import add
from typing import Final

import opencc

from rag.text.marks import QUOTATION_MARKS
from rag.types.query import Language

__all__ = [
    "ENGLISH_FUNCTION_WORDS",
    "HAN",
    "convert",
    "count_han",
    "fold",
    "in_other_words",
    "is_in_english",
    "language_of",
    "normalise",
    "telling_terms",
    "terms",
    "unquoted",
    "without_quotation_marks",
    "without_space",
]


HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""The Han blocks, for use inside a regular expression's brackets."""

_HAN_CHARACTER: Final = re.compile(f"[{HAN}]")
_RUN: Final = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+(?:\.[0-9]+)*")
_LONGEST_KEPT: Final = 200  # characters
_QUOTATION_MARK: Final = re.compile(f"[{QUOTATION_MARKS}]")
_LATIN_WORD: Final = re.compile(r"[A-Za-z]+")
# Words that only an English sentence holds: an English name in a Chinese question is not one.
ENGLISH_FUNCTION_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been by can could did do does for from had has have how i in into is it its "
        "list many me much name of on or over please should tell that the their them there these they this "
        "those to was were what when where which who whom whose why will with would you your",
    )
)

# What is 田间夜校? is asked in English, however long the name.
_ASKS_IN_ENGLISH: Final = re.compile(
    r"\W*(?:what|who|when|where|which|why|how|is|are|was|were|do|does|did|can|could|please|tell|list|name)\b",
    re.I,
)
_ASKS_IN_CHINESE: Final = re.compile("[什甚][么麼]|[谁誰哪吗嗎呢怎]|[几幾][个個]|多少|如何|[为為]何")


@cache
def _converter(config: str) -> opencc.OpenCC:
    return opencc.OpenCC(config)


def normalise(text: str) -> str:
    """Fold width (NFKC), case and script (Traditional to Simplified, OpenCC's t2s)."""
    return _normalised_before(text) if len(text) <= _LONGEST_KEPT else _normalised(text)


def _normalised(text: str) -> str:
    return str(_converter("t2s").convert(unicodedata.normalize("NFKC", text).lower()))


_normalised_before = lru_cache(maxsize=4096)(_normalised)  # a question is folded by all who look at it


def without_space(text: str) -> str:
    """Drop every white-space character."""
    return "".join(text.split())


def fold(text: str) -> str:
    """Normalise and drop all white space: the form in which an answer is compared with a fact."""
    return without_space(normalise(text))


def without_quotation_marks(text: str) -> str:
    """Drop the quotation marks and nothing else."""
    return _QUOTATION_MARK.sub("", text)


def unquoted(text: str) -> str:
    """Fold and drop the quotation marks: a name is the same where the text puts a part of it in them."""
    return without_quotation_marks(fold(text))


def terms(text: str) -> list[str]:
    """Split into Han unigrams and bigrams and whole words, in order, after `normalise`.

    `"建5G网"` gives `["建", "5g", "网"]`; `"党建网"` gives `["党", "党建", "建", "建网", "网"]`.
    """
    found: list[str] = []
    for run in _RUN.findall(normalise(text)):
        if _HAN_CHARACTER.match(run):
            found.extend(chain.from_iterable(zip(run, map(add, run, run[1:]), strict=False)))
            found.append(run[-1])
        else:
            found.append(run)
    return found


def telling_terms(terms: Sequence[str]) -> list[str]:
    """Leave out single Han characters, which nearly every text holds, unless there is nothing else."""
    return [term for term in terms if len(term) > 1 or not count_han(term)] or list(terms)


def count_han(text: str) -> int:
    """Count the Han characters."""
    return len(_HAN_CHARACTER.findall(text))


def language_of(text: str, default: Language = "zh-Hans") -> Language:
    """Tell the language and script of a question: `zh-Hans`, `zh-Hant` or `en`.

    A Chinese text whose characters are the same in both scripts gets `default`.
    """
    han = count_han(text)
    words = [word.lower() for word in _LATIN_WORD.findall(text)]
    if han == 0:
        return "en" if words else default
    english = sum(word in ENGLISH_FUNCTION_WORDS for word in words)
    if english and (
        len(words) * 2 > han or (_ASKS_IN_ENGLISH.match(text) and not _ASKS_IN_CHINESE.search(text))
    ):
        return "en"
    traditional = _changed(text, "t2s")
    if not traditional and default == "zh-Hans":
        return default  # spares the large table of the other direction
    simplified = _changed(text, "s2t")
    if traditional == simplified:
        return default
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def is_in_english(text: str) -> bool:
    """Tell whether a text is in Latin words rather than in Han characters: two of these weigh one word."""
    return len(_LATIN_WORD.findall(text)) * 2 > count_han(text)


def _changed(text: str, config: str) -> int:
    converted = _converter(config).convert(text)
    return sum(a != b for a, b in zip(text, converted, strict=False))


def in_other_words(text: str, language: Language) -> str:
    """Write a Chinese text with the words of the other side of the strait, in Simplified characters.

    For Traditional text those of the mainland (OpenCC's tw2sp: 軟體 is 软件), for Simplified text
    those of Taiwan (s2twp: 软件 is 软体), as far as OpenCC's phrase tables go.
    """
    if language == "zh-Hant":
        return str(_converter("tw2sp").convert(text))
    return convert(str(_converter("s2twp").convert(text)), "zh-Hans")


def convert(text: str, language: Language) -> str:
    """Write Chinese text in the script of `language`; English leaves it as it stands."""
    if language == "zh-Hans":
        return str(_converter("t2s").convert(text))
    if language == "zh-Hant":
        return str(_converter("s2t").convert(text))
    return text
