"""Which rows of which source share a batch."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from rag.train.embedding.settings import EmbeddingRecipe
from rag.train.embedding.sources import Source

__all__ = ["epochs", "rows_of_passes"]


def rows_of_passes(source: Source, recipe: EmbeddingRecipe) -> Iterator[int]:
    """Yield how many rows of a source are seen in each of its passes of an epoch."""
    times = {"qa": recipe.questions, "dict": recipe.dictionary}.get(source.name.split("_")[0], 1.0)
    rows = round(times * len(source))
    while rows > 0:
        yield min(rows, len(source))
        rows -= len(source)


def _batches(
    sources: list[Source],
    recipe: EmbeddingRecipe,
    rng: np.random.Generator,
    order_of: Callable[[Source], NDArray[np.int64]],
) -> list[tuple[int, NDArray[np.int64]]]:
    """Return one epoch of (source, rows) in random order, each batch from one source only."""
    plan: list[tuple[int, NDArray[np.int64]]] = []
    for number, source in enumerate(sources):
        for rows in rows_of_passes(source, recipe):
            order = order_of(source)[:rows]
            plan += [(number, order[start : start + recipe.batch]) for start in range(0, rows, recipe.batch)]
    return [plan[position] for position in rng.permutation(len(plan))]


def _by_subject(
    source: Source, bag: torch.nn.EmbeddingBag, alike: int, rng: np.random.Generator
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


def epochs(
    sources: list[Source], bag: torch.nn.EmbeddingBag, recipe: EmbeddingRecipe, rng: np.random.Generator
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield the batches of every epoch: at random in the first, long passages by subject in the others."""

    def by_subject(source: Source) -> NDArray[np.int64]:
        is_short = len(source.right.ids) < recipe.cloze_passage * len(source)
        return at_random(source) if is_short else _by_subject(source, bag, recipe.alike, rng)

    def at_random(source: Source) -> NDArray[np.int64]:
        return rng.permutation(len(source))

    yield from _batches(sources, recipe, rng, at_random)
    for _ in range(1, recipe.epochs):
        yield from _batches(sources, recipe, rng, by_subject if recipe.alike else at_random)
