"""Vectors from hashed terms, no model, the same on every machine."""

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from rag.text.normalize import terms
from vectorstore import Vectors

__all__ = ["HashingEmbedder", "create"]

_DIMENSIONS: Final = 64


class HashingEmbedder:
    """Count each term in the dimension its hash names (Weinberger et al., 2009)."""

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return _DIMENSIONS

    @property
    def fingerprint(self) -> str:
        """Return the double's name."""
        return f"hashing-{_DIMENSIONS}"

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text, shape (n, dimensions)."""
        vectors = np.zeros((len(texts), _DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                digest = hashlib.blake2b(term.encode(), digest_size=4).digest()
                vectors[row, int.from_bytes(digest, "big") % _DIMENSIONS] += 1
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (1, dimensions)."""
        return self.embed_passages([text])


def create() -> HashingEmbedder:
    """Make the double."""
    return HashingEmbedder()
