"""The recipe of the English-Chinese lexicon.

IBM Model 1 (Brown et al., 1993) over aligned sentences and a dictionary's entries: how often a word
stands for another, shared out among all the words of the other side until nothing changes much. The
dictionary's own wording goes beside it, its headwords weighed by how common they are.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pypinyin import Style, pinyin_dict
from pypinyin.style import convert as convert_reading
from safetensors.numpy import save_file

from rag.query.english import content_of, english_words
from rag.resources import MODELS
from rag.text.normalize import HAN, count_han
from rag.text.vocabulary import read_vocabulary
from rag.train.data.pairs import PairFile, read_pairs, read_plain_text
from rag.train.embedding.vocabulary import reservoir

__all__ = ["LexiconRecipe", "train_lexicon"]

Report = Callable[[str], None]
Table = dict[str, list[tuple[str, float]]]
"""Of each English word or phrase its Chinese words with their shares, the most probable first."""

_SENTENCES: Final = ("docs_align", "trans_")
_DICTIONARY: Final = "dict_"
_SAYS_NOTHING: Final = frozenset("的了在是和与及之等其为以于而所就不或者也将这那个")
_READINGS: Final = 2  # of a character: the others are rare
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SENSES: Final = re.compile("[;；]")
_NOT_HEAD: Final = re.compile(
    ",| in | or | of (?=[a-z])|\\bcounty\\b|\\bcity\\b|\\bdistrict\\b|\\btown\\b|\\bprovince\\b"
)
_PLACE: Final = re.compile(f"^([{HAN}]{{2,}})[省市县区镇乡]$")


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


class _Links(NamedTuple):
    """Every English word of a sentence with every Chinese one: `group` counts the Chinese ones."""

    pair: NDArray[np.int64]  # index into the different pairs
    group: NDArray[np.int64]
    english: NDArray[np.int64]  # of each different pair
    chinese: NDArray[np.int64]


def train_lexicon(data: Path, out: Path, recipe: LexiconRecipe, report: Report) -> dict[str, Any]:
    """Learn from the translations and the dictionary under `data`; return what the run was."""
    files = [file for file in read_pairs(data) if file.name.startswith((*_SENTENCES, _DICTIONARY))]
    pairs = [pair for file in files for pair in _sentences(file.without_held_out())]
    texts = [*_sample(data, recipe), *(chinese for _, chinese in pairs)]
    dictionary = [entry for file in files if file.name.startswith(_DICTIONARY) for entry in _entries(file)]
    entries = list(dict.fromkeys(dictionary))  # both scripts say the same
    report(f"{len(pairs):,} aligned sentences, {len(entries):,} senses of a dictionary")
    learnt = _learnt(pairs, entries, recipe)
    report(f"{len(learnt):,} words and phrases learnt")
    table = _together(learnt, _looked_up(entries, texts, recipe), recipe)
    _save(table, _readings(Counter("".join(texts)), recipe), out)
    return {"keys": len(table), "meanings": sum(map(len, table.values())), "recipe": asdict(recipe)}


def _sample(data: Path, recipe: LexiconRecipe) -> list[str]:
    """Draw Chinese texts."""
    return reservoir(filter(count_han, read_plain_text(data)), recipe.sample, recipe.seed)


def _sentences(file: PairFile) -> Iterator[tuple[str, str]]:
    if file.name.startswith(_SENTENCES):
        yield from (
            (a, b) for a, b in zip(file.left, file.right, strict=True) if not count_han(a) and count_han(b)
        )


def _entries(file: PairFile) -> Iterator[tuple[str, str]]:
    """Yield (English sense, headword)."""
    for word, glosses in zip(file.left, file.right, strict=True):
        if count_han(word) != len(word) or count_han(_BRACKETS.sub("", glosses)) > len(glosses) / 2:
            continue
        for sense in _SENSES.split(_BRACKETS.sub(" ", glosses)):
            yield sense.strip(), word


def _learnt(
    pairs: Sequence[tuple[str, str]], entries: Sequence[tuple[str, str]], recipe: LexiconRecipe
) -> Table:
    """Estimate by Model 1 what words and frequent phrases stand for."""
    cut = _cut([chinese for _, chinese in pairs])
    sides = [
        (content_of(english_words(english)), [piece for piece in pieces if _says_something(piece)])
        for (english, _), pieces in zip(pairs, cut, strict=True)
    ]
    sides += [(content_of(english_words(english)), [word]) for english, word in entries]
    often = Counter(phrase for english, _ in sides for phrase in set(_phrases(english)))
    english_ids: dict[str, int] = {"": 0}
    chinese_ids: dict[str, int] = {}
    left: list[list[int]] = []
    right: list[list[int]] = []
    for english, chinese in sides:
        if not 0 < len(english) <= recipe.longest or not 0 < len(chinese) <= recipe.longest:
            continue
        known = [*english, *(phrase for phrase in _phrases(english) if often[phrase] >= recipe.phrase)]
        left.append([0, *(english_ids.setdefault(word, len(english_ids)) for word in dict.fromkeys(known))])
        right.append([chinese_ids.setdefault(word, len(chinese_ids)) for word in dict.fromkeys(chinese)])
    links = _links(left, right, len(chinese_ids))
    expected = _expected(links, recipe.iterations)
    return _as_table(expected, links, list(english_ids), list(chinese_ids), recipe)


def _cut(texts: Sequence[str]) -> Iterator[list[str]]:
    """Cut texts into the vocabulary's pieces."""
    vocabulary = read_vocabulary(MODELS / "static")
    pieces = {number: piece for piece, number in vocabulary.get_vocab().items()}
    for encoding in vocabulary.encode_batch_fast(list(texts), add_special_tokens=False):
        yield [pieces[number] for number in encoding.ids]


def _says_something(piece: str) -> bool:
    return count_han(piece) == len(piece) > 0 and piece not in _SAYS_NOTHING


def _phrases(words: Sequence[str]) -> list[str]:
    return [f"{first} {second}" for first, second in pairwise(words)]


def _links(left: Sequence[Sequence[int]], right: Sequence[Sequence[int]], chinese: int) -> _Links:
    keys = np.concatenate(
        [np.add.outer(np.array(b), np.array(a) * chinese).ravel() for a, b in zip(left, right, strict=True)]
    )
    sizes = np.repeat([len(a) for a in left], [len(b) for b in right])
    group = np.repeat(np.arange(len(sizes)), sizes)
    unique, pair = np.unique(keys, return_inverse=True)
    return _Links(pair.astype(np.int32), group.astype(np.int32), unique // chinese, unique % chinese)


def _expected(links: _Links, iterations: int) -> NDArray[np.float64]:
    """Return how often each pair of words is expected to stand for one another."""
    share: NDArray[Any] = np.ones(len(links.english))
    counts = share
    for _ in range(iterations):
        weights = share[links.pair]
        weights /= np.bincount(links.group, weights)[links.group]
        counts = np.bincount(links.pair, weights, minlength=len(share))
        share = counts / np.bincount(links.english, counts)[links.english]
    return counts


def _as_table(
    counts: NDArray[np.float64],
    links: _Links,
    english: Sequence[str],
    chinese: Sequence[str],
    recipe: LexiconRecipe,
) -> Table:
    """Weigh pairs in both directions, which drops what stands beside everything."""
    often = np.bincount(links.english, counts)
    there = counts / often[links.english]
    back = counts / np.bincount(links.chinese, counts)[links.chinese]
    score = there * back**recipe.back
    is_known = (counts >= recipe.fewest) | (there >= recipe.only)
    kept = np.flatnonzero(is_known & (there >= recipe.least) & (links.english > 0))
    table: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for index in kept[np.argsort(-score[kept], kind="stable")]:
        table[english[links.english[index]]].append((chinese[links.chinese[index]], float(score[index])))
    trust = {word: float(count / (count + recipe.doubt)) for word, count in zip(english, often, strict=True)}
    return {word: _shares(found[: recipe.most], trust[word]) for word, found in table.items()}


def _shares(found: Iterable[tuple[str, float]], whole: float = 1.0) -> list[tuple[str, float]]:
    found = sorted(found, key=lambda item: (-item[1], item[0]))
    total = sum(weight for _, weight in found) or 1.0
    return [(word, whole * weight / total) for word, weight in found]


def _looked_up(entries: Sequence[tuple[str, str]], texts: Sequence[str], recipe: LexiconRecipe) -> Table:
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
    return {key: _shares(_shares(found.items())[: recipe.most]) for key, found in table.items()}


def _counted(words: set[str], texts: Sequence[str]) -> Counter[str]:
    """Count words of two to four characters wherever they stand, single characters where they stand alone."""
    often = Counter(piece for pieces in _cut(texts) for piece in pieces if len(piece) == 1 and piece in words)
    for text in texts:
        for size in (2, 3, 4):
            often.update(
                text[at : at + size] for at in range(len(text) - size + 1) if text[at : at + size] in words
            )
    return often


def _together(learnt: Table, looked_up: Table, recipe: LexiconRecipe) -> Table:
    table: Table = {}
    for key in learnt.keys() | looked_up.keys():
        both: defaultdict[str, float] = defaultdict(float)
        for source in (learnt, looked_up):
            for word, share in source.get(key, ()):
                both[word] += share
        least = recipe.of_phrase if " " in key else recipe.least
        best = [(word, share) for word, share in _shares(both.items()) if share >= least]
        if best:
            table[key] = best[: recipe.most]
    return {key: found for key, found in table.items() if not _says_no_more(key, table)}


def _says_no_more(key: str, table: Table) -> bool:
    """Tell whether a phrase means only what its words mean."""
    words = key.split()
    known = {word for part in words for word, _ in table.get(part, ())}
    return len(words) > 1 and known.issuperset(word for word, _ in table[key])


def _readings(often: Counter[str], recipe: LexiconRecipe) -> dict[str, str]:
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


def _save(table: Table, readings: dict[str, str], out: Path) -> None:
    words = {
        word: place for place, word in enumerate(sorted({w for found in table.values() for w, _ in found}))
    }
    keys = sorted(table)
    arrays: dict[str, NDArray[Any]] = {
        "keys": _joined(keys),
        "words": _joined(words),
        "sizes": np.array([len(table[key]) for key in keys], dtype=np.uint8),
        "ids": np.array([words[word] for key in keys for word, _ in table[key]], dtype=_smallest(len(words))),
        "shares": np.array(
            [max(1, round(255 * share)) for key in keys for _, share in table[key]], dtype=np.uint8
        ),
        "readings": _joined(f"{syllable} {characters}" for syllable, characters in readings.items()),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(arrays, out)


def _smallest(count: int) -> type[np.unsignedinteger[Any]]:
    return np.uint16 if count <= 1 << 16 else np.uint32


def _joined(lines: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines).encode(), dtype=np.uint8)
