"""How characters are read: the syllables of pinyin, without tone."""

from collections import Counter, defaultdict
from typing import Final

from pypinyin import Style, pinyin_dict
from pypinyin.style import convert as convert_reading

from rag.train.lexicon.settings import LexiconRecipe

__all__ = ["characters_by_reading"]

_READINGS: Final = 2  # of a character: the others are rare


def characters_by_reading(often: Counter[str], recipe: LexiconRecipe) -> dict[str, str]:
    """Return the characters of each syllable without tone, the commonest first."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for code, readings in pinyin_dict.pinyin_dict.items():
        if _is_common(chr(code)):
            for reading in readings.split(",")[:_READINGS]:
                found[_plain(reading)].add(chr(code))
    return {
        syllable: "".join(sorted(characters, key=lambda c: (-often[c], c))[: recipe.characters])
        for syllable, characters in sorted(found.items())
        if syllable.isascii() and syllable.isalpha()
    }


def _is_common(character: str) -> bool:
    try:
        return len(character.encode("gb2312")) > 1
    except UnicodeEncodeError:
        return False


def _plain(reading: str) -> str:
    return str(convert_reading(reading, Style.NORMAL, strict=False)).replace("ü", "v")
