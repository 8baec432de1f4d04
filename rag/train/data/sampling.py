"""Samples of more texts than fit in memory."""

import random
from collections.abc import Iterable

__all__ = ["reservoir"]


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
