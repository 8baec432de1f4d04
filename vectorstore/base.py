"""The contract of a vector store: ids, vectors and texts, nothing of documents."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Hit", "Ids", "VectorStore", "Vectors"]

Vectors = NDArray[np.float32]
"""Shape (n, dimensions), each row of unit length."""

Ids = NDArray[np.int64]
"""Shape (n,), each at least 0 and used once."""


class Hit(NamedTuple):
    """A vector that was found; `score` is its inner product with the query, the cosine."""

    id: int
    score: float


class VectorStore(Protocol):
    """Where vectors live. A view of the library: it may be deleted and made again.

    `change` is the number of the library's last change that the stored files hold, 0 when new.
    """

    @property
    def change(self) -> int:
        """Return the change number reached by the last checkpoint."""
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

    def checkpoint(self, change: int) -> None:
        """Write what was added and removed so that `open` finds it at this change number."""
        ...
