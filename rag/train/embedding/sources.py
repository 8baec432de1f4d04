"""The pairs of each file as pieces of the vocabulary, and passages whose questions are words of their own."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rag.train.data.pairs import PairFile
from rag.train.embedding.settings import EmbeddingRecipe

__all__ = ["Clozes", "Source", "clozes_of", "encoded"]

_AT_ONCE = 10_000  # texts


@dataclass(frozen=True, slots=True)
class Bags:
    """Texts as runs of piece ids: text i is `ids[offsets[i]:offsets[i + 1]]`."""

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (ids, starts) of the given texts, as EmbeddingBag wants them."""
        parts = [self.ids[self.offsets[row] : self.offsets[row + 1]] for row in rows]
        starts = np.cumsum([0] + [len(part) for part in parts[:-1]])
        return torch.from_numpy(np.concatenate(parts)), torch.from_numpy(starts.astype(np.int32))


@dataclass(frozen=True, slots=True)
class Source:
    """The pairs of one file; equal keys mark equal texts, which are no negatives of each other."""

    name: str
    left: Bags
    right: Bags
    left_keys: NDArray[np.int64]
    right_keys: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.left_keys)

    def left_of(self, rows: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the questions of the given rows."""
        return self.left.take(rows)


@dataclass(frozen=True, slots=True)
class Clozes(Source):
    """Passages alone; their questions are words of their own, drawn anew each time."""

    recipe: EmbeddingRecipe
    rng: np.random.Generator

    def left_of(self, rows: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return some words of a stretch of each passage."""
        parts = [
            self._words(self.right.ids[self.right.offsets[row] : self.right.offsets[row + 1]]) for row in rows
        ]
        starts = np.cumsum([0] + [len(part) for part in parts[:-1]])
        return torch.from_numpy(np.concatenate(parts)), torch.from_numpy(starts.astype(np.int32))

    def _words(self, passage: NDArray[np.int32]) -> NDArray[np.int32]:
        length = int(self.rng.integers(self.recipe.cloze_shortest, self.recipe.cloze_longest + 1))
        start = int(self.rng.integers(0, max(1, len(passage) - length)))
        stretch = passage[start : start + length]
        kept = stretch[self.rng.random(len(stretch)) < self.recipe.cloze_kept]
        return kept if len(kept) else stretch


def clozes_of(sources: list[Source], recipe: EmbeddingRecipe) -> Clozes:
    """Choose passages of every source, each once."""
    rng = np.random.default_rng(recipe.seed)
    ids: list[NDArray[np.int32]] = []
    for source in sources:
        _, first = np.unique(source.right_keys, return_index=True)
        rows = (source.right.ids[source.right.offsets[row] : source.right.offsets[row + 1]] for row in first)
        ids += [row for row in rows if len(row) >= recipe.cloze_passage]
    chosen = rng.permutation(len(ids))[: recipe.clozes]
    bags = _packed([ids[row] for row in chosen])
    keys = np.arange(len(chosen), dtype=np.int64)
    return Clozes("clozes", bags, bags, keys, keys, recipe, rng)


def _packed(parts: list[NDArray[np.int32]]) -> Bags:
    offsets = np.cumsum([0, *map(len, parts)], dtype=np.int64)
    return Bags(np.concatenate([np.zeros(0, dtype=np.int32), *parts]), offsets)


def encoded(file: PairFile, tokenizer: Tokenizer, longest: int) -> Source:
    """Cut the pairs of a file into pieces, those without a text on either side left out."""
    kept = [bool(left and right) for left, right in zip(file.left, file.right, strict=True)]
    left = [text for text, keep in zip(file.left, kept, strict=True) if keep]
    right = [text for text, keep in zip(file.right, kept, strict=True) if keep]
    return Source(
        file.name,
        _bags(left, tokenizer, longest),
        _bags(right, tokenizer, longest),
        _keys(left),
        _keys(right),
    )


def _keys(texts: list[str]) -> NDArray[np.int64]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int64)


def _bags(texts: list[str], tokenizer: Tokenizer, longest: int) -> Bags:
    unknown = np.zeros(1, dtype=np.int32)
    parts: list[NDArray[np.int32]] = []
    for start in range(0, len(texts), _AT_ONCE):
        for encoding in tokenizer.encode_batch_fast(
            texts[start : start + _AT_ONCE], add_special_tokens=False
        ):
            ids = np.array(encoding.ids[:longest], dtype=np.int32)
            parts.append(ids if len(ids) else unknown)
    return _packed(parts)
