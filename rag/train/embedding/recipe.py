"""The recipe of the static embedding model that ships with the project.

Pairs (question, passage), (heading, text), (English, Chinese) … pull together, the other rows of
the batch push apart: a softmax over in-batch negatives in both directions (van den Oord et al.,
2018, as sentence-transformers' MultipleNegativesSymmetricRankingLoss). A text is the mean of its
pieces' rows, so the whole model is one table.

Long passages are also paired with some words of a few neighbouring sentences of their own, others
in every epoch (the inverse cloze task of Lee et al., 2019, with words left out instead of a sentence):
that teaches which words tell one passage from another, of which there are few questions.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from rag.models.embedders.sentence_transformer import save_static_model
from rag.train.data.pairs import PairFile, read_pairs, read_plain_text
from rag.train.embedding.vocabulary import train_vocabulary

__all__ = ["EmbeddingRecipe", "train_embedding"]

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class EmbeddingRecipe:
    """The settings of one training run; the defaults made the shipped model."""

    pieces: int = 45_000
    dimensions: int = 600
    epochs: int = 3
    batch: int = 2048
    learning_rate: float = 0.05
    temperature: float = 0.05
    longest: int = 384  # pieces of one text; the rest is cut off
    vocabulary_sample: int = 400_000  # texts the vocabulary is trained on
    questions: float = 3.0  # times an epoch that each question of a `qa_` file is seen
    dictionary: float = 0.4  # times an epoch that each entry of a `dict_` file is seen
    clozes: int = 300_000  # passages that are paired with words of their own
    cloze_passage: int = 48  # pieces of such a passage at least
    cloze_shortest: int = 6  # pieces that the words are taken from
    cloze_longest: int = 40
    cloze_kept: float = 0.5  # share of them that is taken
    alike: int = 128  # passages of one subject that share a batch, from the second epoch on
    seed: int = 20261121


@dataclass(frozen=True, slots=True)
class _Bags:
    """Texts as runs of piece ids: text i is `ids[offsets[i]:offsets[i + 1]]`."""

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (ids, starts) of the given texts, as EmbeddingBag wants them."""
        parts = [self.ids[self.offsets[row] : self.offsets[row + 1]] for row in rows]
        starts = np.cumsum([0] + [len(part) for part in parts[:-1]])
        return torch.from_numpy(np.concatenate(parts)), torch.from_numpy(starts.astype(np.int32))


@dataclass(frozen=True, slots=True)
class _Source:
    """The pairs of one file; equal keys mark equal texts, which are no negatives of each other."""

    name: str
    left: _Bags
    right: _Bags
    left_keys: NDArray[np.int64]
    right_keys: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.left_keys)

    def left_of(self, rows: NDArray[np.int64]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the questions of the given rows."""
        return self.left.take(rows)


@dataclass(frozen=True, slots=True)
class _Clozes(_Source):
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


def train_embedding(data: Path, out: Path, recipe: EmbeddingRecipe, report: Report) -> dict[str, Any]:
    """Train on the pairs under `data`, write the model to `out`, return what the run was."""
    started = time.monotonic()
    torch.manual_seed(recipe.seed)
    files = [file.without_held_out() for file in read_pairs(data)]
    rows = sum(len(file.left) for file in files)
    report(f"{rows:,} pairs from {len(files)} files")
    texts = chain(read_plain_text(data), *(chain(file.left, file.right) for file in files))
    tokenizer = train_vocabulary(texts, recipe.pieces, recipe.vocabulary_sample, recipe.seed)
    report(f"vocabulary of {tokenizer.get_vocab_size():,} pieces after {time.monotonic() - started:.0f} s")
    sources = [_encode(file, tokenizer, recipe.longest) for file in files]
    sources.append(_clozes(sources, recipe))
    report(f"{len(sources[-1]):,} clozes; texts cut into pieces after {time.monotonic() - started:.0f} s")
    table = _fit(sources, tokenizer.get_vocab_size(), recipe, report)
    save_static_model(tokenizer, table.astype(np.float16), out)
    return {"pairs": rows, "seconds": round(time.monotonic() - started), "recipe": asdict(recipe)}


def _clozes(sources: list[_Source], recipe: EmbeddingRecipe) -> _Clozes:
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
    return _Clozes("clozes", bags, bags, keys, keys, recipe, rng)


def _packed(parts: list[NDArray[np.int32]]) -> _Bags:
    offsets = np.cumsum([0, *map(len, parts)], dtype=np.int64)
    return _Bags(np.concatenate([np.zeros(0, dtype=np.int32), *parts]), offsets)


def _encode(file: PairFile, tokenizer: Tokenizer, longest: int) -> _Source:
    kept = [bool(left and right) for left, right in zip(file.left, file.right, strict=True)]
    left = [text for text, keep in zip(file.left, kept, strict=True) if keep]
    right = [text for text, keep in zip(file.right, kept, strict=True) if keep]
    return _Source(
        file.name,
        _bags(left, tokenizer, longest),
        _bags(right, tokenizer, longest),
        _keys(left),
        _keys(right),
    )


def _keys(texts: list[str]) -> NDArray[np.int64]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int64)


def _bags(texts: list[str], tokenizer: Tokenizer, longest: int) -> _Bags:
    unknown = np.zeros(1, dtype=np.int32)
    parts: list[NDArray[np.int32]] = []
    for start in range(0, len(texts), 10_000):
        for encoding in tokenizer.encode_batch_fast(texts[start : start + 10_000], add_special_tokens=False):
            ids = np.array(encoding.ids[:longest], dtype=np.int32)
            parts.append(ids if len(ids) else unknown)
    return _packed(parts)


def _seen(source: _Source, recipe: EmbeddingRecipe) -> Iterator[int]:
    """Yield how many rows of a source are seen in each of its passes of an epoch."""
    times = {"qa": recipe.questions, "dict": recipe.dictionary}.get(source.name.split("_")[0], 1.0)
    rows = round(times * len(source))
    while rows > 0:
        yield min(rows, len(source))
        rows -= len(source)


def _batches(
    sources: list[_Source],
    recipe: EmbeddingRecipe,
    rng: np.random.Generator,
    order_of: Callable[[_Source], NDArray[np.int64]],
) -> list[tuple[int, NDArray[np.int64]]]:
    """Return one epoch of (source, rows) in random order, each batch from one source only."""
    plan: list[tuple[int, NDArray[np.int64]]] = []
    for number, source in enumerate(sources):
        for rows in _seen(source, recipe):
            order = order_of(source)[:rows]
            plan += [(number, order[start : start + recipe.batch]) for start in range(0, rows, recipe.batch)]
    return [plan[position] for position in rng.permutation(len(plan))]


def _by_subject(
    source: _Source, bag: torch.nn.EmbeddingBag, alike: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the rows in an order that puts passages of one subject side by side.

    Each passage goes to the nearest of a few of its kind: what is alike is then in one batch, and
    harder to tell apart than any other passages would be (Xiong et al., 2021, draw such negatives singly).
    """
    rows = rng.permutation(len(source))
    if len(rows) < 2 * alike:
        return rows
    with torch.no_grad():
        parts = [
            functional.normalize(bag(*source.right.take(part)))
            for part in np.array_split(rows, len(rows) // 4096 + 1)
        ]
        vectors = torch.cat(parts)
        centres = vectors[: len(rows) // alike]
        nearest = torch.cat([(part @ centres.T).argmax(dim=1) for part in parts]).numpy()
    return rows[np.argsort(rng.permutation(len(centres))[nearest], kind="stable")]


def _fit(sources: list[_Source], pieces: int, recipe: EmbeddingRecipe, report: Report) -> NDArray[np.float32]:
    rng = np.random.default_rng(recipe.seed)
    bag = torch.nn.EmbeddingBag(pieces, recipe.dimensions, mode="mean", sparse=True)
    torch.nn.init.normal_(bag.weight, std=0.1)
    optimizer = torch.optim.SparseAdam(list(bag.parameters()), lr=recipe.learning_rate)
    total = recipe.epochs * sum(-(-n // recipe.batch) for source in sources for n in _seen(source, recipe))
    started = time.monotonic()
    for step, (number, rows) in enumerate(_epochs(sources, bag, recipe, rng)):
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate * (1 - step / total)
        loss = _loss(bag, sources[number], rows, recipe.temperature)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()  # type: ignore[no-untyped-call]
        if step % 50 == 49:
            seconds = time.monotonic() - started
            report(f"step {step + 1}/{total}, {seconds:.0f} s, {sources[number].name}: {loss.item():.3f}")
    return bag.weight.detach().numpy()


def _epochs(
    sources: list[_Source], bag: torch.nn.EmbeddingBag, recipe: EmbeddingRecipe, rng: np.random.Generator
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield the batches of every epoch: at random in the first, long passages by subject in the others."""

    def by_subject(source: _Source) -> NDArray[np.int64]:
        is_short = len(source.right.ids) < recipe.cloze_passage * len(source)
        return at_random(source) if is_short else _by_subject(source, bag, recipe.alike, rng)

    def at_random(source: _Source) -> NDArray[np.int64]:
        return rng.permutation(len(source))

    yield from _batches(sources, recipe, rng, at_random)
    for _ in range(1, recipe.epochs):
        yield from _batches(sources, recipe, rng, by_subject if recipe.alike else at_random)


def _loss(
    bag: torch.nn.EmbeddingBag, source: _Source, rows: NDArray[np.int64], temperature: float
) -> torch.Tensor:
    left = functional.normalize(bag(*source.left_of(rows)))
    right = functional.normalize(bag(*source.right.take(rows)))
    scores = left @ right.T / temperature
    same = _equal(source.left_keys[rows]) | _equal(source.right_keys[rows])
    scores = scores.masked_fill(torch.from_numpy(same), -torch.inf)
    truth = torch.arange(len(rows))
    return (functional.cross_entropy(scores, truth) + functional.cross_entropy(scores.T, truth)) / 2


def _equal(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the pairs of different rows that hold the same text."""
    same: NDArray[np.bool_] = keys[:, None] == keys[None, :]
    np.fill_diagonal(same, False)
    return same
