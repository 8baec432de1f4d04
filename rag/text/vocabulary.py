"""The shipped model's vocabulary: how it cuts words, and how common each is."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer

from rag.errors import ModelError
from rag.resources import MODELS
from rag.text.patterns import as_pattern_text

__all__ = ["all_words", "cut_into_words", "is_word", "place", "read_vocabulary", "words"]

_LETTER: Final = re.compile(r"\w")


@cache
def read_vocabulary(folder: Path) -> Tokenizer:
    """Read the vocabulary of a static model, once: it takes longer than all else at the start."""
    text = (folder / "tokenizer.json").read_text(encoding="utf-8")
    try:
        return Tokenizer.from_str(text)
    except Exception as error:  # tokenizers raises nothing more particular
        raise ModelError(f"{folder / 'tokenizer.json'} is no vocabulary: {error}") from error


def words(text: str) -> list[str]:
    """Cut normalised text into the vocabulary's pieces, marks left out, each once."""
    pieces = read_vocabulary(MODELS / "static").encode(text, add_special_tokens=False).tokens
    return [piece for piece in dict.fromkeys(pieces) if _LETTER.search(piece)]


def all_words(text: str) -> list[str]:
    """Cut normalised text into the vocabulary's pieces, in order, marks and repetitions included."""
    return list(read_vocabulary(MODELS / "static").encode(text, add_special_tokens=False).tokens)


def cut_into_words(text: str) -> list[str]:
    """Cut a text as it stands into the vocabulary's words, nothing left out."""
    found, at = [], 0
    folded = as_pattern_text(text)
    for word in all_words(folded):
        place = folded.find(word, at)
        if place < 0:
            continue
        found += list(text[at:place])
        found.append(text[place : place + len(word)])
        at = place + len(word)
    return [*found, *text[at:]]


def is_word(text: str) -> bool:
    """Tell whether a text is one piece of the vocabulary: a word that many texts have."""
    return read_vocabulary(MODELS / "static").token_to_id(text) is not None


def place(word: str) -> int:
    """Return a word's place in the vocabulary, which is ordered by frequency; its size if it has none."""
    vocabulary = read_vocabulary(MODELS / "static")
    found = vocabulary.token_to_id(word)
    return int(found) if found is not None else int(vocabulary.get_vocab_size())
