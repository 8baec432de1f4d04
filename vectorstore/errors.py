"""What can go wrong in a vector store.

VectorStoreError
├── DamagedError       the files do not match what was written: rebuild them
└── OtherVectorsError  the files hold vectors of another model or size: rebuild them
"""

__all__ = ["DamagedError", "OtherVectorsError", "VectorStoreError"]


class VectorStoreError(Exception):
    """Base of every error of this package."""


class DamagedError(VectorStoreError):
    """The stored files are not those that were written."""


class OtherVectorsError(VectorStoreError):
    """The stored vectors were made by another model or have another size."""
