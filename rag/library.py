"""The library: one SQLite database that holds documents, chunks, vectors and a change number."""

import fcntl
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.errors import LibraryBusyError, LibraryError, NotALibraryError, UnknownDocumentError
from rag.outline.codec import markup_from_data, outline_from_data
from rag.read import ReadText
from rag.tables import Entry, delete_document, next_change, prepare, put_document, set_meta
from rag.types import Document, DocumentInfo, Span
from vectorstore import Ids

__all__ = ["Entry", "IndexRow", "Library", "SourceText", "StoredChunk"]

_FILE: Final = "library.sqlite3"
_LOCK_SECONDS: Final = 10.0
_LOCK_POLL_SECONDS: Final = 0.05
T = TypeVar("T")


@contextmanager
def _errors_mapped(folder: Path) -> Iterator[None]:
    """Turn what SQLite says into the project's own error."""
    try:
        yield
    except sqlite3.Error as error:
        raise LibraryError(f"{folder / _FILE}: {error}: `yinju doctor` tells more") from error


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


class Library:
    """Open with `Library.open`. Safe to use from several threads; one process writes at a time."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection
        self._guard = threading.RLock()  # of the connection
        self._writer = threading.RLock()  # of the write lock, which a thread may take twice
        self._locked = False

    @classmethod
    def open(cls, folder: Path, create: bool = False) -> Self:
        """Open the library in a folder.

        Raises NotALibraryError if the folder is missing (unless `create`) or holds something else.
        """
        file = folder / _FILE
        _refuse_no_library(folder, create)
        try:
            return cls(folder, _patiently(lambda: _connect(file), _LOCK_SECONDS))
        except sqlite3.Error as error:
            raise NotALibraryError(f"{file} cannot be opened as a library: {error}") from error

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    @contextmanager
    def writing(self, wait: float = _LOCK_SECONDS) -> Iterator[None]:
        """Hold the write lock; raises LibraryBusyError if somebody else keeps it for `wait` seconds."""
        if not self._writer.acquire(timeout=wait):
            raise _busy(self.folder)
        try:
            if self._locked:
                yield
                return
            with (self.folder / "lock").open("a") as file:
                _lock(file.fileno(), self.folder, wait)
                self._locked = True
                try:
                    yield
                finally:
                    self._locked = False
        finally:
            self._writer.release()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guard, _errors_mapped(self.folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that is read within be of one state, whoever writes meanwhile."""
        with self._guard, _errors_mapped(self.folder):
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("COMMIT")

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._guard, _errors_mapped(self.folder):
            return self._connection.execute(sql, values).fetchall()

    def meta(self, name: str) -> str | None:
        """Return a named value, None if it was never set."""
        rows = self._all("SELECT value FROM meta WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    def set_meta(self, name: str, value: str) -> None:
        """Set a named value."""
        with self._transaction() as connection:
            set_meta(connection, name, value)

    @property
    def change(self) -> int:
        """Return the number of the last change, 0 for a new library."""
        return int(self.meta("change") or 0)

    def put(self, entries: Iterable[Entry], maker: str | None = None) -> None:
        """Add documents, or replace those of their names, all in one transaction.

        A chunk that a document had before, with the same heading path and text, keeps its id, and so
        its place in the indexes. With `maker` the library is signed anew in the same transaction, and
        nothing is kept.
        """
        with self._transaction() as connection:
            change = next_change(connection)
            for entry in entries:
                put_document(connection, entry, change, keep=maker is None)
            if maker is not None:
                set_meta(connection, "maker", maker)

    def remove(self, name: str) -> None:
        """Remove a document; raises UnknownDocumentError."""
        with self._transaction() as connection:
            if not _is_unicode(name) or not delete_document(connection, name, next_change(connection)):
                raise UnknownDocumentError(name)

    def integrity(self) -> str:
        """Return what SQLite finds wrong with its file, empty if nothing."""
        rows = [str(row[0]) for row in self._all("PRAGMA integrity_check")]
        return "" if rows == ["ok"] else "; ".join(rows[:5])

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

    def document(self, name: str) -> Document:
        """Return a document; raises UnknownDocumentError."""
        with self.snapshot():
            found, read, sha256, source = self.source_text(name)
            ((outline,),) = self._all("SELECT outline FROM documents WHERE name = ?", found)
        return Document(
            found,
            read.text,
            outline_from_data(json.loads(outline)),
            read.encoding,
            sha256,
            source,
            read.confidence,
            read.markup,
        )

    def source_text(self, name: str) -> SourceText:
        """Return a document's text as it was read; raises UnknownDocumentError."""
        columns = "name, text, encoding, confidence, markup, sha256, source"
        rows = self._all(f"SELECT {columns} FROM documents WHERE name = ?", name) if _is_unicode(name) else []  # noqa: S608
        if not rows:
            raise UnknownDocumentError(name)
        found, text, encoding, confidence, markup, sha256, source = rows[0]
        read = ReadText(text, encoding, confidence, markup_from_data(json.loads(markup)))
        return SourceText(found, read, sha256, source)

    def vectors_of(self, document: str) -> dict[tuple[tuple[str, ...], str], NDArray[np.float32]]:
        """Return the vectors of a document's chunks by their heading path and text."""
        rows = self._all(
            "SELECT chunks.path, chunks.text, vector FROM chunks JOIN documents ON documents.id = document"
            " WHERE name = ?",
            document,
        )
        return {
            (tuple(json.loads(path)), text): np.frombuffer(vector, dtype="<f4").astype(np.float32)
            for path, text, vector in rows
        }

    def chunks(self, ids: Iterable[int]) -> dict[int, StoredChunk]:
        """Return the chunks of those ids that are (still) there."""
        wanted = json.dumps([int(id_) for id_ in ids])
        rows = self._all(f"{_CHUNK_SQL} WHERE chunks.id IN (SELECT value FROM json_each(?))", wanted)  # noqa: S608
        return {chunk.id: chunk for chunk in map(_stored_chunk, rows)}

    def chunks_of(self, document: str) -> list[StoredChunk]:
        """Return the chunks of a document, in its order."""
        rows = self._all(f"{_CHUNK_SQL} WHERE documents.name = ? ORDER BY chunks.ordinal", document)
        return [_stored_chunk(row) for row in rows]

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
        while True:
            rows = self._all(
                "SELECT id, path, text, vector FROM chunks WHERE change > ? AND id > ? ORDER BY id LIMIT ?",
                change,
                last,
                batch,
            )
            if not rows:
                return
            yield [
                IndexRow(id_, " ".join(json.loads(path)), text, vector) for id_, path, text, vector in rows
            ]
            last = int(rows[-1][0])


_CHUNK_SQL: Final = (
    "SELECT chunks.id, documents.name, chunks.ordinal, chunks.path, chunks.pieces, chunks.text"
    " FROM chunks JOIN documents ON documents.id = chunks.document"
)


def _stored_chunk(row: tuple[Any, ...]) -> StoredChunk:
    id_, document, ordinal, path, pieces, text = row
    spans = tuple(Span(*span) for span in json.loads(pieces))
    return StoredChunk(id_, document, ordinal, tuple(json.loads(path)), spans, text)


def _refuse_no_library(folder: Path, create: bool) -> None:
    """Refuse a folder that holds something else; make one that is missing, if told to."""
    file = folder / _FILE
    if file.exists():
        if file.stat().st_size == 0:
            raise NotALibraryError(f"{file} is empty: restore it, or name another --library")
        return
    _refuse_other_content(folder, create)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NotALibraryError(f"the library {folder} cannot be made: {reason}") from error


def _refuse_other_content(folder: Path, create: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise NotALibraryError(f"{folder} is a file: a library is a folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise NotALibraryError(
            f"{folder} holds other files and no {_FILE}: name another folder with --library"
        )
    if not create:
        raise NotALibraryError(
            f"there is no library in {folder}: `yinju ingest PATH --library {folder}` makes one"
        )


def _is_unicode(text: str) -> bool:
    """Tell whether a text can be encoded: no name with half a surrogate pair was ever stored."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _busy(folder: Path) -> LibraryBusyError:
    return LibraryBusyError(f"{folder} is being written: try again later")


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=_LOCK_SECONDS)
    try:
        prepare(connection, file)
    except BaseException:
        connection.close()
        raise
    return connection


def _lock(descriptor: int, folder: Path, wait: float) -> None:
    try:
        _patiently(lambda: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB), wait)
    except BlockingIOError:
        raise _busy(folder) from None


def _patiently(attempt: Callable[[], T], wait: float) -> T:
    """Try again for `wait` seconds while somebody else is at it: SQLite itself does not always wait.

    A change of the journal's mode that meets another connection's fails at once, whatever the timeout.
    """
    deadline = time.monotonic() + wait
    while True:
        try:
            return attempt()
        except (BlockingIOError, sqlite3.OperationalError) as error:
            if not _is_busy(error) or time.monotonic() >= deadline:
                raise
        time.sleep(_LOCK_POLL_SECONDS)


def _is_busy(error: BlockingIOError | sqlite3.OperationalError) -> bool:
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF  # of an extended result code
    return isinstance(error, BlockingIOError) or primary == sqlite3.SQLITE_BUSY
