"""What a language model says, made fit to be shown: no thoughts, no hidden characters, no loops."""

import re
from typing import Final, NamedTuple

from rag.errors import BackendError
from rag.text.normalize import convert, language_of
from rag.text.patterns import any_of, as_pattern_text
from rag.text.sentences import sentence_ends
from rag.types.query import Language

__all__ = ["NOT_FOUND_SIGN", "Finished", "SaidText"]

NOT_FOUND_SIGN: Final = "NOT_FOUND"
"""What a model is told to say when the passages do not answer."""

_LETTERS: Final = NOT_FOUND_SIGN.replace("_", "")
_THINKS, _HAS_THOUGHT = "<think>", "</think>"
_COLOURS: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # of a terminal
# Control characters, and those that turn text round, hide in it, or are half of one.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKER: Final = re.compile(r"\[\d+\]")
_OTHER_MARKERS: Final = re.compile(r"【(\d+)(?:†[^】\n]*)?】|\[\^(\d+)\]")  # 【1】 【1†source】 [^1]
_SEVERAL: Final = re.compile(r"\[(\d+(?:\s*[,，、;；]\s*\d+)+)\]")  # [1, 2]
_NO_WORD: Final = re.compile(r"[\W_]+")
# That the passages do not say it, in a model's own words; what a document says is missing is an answer.
_THE_PASSAGES: Final = any_of("文档", "文件", "资料", "段落", "原文", "文中", "上下文", "提供的内容", "片段")
_DO_NOT_SAY: Final = "(?:未|没有?)(?:明确)?(?:提及|提到|找到|说明|回答|包含|给出)"
_NOT_FOUND: Final = re.compile(
    any_of(
        "^(?:抱歉,?|对不起,?)?(?:未找到|没有找到|没找到|找不到|无法(?:回答|确定))",
        f"{_THE_PASSAGES}(?:里|中)?(?:都|均|并)?{_DO_NOT_SAY}",
        r"^(?:answer )?not found\b",
        r"^(?:there is )?no (?:answer|information)\b",
        r"\b(?:documents?|passages?|context|text)\b.{0,20}n[o']t (?:mention|say|contain|provide|answer)",
    ),
    re.IGNORECASE,
)
_BUT: Final = re.compile(any_of("但", "不过", "只有", r"\bbut\b", r"\bonly\b"), re.IGNORECASE)
_LONGEST_NOT_FOUND: Final = 80  # characters of a sentence that says no more than that
_CHARACTERS_A_TOKEN: Final = 8
_LOOP: Final = 480  # characters that are but repetitions
_LONGEST_TURN: Final = 120  # of what is repeated, so that it is there four times


class Finished(NamedTuple):
    """The whole answer; `is_short` if its end was lost, `is_found` if it is one."""

    text: str
    is_found: bool
    is_short: bool


class SaidText:
    """Collects what a model says. Raises BackendError when it goes on and on, or said nothing."""

    def __init__(self, answer_tokens: int) -> None:
        self._most = _CHARACTERS_A_TOKEN * answer_tokens
        self._text = ""
        self._shown = 0

    def add(self, piece: str) -> str:
        """Take a piece; return what can be shown of it, or of those held back before it."""
        new = max(0, len(self._text) - len(_HAS_THOUGHT))
        self._text += piece
        if _HAS_THOUGHT in self._text[new:]:
            self._text, self._shown = self._text.rpartition(_HAS_THOUGHT)[2], 0
        start = self._text[: self._most].lstrip()
        if start.startswith(_THINKS):  # of thoughts only as much is kept as shows where they end
            self._text = _THINKS + self._text[-len(_HAS_THOUGHT) :]
            return ""
        if len(self._text) > self._most:
            raise BackendError("the answer does not end", "endless")
        if _repeats(self._text):
            raise BackendError("the answer repeats itself", "endless")
        if _THINKS.startswith(start) or _LETTERS.startswith(_letters(start[:80])[: len(_LETTERS)]):
            return ""
        new, self._shown = self._shown, len(self._text)
        return _visible(self._text[new:])

    def finished(self, language: Language, is_cut: bool) -> Finished:
        """Return the answer, in the script of a language; of one that was cut its whole sentences."""
        is_thinking = self._text.lstrip().startswith(_THINKS)
        text = "" if is_thinking else _with_plain_markers(_visible(self._text)).strip()
        if _letters(text).startswith(_LETTERS) or _says_not_found(text):
            return Finished("", is_found=False, is_short=False)
        text = text.replace(NOT_FOUND_SIGN, "").strip()
        if is_cut:
            text = _whole_sentences(text)
        if not _letters(text):
            raise BackendError("the answer has no words", "cut" if is_cut else "empty")
        if language != "en" and language_of(text, language) not in (language, "en"):
            text = convert(text, language)
        return Finished(text, is_found=True, is_short=is_cut)


def _says_not_found(text: str) -> bool:
    """Tell whether all that is said is, in words, that nothing was found."""
    said = as_pattern_text(_MARKER.sub("", text)).strip()
    is_one = len(sentence_ends(said)) == 1 and len(said) <= _LONGEST_NOT_FOUND
    return is_one and bool(_NOT_FOUND.search(said)) and not _BUT.search(said)


def _letters(text: str) -> str:
    """Return the letters and digits of a text, those of markers left out."""
    return _NO_WORD.sub("", _MARKER.sub("", text))


def _visible(text: str) -> str:
    return _UNSEEN.sub("", _COLOURS.sub("", text))


def _with_plain_markers(text: str) -> str:
    """Write every marker as [1]."""
    text = _OTHER_MARKERS.sub(lambda match: f"[{match[1] or match[2]}]", text)
    return _SEVERAL.sub(lambda match: "".join(f"[{n}]" for n in re.findall(r"\d+", match[1])), text)


def _repeats(text: str) -> bool:
    """Tell whether a text has come to say the same over and over."""
    end = text[-_LOOP:]
    return len(end) == _LOOP and any(end[n:] == end[:-n] for n in range(1, _LONGEST_TURN + 1))


def _whole_sentences(text: str) -> str:
    """Return a text up to the end of its last whole sentence, the markers behind it included."""
    *ends, _ = sentence_ends(f"{text} x")
    end = min(ends[-1], len(text)) if ends else 0
    markers = re.match(r"(?:\s*\[\d+\])*", text[end:])
    return text[: end + (markers.end() if markers else 0)].strip()
