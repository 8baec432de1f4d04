"""Where vectors live: one protocol, FAISS by default."""

from vectorstore.base import NOTHING, Hit, Ids, State, Vectors, VectorStore
from vectorstore.errors import DamagedError, OtherVectorsError, VectorStoreError

NOT_PARTS = ("base", "errors", "seal")

__all__ = [
    "NOTHING",
    "DamagedError",
    "Hit",
    "Ids",
    "OtherVectorsError",
    "State",
    "VectorStore",
    "VectorStoreError",
    "Vectors",
]
