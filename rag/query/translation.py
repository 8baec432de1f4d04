"""The words of an English question as the library writes them: meanings, names in pinyin, numbers."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from rag.models.lexicon import shipped_lexicon
from rag.query.answer_type import Asks
from rag.query.english import english_words, forms, stems
from rag.query.pinyin import GENERIC, Counted, best_names, names_read
from rag.text.normalize import ENGLISH_FUNCTION_WORDS, HAN, count_han, normalise, telling_terms, terms
from rag.text.numbers import in_characters
from rag.text.word_lists import ENGLISH_MONTHS, ENGLISH_NUMBERS
from rag.types.query import Meaning, Query

__all__ = [
    "Translated",
    "counted_nouns",
    "in_focus",
    "says_something",
    "terms_of_word",
    "translate",
    "word_for_word",
]

_MOST: Final = 3  # alternatives of a word in Chinese
_MOST_FORMS: Final = 6  # in which it stands in the library as it is
_LEAST: Final = 0.2  # of the most probable alternative's share
_OF_STEM: Final = 0.7  # what the meanings of train count for trained
_COMMON: Final = 0.15  # how much it counts that a word is common in the library
_SINGLE: Final = 0.35  # what a single character counts: it stands in many words
_TOKEN: Final = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*|[0-9]+(?:[,.][0-9]+)*|[^\sA-Za-z0-9]")
_COUNTS: Final = re.compile(
    "how (?:many|much) (.{1,60})|how (?:big|large|long|high|great) (?:is|are|was|were) (?:the )?(.{1,40})"
)
_HAN_RUNS: Final = re.compile(f"[{HAN}]+")
_ASKS_HOW: Final = re.compile(r"\b[Hh]ow\b(?! (?:many|much|long|often|big|large|high|old))")
_WHAT, _HOW = "什么", "如何"
_ASKED_IN_CHINESE: Final[dict[Asks, str]] = {
    "count": "多少",
    "time": "什么时候",
    "person": "谁",
    "author": "谁",
    "place": "哪里",
    "reason": "为什么",
    "list": "哪些",
    "yes-no": "是否",
}
_ENDS: Final = frozenset(".?!")
# Words that say as little as those every English sentence has.
_SAY_LITTLE: Final = frozenset(
    [
        *("also", "any", "both", "each", "ever", "he", "her", "his", "if", "no", "not", "one", "out"),
        *("said", "say", "she", "so", "than", "then", "through", "too", "under", "up", "us", "use", "used"),
        *("we", "about", "but", "might", "must", "now", "our", "some", "still", "such", "while"),
    ]
)
_CUT_OFF: Final = frozenset(["s", "t", "d", "m", "ll", "re", "ve"])
_UNITS: Final = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_TENS: Final = ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS: Final = {word: number for number, word in enumerate(ENGLISH_NUMBERS, 2)} | {
    word: 10 * tens for tens, word in enumerate(_TENS, 3)
}
_MONTHS: Final = {name: number for number, name in enumerate(ENGLISH_MONTHS, 1)}
_MEASURES: Final = ("个", "", "大", "项", "种", "类", "条", "名")


class Translated(NamedTuple):
    """What an English question's words may be called, its names, and the words that nothing is called by."""

    meant: tuple[Meaning, ...]
    names: tuple[str, ...]
    unknown: tuple[str, ...]


class _Token(NamedTuple):
    written: str
    word: str  # as the lexicon has it; empty if it says nothing
    starts: bool  # a sentence


def translate(question: str, counted: Counted) -> Translated:
    """Return what the words of an English question may be called, those that the library has."""
    return _Translator(question, counted).translated()


def says_something(term: str) -> bool:
    """Tell whether a term of an English question says what it is about: the s of an apostrophe does not."""
    return term not in _SAY_LITTLE and term not in _CUT_OFF


def terms_of_word(word: str) -> list[str]:
    """Return the terms that tell a word: its pairs of characters, or the one that it is."""
    return telling_terms(terms(word))


def counted_nouns(query: Query) -> tuple[str, ...]:
    """Return what an English question counts, as the library writes it: how many Party members › 党员."""
    found = _COUNTS.search(normalise(query.focus))
    if not found:
        return ()
    words: list[str] = []
    for token in _tokens(found[1] or found[2]):
        if not token.word and token.written != "-":
            break
        words.append(token.word)
    return next(
        (m.alternatives for word in reversed(words) if word for m in query.meant if word in m.word.split()),
        (),
    )


def in_focus(query: Query) -> set[str]:
    """Return the words with a meaning that a question itself has, not the turns before it."""
    written = {token.written.lower() for token in _tokens(query.focus)}
    said = written | {token.word for token in _tokens(query.focus)}
    joined = normalise(query.focus).replace(" ", "")
    return {m.word for m in query.meant if m.word in joined or said.issuperset(m.word.split())}


def word_for_word(query: Query, asks: Asks, text: str) -> str:
    """Return an English question in Chinese words, in its own order, what it asks for last.

    Of the words that one may stand for, it is the first that the text has.
    """
    read = normalise(text)
    words = [
        next((way for way in meaning.alternatives if way in read), meaning.alternatives[0])
        for meaning in query.meant
    ]
    own = _HAN_RUNS.findall(query.text)
    asked = _HOW if _ASKS_HOW.search(query.focus) else _ASKED_IN_CHINESE.get(asks, _WHAT)
    return "".join([*own, *(word for word in words if word not in own), asked]) + "？"


class _Translator:
    """Goes through one question, word by word."""

    def __init__(self, question: str, counted: Counted) -> None:
        self._lexicon = shipped_lexicon()
        self._counted = counted
        self._tokens = list(_tokens(question))
        self._names: list[str] = []

    def translated(self) -> Translated:
        meant: dict[str, Meaning] = {}
        unknown: list[str] = []
        at = 0
        while at < len(self._tokens):
            found, taken = self._at(at)
            if found:
                meant.setdefault(found.word, found)
            elif self._tokens[at].word:
                unknown.append(self._tokens[at].word)
            at += taken
        return Translated(
            tuple(meant.values()), tuple(dict.fromkeys(self._names)), tuple(dict.fromkeys(unknown))
        )

    def _at(self, at: int) -> tuple[Meaning | None, int]:
        """Return what begins at a token, and how many tokens it takes."""
        for look in (self._number, self._name, self._phrase):
            found, taken = look(at)
            if found:
                return found, taken
        token = self._tokens[at]
        return (self._word(token) if token.word else None), 1

    def _word(self, token: _Token) -> Meaning | None:
        word = token.word
        shares = dict(self._lexicon.meanings(word))
        for stem in stems(word):
            for meaning, share in self._lexicon.meanings(stem):
                shares[meaning] = max(shares.get(meaning, 0.0), _OF_STEM * share)
        return self._meaning(word, shares, self._written(token.written.lower(), word))

    def _written(self, written: str, word: str) -> tuple[str, ...]:
        """Return the forms in which the library has an English word, as it is asked first."""
        found = self._counted(list(dict.fromkeys((written, word, *forms(word)))))
        return tuple(form for form, often in found.items() if often)[:_MOST_FORMS]

    def _phrase(self, at: int) -> tuple[Meaning | None, int]:
        words = [token.word for token in self._tokens[at : at + 2]]
        if len(words) < 2 or not all(words):
            return None, 0
        phrase = " ".join(words)
        return self._meaning(phrase, dict(self._lexicon.meanings(phrase))), 2

    def _meaning(self, word: str, shares: dict[str, float], own: tuple[str, ...] = ()) -> Meaning | None:
        """Return a word's meaning: the most probable alternatives in the library, then its `own` forms."""
        weighed = {
            text: share * often**_COMMON * (_SINGLE if len(text) == 1 else 1.0)
            for text, share in shares.items()
            if (often := min(self._counted(terms_of_word(text)).values()))
        }
        as_written = max(self._counted(list(own)).values(), default=0) ** _COMMON
        least = _LEAST * max([*weighed.values(), as_written], default=0.0)
        kept: list[str] = []
        for text in sorted(weighed, key=lambda text: (-weighed[text], text)):
            if weighed[text] >= least and not any(other in text and len(other) > 1 for other in kept):
                kept.append(text)
        kept = kept[:_MOST]
        shared = [weighed[text] / weighed[kept[0]] for text in kept] + [1.0] * len(own)
        return Meaning(word, (*kept, *own), tuple(shared)) if shared else None

    def _is_known(self, text: str) -> bool:
        return all(self._counted(terms_of_word(text)).values())

    def _name(self, at: int) -> tuple[Meaning | None, int]:
        """Read capitalised words, or one that English has not, as a name: two words together, then one."""
        for size in (3, 2, 1):
            tokens = self._tokens[at : at + size]
            if len(tokens) == size and all(self._may_be_name(token) for token in tokens):
                word = "".join(token.written for token in tokens).lower()
                found = self._named(word, at + size)
                if found:
                    return found, size
        return None, 0

    def _may_be_name(self, token: _Token) -> bool:
        if not token.word or token.word in GENERIC:
            return False
        return token.written[0].isupper() or token.word not in self._lexicon

    def _named(self, word: str, following: int) -> Meaning | None:
        names = names_read(word, self._lexicon, self._counted)
        if not names:
            return None
        listed = [text for text, _ in self._lexicon.meanings(word.replace("'", "").replace("’", ""))]
        if any(self._is_known(text) for text in listed) and not set(listed) & set(names):
            return None  # an English word that happens to read like syllables
        after = self._tokens[following].word if following < len(self._tokens) else ""
        best = best_names(names, after, listed, self._counted)
        self._names += best
        return Meaning(word, tuple(best), (1.0,) * len(best))

    def _number(self, at: int) -> tuple[Meaning | None, int]:
        """Write a number as Chinese does: 2.4 billion as 24亿, five rules as 五项规则, 9 May as 5月9日."""
        token = self._tokens[at]
        following = self._tokens[at + 1] if at + 1 < len(self._tokens) else _Token("", "", starts=True)
        date = _date(token.written.lower(), following.written.lower())
        if date:
            return self._meaning(date, {date: 1.0}), 2
        if token.written.lower() in _MONTHS and token.written[0].isupper() and not token.starts:
            month = f"{_MONTHS[token.written.lower()]}月"
            return self._meaning(month, {month: 1.0}), 1
        value = _value(token)
        if value is None:
            return None, 0
        unit = _UNITS.get(following.written.lower())
        taken = 2 if unit else 1
        written = _forms(value * (unit or 1))
        after = self._tokens[at + taken] if at + taken < len(self._tokens) else None
        nouns = (self._word(after) or Meaning("", (), ())).alternatives if after and after.word else ()
        counted = {
            f"{form}{measure}{text}": 1.0
            for form in written
            for measure in _MEASURES
            for text in nouns
            if count_han(text)
        }
        word, plain = token.written.lower(), dict.fromkeys(written, 1.0)
        if any(not count_han(text) for text in nouns):  # English texts put nothing between the two
            counted |= dict.fromkeys(written, _LEAST)
        own = self._written(word, word) if word.isalpha() else ()
        return self._meaning(word, counted if self._meaning(word, counted) else plain, own), taken


def _tokens(question: str) -> Iterator[_Token]:
    starts = True
    for written in _TOKEN.findall(question):
        words = english_words(normalise(written))
        word = words[0] if words else ""
        says = word not in ENGLISH_FUNCTION_WORDS and word not in _SAY_LITTLE and len(word) > 1
        yield _Token(written, word if says and written.lower() not in ENGLISH_FUNCTION_WORDS else "", starts)
        starts = written in _ENDS


def _date(first: str, second: str) -> str:
    for day, month in ((first, second), (second, first)):
        if month in _MONTHS and day.isdecimal() and 1 <= int(day) <= 31:
            return f"{_MONTHS[month]}月{int(day)}日"
    return ""


def _value(token: _Token) -> float | None:
    if token.written[0].isdecimal():
        digits = token.written.replace(",", "")
        return float(digits) if digits.count(".") < 2 else None
    return _NUMBERS.get(token.written.lower())


def _forms(value: float) -> list[str]:
    """Return the ways in which Chinese texts write a number."""
    forms = [f"{value:.0f}"] if value == int(value) else [f"{value:g}"]
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if value >= size:
            forms.append(f"{value / size:.6g}{unit}")
    if value == int(value) and 1 <= value < 100:
        forms += (["两"] if value == 2 else []) + [in_characters(int(value))]
    return forms
