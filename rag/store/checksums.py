"""The checksum of a row: SQLite proves its pages' structure, not the bytes of a value."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

__all__ = ["DOCUMENT_COLUMNS", "chunk_digest", "document_digest"]

DOCUMENT_COLUMNS: Final = (
    "name",
    "title",
    "text",
    "characters",
    "outline",
    "encoding",
    "confidence",
    "markup",
    "sha256",
    "source",
)
"""The columns of a document's row that its checksum covers, in its order."""

_SIZE: Final = 16  # bytes


def document_digest(row: Mapping[str, Any]) -> bytes:
    """Return the checksum of a document's row."""
    return _digest(_as_bytes(row[name]) for name in DOCUMENT_COLUMNS)


def chunk_digest(ordinal: int, path: str, pieces: str, text: str, vector: bytes) -> bytes:
    """Return the checksum of a chunk's row."""
    return _digest(map(_as_bytes, (ordinal, path, pieces, text, vector)))


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else repr(value)).encode("utf-8", "surrogatepass")


def _digest(parts: Iterable[bytes]) -> bytes:
    """Return BLAKE2b (RFC 7693) of some values, each with its length before it."""
    digest = hashlib.blake2b(digest_size=_SIZE)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()
