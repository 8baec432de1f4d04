"""English words as a Chinese library would write them: which words, how probable, in which reading."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from rag.errors import ModelError
from rag.text.normalize import ENGLISH_FUNCTION_WORDS
from rag.text.vocabulary import MODELS

__all__ = ["SHIPPED", "Lexicon", "content_of", "english_words", "shipped_lexicon", "singular", "stems"]

SHIPPED: Final = MODELS / "lexicon" / "lexicon.safetensors"
_WORD: Final = re.compile(r"[a-z]+(?:['’][a-z]+)*")
_NO_PLURAL: Final = re.compile("(?:ss|us|is|news|gas|series|species)$")
_BRITISH: Final = re.compile("is(e|ed|er|ing|ation)$")
# fmt: off
_IRREGULAR: Final = {
    "began": "begin", "bought": "buy", "brought": "bring", "built": "build", "came": "come",
    "chose": "choose", "chosen": "choose", "drew": "draw", "drawn": "draw", "drove": "drive",
    "fell": "fall", "felt": "feel", "fought": "fight", "found": "find", "gave": "give", "given": "give",
    "grew": "grow", "grown": "grow", "held": "hold", "kept": "keep", "knew": "know", "known": "know",
    "led": "lead", "left": "leave", "lent": "lend", "lost": "lose", "made": "make", "meant": "mean",
    "met": "meet", "paid": "pay", "ran": "run", "risen": "rise", "rose": "rise", "said": "say",
    "sang": "sing", "saw": "see", "seen": "see", "sent": "send", "shown": "show", "sold": "sell",
    "spent": "spend", "spoke": "speak", "spoken": "speak", "stood": "stand", "taken": "take",
    "taught": "teach", "thought": "think", "told": "tell", "took": "take", "went": "go", "won": "win",
    "worn": "wear", "wrote": "write", "written": "write", "centre": "center", "labour": "labor",
    "programme": "program",
}
# fmt: on
_LINE_FEED: Final = 10
_SCALE: Final = 255.0


def english_words(normalised: str) -> list[str]:
    """Return the English words of a normalised text: plurals made singular, apostrophes dropped."""
    return [singular(re.sub("['’]s?$|['’]", "", word)) for word in _WORD.findall(normalised)]


def content_of(words: Sequence[str]) -> list[str]:
    """Leave out the words that every English text has."""
    return [word for word in words if word not in ENGLISH_FUNCTION_WORDS and len(word) > 1]


def singular(word: str) -> str:
    """Return a noun's singular: good enough for what is looked up in a lexicon made the same way."""
    if len(word) < 4 or not word.endswith("s") or _NO_PLURAL.search(word):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def stems(word: str) -> Iterator[str]:
    """Yield what a verb's form or an adverb may come from: trained › train, making › make, stopped › stop."""
    if word in _IRREGULAR:
        yield _IRREGULAR[word]
    if _BRITISH.search(word):
        american = _BRITISH.sub(r"iz\1", word)
        yield american
        yield from stems(american)
    if word.endswith("ical"):
        yield f"{word[:-4]}y"
    for ending in ("ing", "ed", "er", "ly", "al"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            root = word.removesuffix(ending)
            yield root
            yield f"{root}e"
            if root[-1] == root[-2]:
                yield root[:-1]
            if root.endswith("i"):
                yield f"{root[:-1]}y"


class _Lines:
    """Lines of text as they lie in an array, cut only where they are looked at: there are many."""

    def __init__(self, array: NDArray[np.uint8]) -> None:
        self._bytes = array.tobytes()
        self._ends = np.append(np.flatnonzero(array == _LINE_FEED), len(array))

    def raw(self, place: int) -> bytes:
        """Return a line's bytes."""
        start = int(self._ends[place - 1]) + 1 if place else 0
        return self._bytes[start : int(self._ends[place])]

    def place(self, line: str) -> int | None:
        """Return where a line stands among sorted ones."""
        wanted = line.encode()
        place = bisect_left(range(len(self._ends)), wanted, key=self.raw)
        return place if place < len(self._ends) and self.raw(place) == wanted else None


class Lexicon:
    """What English words and phrases mean, and which characters are read how.

    Made by `yinju train lexicon`.
    """

    def __init__(self, path: Path = SHIPPED) -> None:
        """Read the arrays; raises ModelError."""
        try:
            with safe_open(path, framework="numpy") as file:
                arrays: Mapping[str, NDArray[Any]] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            self._keys, self._words = _Lines(arrays["keys"]), _Lines(arrays["words"])
            self._starts = np.cumsum(np.append(0, arrays["sizes"]), dtype=np.int64)
            self._ids, self._shares = arrays["ids"], arrays["shares"]
            lines = arrays["readings"].tobytes().decode("utf-8").split("\n")
            readings = (line.partition(" ") for line in lines)
            self._characters = {syllable: characters for syllable, _, characters in readings}
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise ModelError(f"{path} holds no lexicon: {error}") from error

    def __contains__(self, phrase: str) -> bool:
        return self._keys.place(phrase) is not None

    def meanings(self, phrase: str) -> list[tuple[str, float]]:
        """Return the Chinese words for a word, or words with a space between, and how probable each is."""
        place = self._keys.place(phrase)
        if place is None:
            return []
        start, end = int(self._starts[place]), int(self._starts[place + 1])
        return [
            (self._words.raw(int(id_)).decode("utf-8"), int(share) / _SCALE)
            for id_, share in zip(self._ids[start:end], self._shares[start:end], strict=True)
        ]

    def characters(self, syllable: str) -> str:
        """Return the characters read as a syllable of pinyin without its tone, the commonest first."""
        return self._characters.get(syllable, "")


@cache
def shipped_lexicon() -> Lexicon:
    """Read the shipped lexicon, once."""
    return Lexicon()
