"""The settings of a run of the lexicon."""

from dataclasses import dataclass

__all__ = ["LexiconRecipe"]


@dataclass(frozen=True, slots=True)
class LexiconRecipe:
    """The settings of one run; the defaults made the shipped lexicon."""

    iterations: int = 6
    longest: int = 30  # words of a side; longer pairs are left out
    phrase: int = 15  # times that two neighbouring words must stand together to count as one
    fewest: float = 1.5  # expected times that a pair of words was seen
    only: float = 0.25  # share of a word's meanings from which one entry is enough
    back: float = 0.3  # how much it counts that the Chinese word stands for few others
    doubt: float = 5.0  # times that a word must be seen for what is learnt to count half
    least: float = 0.02  # share of a word's meanings
    of_phrase: float = 0.15  # the same of two words together
    common: float = 0.7  # how much it counts that a headword is common
    most: int = 10  # meanings of a word
    sample: int = 60_000  # texts in which characters and headwords are counted
    characters: int = 80  # of a reading
    seed: int = 20261121
