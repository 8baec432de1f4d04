"""The recipe of the English-Chinese lexicon.

IBM Model 1 (Brown et al., 1993) over aligned sentences and a dictionary's entries: how often a word
stands for another, shared out among all the words of the other side until nothing changes much. The
dictionary's own wording goes beside it, its headwords weighed by how common they are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rag.text.normalize import count_han
from rag.train.data.pairs import PairFile, read_pairs, read_plain_text
from rag.train.data.sampling import reservoir
from rag.train.lexicon.alignment import learnt
from rag.train.lexicon.dictionary import looked_up, senses_of
from rag.train.lexicon.pinyin import characters_by_reading
from rag.train.lexicon.settings import LexiconRecipe
from rag.train.lexicon.table import Table, save_lexicon, shares_of
from rag.train.report import Report

__all__ = ["LexiconRecipe", "train_lexicon"]

_SENTENCES: Final = ("docs_align", "trans_")
_DICTIONARY: Final = "dict_"


def train_lexicon(data: Path, out: Path, recipe: LexiconRecipe, report: Report) -> dict[str, Any]:
    """Learn from the translations and the dictionary under `data`; return what the run was."""
    files = [file for file in read_pairs(data) if file.name.startswith((*_SENTENCES, _DICTIONARY))]
    pairs = [pair for file in files for pair in _sentences(file.without_held_out())]
    texts = [*_sample(data, recipe), *(chinese for _, chinese in pairs)]
    dictionary = [entry for file in files if file.name.startswith(_DICTIONARY) for entry in senses_of(file)]
    entries = list(dict.fromkeys(dictionary))  # both scripts say the same
    report(f"{len(pairs):,} aligned sentences, {len(entries):,} senses of a dictionary")
    by_model = learnt(pairs, entries, recipe)
    report(f"{len(by_model):,} words and phrases learnt")
    table = _together(by_model, looked_up(entries, texts, recipe), recipe)
    save_lexicon(table, characters_by_reading(Counter("".join(texts)), recipe), out)
    return {"keys": len(table), "meanings": sum(map(len, table.values())), "recipe": asdict(recipe)}


def _sample(data: Path, recipe: LexiconRecipe) -> list[str]:
    """Draw Chinese texts."""
    return reservoir(filter(count_han, read_plain_text(data)), recipe.sample, recipe.seed)


def _sentences(file: PairFile) -> Iterator[tuple[str, str]]:
    if file.name.startswith(_SENTENCES):
        yield from (
            (a, b) for a, b in zip(file.left, file.right, strict=True) if not count_han(a) and count_han(b)
        )


def _together(by_model: Table, by_dictionary: Table, recipe: LexiconRecipe) -> Table:
    table: Table = {}
    for key in by_model.keys() | by_dictionary.keys():
        both: defaultdict[str, float] = defaultdict(float)
        for source in (by_model, by_dictionary):
            for word, share in source.get(key, ()):
                both[word] += share
        least = recipe.of_phrase if " " in key else recipe.least
        best = [(word, share) for word, share in shares_of(both.items()) if share >= least]
        if best:
            table[key] = best[: recipe.most]
    return {key: found for key, found in table.items() if not _says_no_more(key, table)}


def _says_no_more(key: str, table: Table) -> bool:
    """Tell whether a phrase means only what its words mean."""
    words = key.split()
    known = {word for part in words for word, _ in table.get(part, ())}
    return len(words) > 1 and known.issuperset(word for word, _ in table[key])
