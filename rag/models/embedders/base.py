"""The contract of an embedder."""

from collections.abc import Sequence
from typing import Protocol

from vectorstore import Vectors

__all__ = ["Embedder"]


class Embedder(Protocol):
    """Turns texts into vectors of unit length.

    `fingerprint` names the model to the last weight: two embedders of one fingerprint give the
    same vectors.
    """

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """Return what tells this model from every other."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text, shape (n, dimensions)."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (1, dimensions)."""
        ...
