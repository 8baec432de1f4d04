"""Romanised names: which of the library's words read so."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from rag.models.lexicon import Lexicon
from rag.text.vocabulary import is_word

__all__ = ["GENERIC", "Counted", "best_names", "names_read", "syllables"]

Counted = Callable[[Sequence[str]], Mapping[str, int]]
"""In how many chunks each of some terms stands."""

_FEWEST, _MOST = 2, 4  # syllables of a name
_LONGEST: Final = 6  # letters of a syllable
_MOST_READ: Final = 200  # names of one reading
_KEPT: Final = 2
# What follows a name in English, and how what follows it in Chinese begins.
GENERIC: Final = {
    "city": "市",
    "community": "社",
    "company": "公",
    "county": "县",
    "district": "区",
    "group": "集",
    "hospital": "医",
    "park": "园",
    "prefecture": "州",
    "province": "省",
    "road": "路",
    "school": "学",
    "square": "广",
    "street": "街",
    "subdistrict": "街",
    "town": "镇",
    "township": "乡",
    "university": "大",
    "village": "村",
}


def syllables(word: str, lexicon: Lexicon) -> list[tuple[str, ...]]:
    """Return the ways to read a word, in lower case, as a few syllables; an apostrophe parts two."""

    def cuts(rest: str) -> Iterator[tuple[str, ...]]:
        if not rest:
            yield ()
        for size in range(min(_LONGEST, len(rest)), 0, -1):
            if lexicon.characters(rest[:size]):
                yield from ((rest[:size], *others) for others in cuts(rest[size:]))

    if len(word) > _LONGEST * _MOST:
        return []
    parted = [list(cuts(part)) for part in word.replace("’", "'").split("'")]
    ways = (tuple(part for parts in way for part in parts) for way in product(*parted))
    return [way for way in ways if len(way) <= _MOST]


def names_read(word: str, lexicon: Lexicon, counted: Counted) -> list[str]:
    """Return the words of the library that read like a word, two to four characters long."""
    return [
        name
        for way in syllables(word, lexicon)
        if len(way) >= _FEWEST
        for name in _names(way, lexicon, counted)
    ]


def _names(way: Sequence[str], lexicon: Lexicon, counted: Counted) -> list[str]:
    characters = [_known(list(lexicon.characters(syllable)), counted) for syllable in way]
    names = characters[0]
    for following in characters[1:]:
        ends = dict.fromkeys(name[-1] for name in names)
        pairs = set(_known([end + character for end in ends for character in following], counted))
        names = [name + c for name in names for c in following if name[-1] + c in pairs][:_MOST_READ]
    return names


def _known(terms: Sequence[str], counted: Counted) -> list[str]:
    found = counted(terms)
    return [term for term in terms if found[term]]


def best_names(names: Sequence[str], following: str, listed: Sequence[str], counted: Counted) -> list[str]:
    """Choose among words that read alike: what fits the word that follows, then names, then what is rare.

    `listed` are those that a dictionary has for the name.
    """
    generic = GENERIC.get(following, "")
    fits = counted([name[-1] + generic for name in names]) if generic else {}
    often = counted([name[-2:] for name in names])

    def score(name: str) -> tuple[bool, bool, bool]:
        return (bool(generic and fits[name[-1] + generic]), name in listed, not is_word(name))

    ranked = sorted(names, key=lambda name: (score(name), -often[name[-2:]]), reverse=True)
    return [name for name in ranked if score(name) == score(ranked[0])][:_KEPT]
