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
from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from rag.text.vocabulary import read_vocabulary
from rag.train.data.pairs import PairFile, read_pairs, read_plain_text
from rag.train.embedding.batches import epochs, rows_of_passes
from rag.train.embedding.settings import EmbeddingRecipe
from rag.train.embedding.sources import Source, clozes_of, encoded
from rag.train.embedding.table import save_static_model
from rag.train.embedding.vocabulary import train_vocabulary
from rag.train.report import Report

__all__ = ["EmbeddingRecipe", "train_embedding"]


def train_embedding(
    data: Path, out: Path, recipe: EmbeddingRecipe, report: Report, vocabulary: Path | None = None
) -> dict[str, Any]:
    """Train on the pairs under `data`, write the model to `out`, return what the run was.

    With the folder of a `vocabulary` its pieces are kept; one that is trained comes out in another order each
    time.
    """
    started = time.monotonic()
    torch.manual_seed(recipe.seed)
    files = [file.without_held_out() for file in read_pairs(data)]
    rows = sum(len(file.left) for file in files)
    report(f"{rows:,} pairs from {len(files)} files")
    tokenizer = read_vocabulary(vocabulary) if vocabulary else _new_vocabulary(data, files, recipe)
    report(f"vocabulary of {tokenizer.get_vocab_size():,} pieces after {time.monotonic() - started:.0f} s")
    sources = [encoded(file, tokenizer, recipe.longest) for file in files]
    sources.append(clozes_of(sources, recipe))
    report(f"{len(sources[-1]):,} clozes; texts cut into pieces after {time.monotonic() - started:.0f} s")
    table = _fit(sources, tokenizer.get_vocab_size(), recipe, report)
    save_static_model(tokenizer, table, out)
    return {"pairs": rows, "seconds": round(time.monotonic() - started), "recipe": asdict(recipe)}


def _new_vocabulary(data: Path, files: Sequence[PairFile], recipe: EmbeddingRecipe) -> Tokenizer:
    texts = chain(read_plain_text(data), *(chain(file.left, file.right) for file in files))
    return train_vocabulary(texts, recipe.pieces, recipe.vocabulary_sample, recipe.seed)


def _fit(sources: list[Source], pieces: int, recipe: EmbeddingRecipe, report: Report) -> NDArray[np.float32]:
    rng = np.random.default_rng(recipe.seed)
    bag = torch.nn.EmbeddingBag(pieces, recipe.dimensions, mode="mean", sparse=True)
    torch.nn.init.normal_(bag.weight, std=0.1)
    optimizer = torch.optim.SparseAdam(list(bag.parameters()), lr=recipe.learning_rate)
    total = recipe.epochs * sum(
        -(-n // recipe.batch) for source in sources for n in rows_of_passes(source, recipe)
    )
    started = time.monotonic()
    for step, (number, rows) in enumerate(epochs(sources, bag, recipe, rng)):
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


def _loss(
    bag: torch.nn.EmbeddingBag, source: Source, rows: NDArray[np.int64], temperature: float
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
