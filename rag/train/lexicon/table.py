"""What English words are called in Chinese, with shares, and the file it is written to."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from rag.resources import MODELS
from rag.text.vocabulary import read_vocabulary

__all__ = ["Table", "in_pieces", "save_lexicon", "shares_of"]

Table = dict[str, list[tuple[str, float]]]
"""Of each English word or phrase its Chinese words with their shares, the most probable first."""


def shares_of(found: Iterable[tuple[str, float]], whole: float = 1.0) -> list[tuple[str, float]]:
    """Return words with their share of all weights, `whole` together, the greatest first."""
    found = sorted(found, key=lambda item: (-item[1], item[0]))
    total = sum(weight for _, weight in found) or 1.0
    return [(word, whole * weight / total) for word, weight in found]


def in_pieces(texts: Sequence[str]) -> Iterator[list[str]]:
    """Cut texts into the vocabulary's pieces."""
    vocabulary = read_vocabulary(MODELS / "static")
    pieces = {number: piece for piece, number in vocabulary.get_vocab().items()}
    for encoding in vocabulary.encode_batch_fast(list(texts), add_special_tokens=False):
        yield [pieces[number] for number in encoding.ids]


def save_lexicon(table: Table, readings: dict[str, str], out: Path) -> None:
    """Write the lexicon as `rag.models.lexicon.Lexicon` reads it."""
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
