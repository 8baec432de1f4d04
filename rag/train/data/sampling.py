"""Less than all: samples of more texts than fit in memory, and files cut short."""

import gzip
import random
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from rag.train.data.pairs import lines_of

__all__ = ["few_rows", "reservoir"]


def reservoir(texts: Iterable[str], size: int, seed: int) -> list[str]:
    """Draw `size` texts, each equally likely, in one pass (Vitter's algorithm R)."""
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    kept: list[str] = []
    for index, text in enumerate(texts):
        if index < size:
            kept.append(text)
        elif (slot := rng.randrange(index + 1)) < size:
            kept[slot] = text
    return kept


def few_rows(data: Path, out: Path, rows: int) -> Path:
    """Write the first rows of every compressed file of a folder to another folder, and return that."""
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(data.glob("*.gz")):
        with gzip.open(out / path.name, "wt", encoding="utf-8") as file:
            file.writelines(islice(lines_of(path), rows))
    return out
