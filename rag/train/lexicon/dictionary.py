"""A dictionary turned round: what English senses are headwords called by."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from rag.query.english import content_of, english_words
from rag.text.normalize import HAN, count_han
from rag.train.data.pairs import PairFile
from rag.train.lexicon.settings import LexiconRecipe
from rag.train.lexicon.table import Table, in_pieces, shares_of

__all__ = ["looked_up", "senses_of"]

_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SENSES: Final = re.compile("[;；]")
_NOT_HEAD: Final = re.compile(
    ",| in | or | of (?=[a-z])|\\bcounty\\b|\\bcity\\b|\\bdistrict\\b|\\btown\\b|\\bprovince\\b"
)
_PLACE: Final = re.compile(f"^([{HAN}]{{2,}})[省市县区镇乡]$")


def senses_of(file: PairFile) -> Iterator[tuple[str, str]]:
    """Yield (English sense, headword)."""
    for word, glosses in zip(file.left, file.right, strict=True):
        if count_han(word) != len(word) or count_han(_BRACKETS.sub("", glosses)) > len(glosses) / 2:
            continue
        for sense in _SENSES.split(_BRACKETS.sub(" ", glosses)):
            yield sense.strip(), word


def looked_up(entries: Sequence[tuple[str, str]], texts: Sequence[str], recipe: LexiconRecipe) -> Table:
    """Turn the dictionary round: of each sense of a few words its headwords, the commonest first."""
    often = _counted({word for _, word in entries}, texts)
    table: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for sense, word in entries:
        for head in dict.fromkeys((sense, _NOT_HEAD.split(sense, maxsplit=1)[0])):
            key = " ".join(content_of(english_words(head)))
            place = _PLACE.match(word) if head != sense else None
            if key and key.count(" ") < 2 and (place or often[word]):
                known = place[1] if place else word
                table[key][known] = (1 + often[word]) ** recipe.common + table[key].get(known, 0.0)
    return {key: shares_of(shares_of(found.items())[: recipe.most]) for key, found in table.items()}


def _counted(words: set[str], texts: Sequence[str]) -> Counter[str]:
    """Count words of two to four characters wherever they stand, single characters where they stand alone."""
    often = Counter(
        piece for pieces in in_pieces(texts) for piece in pieces if len(piece) == 1 and piece in words
    )
    for text in texts:
        for size in (2, 3, 4):
            often.update(
                text[at : at + size] for at in range(len(text) - size + 1) if text[at : at + size] in words
            )
    return often
