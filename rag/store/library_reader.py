"""What is read of a library: documents, chunks, vectors and the state they are of, proved row by row."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.errors import DamagedDocumentError, LibraryError, LibraryFullError, UnknownDocumentError
from rag.store.checksums import DOCUMENT_COLUMNS, chunk_digest, document_digest
from rag.store.codec import markup_from_data, outline_from_data
from rag.store.connection import is_full
from rag.types.document import Document, DocumentInfo, ReadText, Span
from vectorstore import Ids, State

__all__ = [
    "FILE",
    "Damage",
    "IndexRow",
    "LibraryReader",
    "SourceText",
    "StoredChunk",
    "errors_mapped",
    "is_unicode",
]

FILE: Final = "library.sqlite3"
_OF_A_FULL_DISK: Final = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


class SourceText(NamedTuple):
    """All that a document is made anew from."""

    name: str
    read: ReadText
    sha256: str
    source: str


class StoredChunk(NamedTuple):
    """A chunk as the library keeps it."""

    id: int
    document: str
    ordinal: int
    path: tuple[str, ...]
    pieces: tuple[Span, ...]
    text: str


class IndexRow(NamedTuple):
    """What a view needs of a chunk."""

    id: int
    heading: str
    text: str
    vector: bytes


class Damage(NamedTuple):
    """A row that is not the one that was written: a document's own, or that of one of its chunks."""

    document: str
    chunk: int | None


@contextmanager
def errors_mapped(folder: Path) -> Iterator[None]:
    """Turn what SQLite says into the project's own error."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # of an extended result code
        if code == sqlite3.SQLITE_FULL or (code in _OF_A_FULL_DISK and is_full(folder)):
            raise LibraryFullError(folder) from error
        if code == sqlite3.SQLITE_READONLY:
            raise LibraryError(f"{folder} may not be written: it was opened for reading only") from error
        raise LibraryError(f"{folder / FILE}: {error}: `yinju doctor` tells more") from error


class LibraryReader:
    """Reads a library through one connection; each row is proved by its checksum.

    Safe to use from several threads, one statement at a time.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection
        self._guard = threading.RLock()  # of the connection

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._guard, errors_mapped(self.folder):
            return self._connection.execute(sql, values).fetchall()

    def meta(self, name: str) -> str | None:
        """Return a named value, None if it was never set."""
        rows = self._all("SELECT value FROM meta WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    @property
    def state(self) -> State:
        """Return the state of the library."""
        rows = self._all("SELECT change, id FROM states ORDER BY change DESC LIMIT 1")
        if not rows:
            raise LibraryError(f"{self.folder / FILE} does not tell its state: restore it from a copy")
        return State(*rows[0])

    @property
    def change(self) -> int:
        """Return the number of the last change, 0 for a new library."""
        return self.state.change

    def came_of(self, state: State) -> bool:
        """Tell whether the library was once in a state, and has changed from there to what it is."""
        return bool(self._all("SELECT 1 FROM states WHERE change = ? AND id = ?", *state))

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every document's file, by name."""
        return {str(name): str(digest) for name, digest in self._all("SELECT name, sha256 FROM documents")}

    def documents(self) -> list[DocumentInfo]:
        """Return the catalogue, by name."""
        rows = self._all(
            "SELECT name, title, characters, (SELECT count(*) FROM chunks WHERE document = documents.id),"
            " encoding, confidence, sha256, source FROM documents ORDER BY name"
        )
        return [DocumentInfo(*row) for row in rows]

    def _document_row(self, name: str) -> dict[str, Any]:
        columns = ", ".join((*DOCUMENT_COLUMNS, "digest"))
        rows = self._all(f"SELECT {columns} FROM documents WHERE name = ?", name) if is_unicode(name) else []  # noqa: S608
        if not rows:
            raise UnknownDocumentError(name)
        *values, digest = rows[0]
        row = dict(zip(DOCUMENT_COLUMNS, values, strict=True))
        if document_digest(row) != digest:
            raise DamagedDocumentError(name)
        return row

    def document(self, name: str) -> Document:
        """Return a document; raises UnknownDocumentError and DamagedDocumentError."""
        row = self._document_row(name)
        _, read, sha256, source = _source_text(row)
        outline = outline_from_data(json.loads(row["outline"]))
        return Document(
            row["name"], read.text, outline, read.encoding, sha256, source, read.confidence, read.markup
        )

    def source_text(self, name: str) -> SourceText:
        """Return a document's text as it was read; raises UnknownDocumentError and DamagedDocumentError."""
        return _source_text(self._document_row(name))

    def vectors_of(self, document: str) -> dict[tuple[tuple[str, ...], str], NDArray[np.float32]]:
        """Return the vectors of a document's chunks by their heading path and text."""
        return {
            (chunk.path, chunk.text): np.frombuffer(vector, dtype="<f4").astype(np.float32)
            for chunk, vector in self._chunks("documents.name = ?", document)
        }

    def chunks(self, ids: Iterable[int]) -> dict[int, StoredChunk]:
        """Return the chunks of those ids that are (still) there."""
        wanted = json.dumps([int(id_) for id_ in ids])
        found = self._chunks("chunks.id IN (SELECT value FROM json_each(?))", wanted)
        return {chunk.id: chunk for chunk, _ in found}

    def chunks_of(self, document: str) -> list[StoredChunk]:
        """Return the chunks of a document, in its order."""
        return [chunk for chunk, _ in self._chunks("documents.name = ?", document)]

    def chunk_ids(self, documents: Sequence[str] | None = None) -> Ids:
        """Return the ids of all chunks, or of those of some documents, ascending."""
        if documents is None:
            rows = self._all("SELECT id FROM chunks ORDER BY id")
        else:
            rows = self._all(
                "SELECT chunks.id FROM chunks JOIN documents ON documents.id = chunks.document"
                " WHERE documents.name IN (SELECT value FROM json_each(?)) ORDER BY chunks.id",
                json.dumps(list(documents)),
            )
        return np.array([row[0] for row in rows], dtype=np.int64)

    def removed_since(self, change: int) -> list[int]:
        """Return the ids of the chunks that went after a change."""
        rows = self._all("SELECT chunk FROM removed WHERE change > ? ORDER BY chunk", change)
        return [int(row[0]) for row in rows]

    def added_since(self, change: int, batch: int = 4096) -> Iterator[list[IndexRow]]:
        """Yield the chunks that came after a change, in batches by id."""
        last = -1
        while rows := self._chunks(
            "chunks.change > ? AND chunks.id > ?", change, last, order=f"chunks.id LIMIT {int(batch)}"
        ):
            yield [IndexRow(chunk.id, " ".join(chunk.path), chunk.text, vector) for chunk, vector in rows]
            last = rows[-1][0].id

    def _chunks(
        self, where: str, *values: object, order: str = "chunks.ordinal"
    ) -> list[tuple[StoredChunk, bytes]]:
        """Return chunks and their vectors; raises DamagedDocumentError if one is not what was written."""
        rows = self._all(f"{_CHUNK_SQL} WHERE {where} ORDER BY {order}", *values)
        return [(_stored_chunk(row), row[6]) for row in rows]

    def integrity(self) -> str:
        """Return what SQLite finds wrong with its file, empty if nothing."""
        rows = [str(row[0]) for row in self._all("PRAGMA integrity_check")]
        return "" if rows == ["ok"] else "; ".join(rows[:5])

    def damaged(self, batch: int = 1000) -> Iterator[Damage]:
        """Yield every row that is not the one that was written."""
        for (name,) in self._all("SELECT name FROM documents ORDER BY id"):
            try:
                self._document_row(name)
            except DamagedDocumentError:
                yield Damage(name, None)
        last = -1
        while rows := self._all(f"{_CHUNK_SQL} WHERE chunks.id > ? ORDER BY chunks.id LIMIT ?", last, batch):
            yield from (Damage(row[1], row[0]) for row in rows if not _is_whole(row))
            last = rows[-1][0]

    def proves(self, chunk: int, vector: bytes) -> bool:
        """Tell whether a vector is the one that was written for a chunk, by the chunk's checksum."""
        rows = self._all(f"{_CHUNK_SQL} WHERE chunks.id = ?", chunk)
        return bool(rows) and _is_whole((*rows[0][:6], vector, rows[0][7]))


_CHUNK_SQL: Final = (
    "SELECT chunks.id, documents.name, chunks.ordinal, chunks.path, chunks.pieces, chunks.text,"
    " chunks.vector, chunks.digest FROM chunks JOIN documents ON documents.id = chunks.document"
)


def _source_text(row: dict[str, Any]) -> SourceText:
    markup = markup_from_data(json.loads(row["markup"]))
    read = ReadText(row["text"], row["encoding"], row["confidence"], markup)
    return SourceText(row["name"], read, row["sha256"], row["source"])


def _is_whole(row: tuple[Any, ...]) -> bool:
    _, _, ordinal, path, pieces, text, vector, digest = row
    return bool(chunk_digest(ordinal, path, pieces, text, vector) == digest)


def _stored_chunk(row: tuple[Any, ...]) -> StoredChunk:
    id_, document, ordinal, path, pieces, text, _, _ = row
    if not _is_whole(row):
        raise DamagedDocumentError(document)
    spans = tuple(Span(*span) for span in json.loads(pieces))
    return StoredChunk(id_, document, ordinal, tuple(json.loads(path)), spans, text)


def is_unicode(text: str) -> bool:
    """Tell whether a text can be encoded: no name with half a surrogate pair was ever stored."""
    return not any("\ud800" <= char <= "\udfff" for char in text)
