"""The contract of a vector store: ids, vectors and texts, nothing of documents."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOTHING", "Hit", "Ids", "State", "VectorStore", "Vectors"]

Vectors = NDArray[np.float32]
"""Shape (n, dimensions), each row of unit length."""

Ids = NDArray[np.int64]
"""Shape (n,), each at least 0 and used once."""


class Hit(NamedTuple):
    """A vector that was found; `score` is its inner product with the query, the cosine."""

    id: int
    score: float


class State(NamedTuple):
    """A state of the library: how many changes led to it, and a random id that no other state has."""

    change: int
    id: str


NOTHING: Final = State(0, "")
"""What a store holds that was never written."""


class VectorStore(Protocol):
    """Where vectors live. A view of the library: it may be deleted and made again."""

    @property
    def state(self) -> State:
        """Return the library's state at the last checkpoint."""
        ...

    def fork(self, folder: Path) -> Self:
        """Return a store with the same content over another folder; neither notices the other's changes."""
        ...

    def add(self, ids: Ids, vectors: Vectors, texts: Sequence[str]) -> None:
        """Add vectors; an id that is there already is replaced."""
        ...

    def remove(self, ids: Ids) -> None:
        """Remove vectors; an id that is not there is passed over."""
        ...

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> list[Hit]:
        """Return the `k` nearest of (1, dimensions) `vector`, best first, of `allowed` if given."""
        ...

    def ids(self) -> Ids:
        """Return every stored id, ascending."""
        ...

    def differing(self, ids: Ids, vectors: Vectors) -> Ids:
        """Return those of `ids` whose stored vector is not the given one, as far as the store keeps it."""
        ...

    def vectors(self, ids: Ids) -> Vectors | None:
        """Return the stored vectors, row by row; None if one is not there, or not kept as it was given."""
        ...

    def checkpoint(self, state: State) -> None:
        """Write what was added and removed so that `open` finds it at this state."""
        ...
