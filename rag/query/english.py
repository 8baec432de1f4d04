"""English words as a Chinese library would write them: which words, how probable, in which reading."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rag.text.normalize import ENGLISH_FUNCTION_WORDS

__all__ = ["content_of", "english_words", "forms", "singular", "stems"]

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
_PAST: Final = {
    root: tuple(past for past, of in _IRREGULAR.items() if of == root) for root in _IRREGULAR.values()
}
_SHORTEST_ROOT: Final = 3  # letters


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


def forms(word: str) -> Iterator[str]:
    """Yield how a word and what it comes from may be written: exceed › exceeds, exceeded, exceeding."""
    for root in dict.fromkeys((word, *(root for root in stems(word) if len(root) >= _SHORTEST_ROOT))):
        stem = root.removesuffix("e")
        yield from (root, f"{root}s", f"{root}es", f"{stem}ed", f"{stem}ing")
        if root.endswith("y"):
            yield from (f"{root[:-1]}ies", f"{root[:-1]}ied")
        yield from _PAST.get(root, ())


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
