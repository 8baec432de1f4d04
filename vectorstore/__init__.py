"""Where vectors live: one protocol, FAISS by default."""

from vectorstore.base import Hit, Ids, Vectors, VectorStore
from vectorstore.errors import DamagedError, OtherVectorsError, VectorStoreError

NOT_PARTS = ("base", "errors", "seal")

__all__ = ["DamagedError", "Hit", "Ids", "OtherVectorsError", "VectorStore", "VectorStoreError", "Vectors"]
