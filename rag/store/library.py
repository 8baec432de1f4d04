"""The library: one SQLite database that holds documents, chunks, vectors and the state they are of."""

import fcntl
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Self, TypeVar

from rag.errors import LibraryBusyError, LibraryError, NotALibraryError, UnknownDocumentError
from rag.store.connection import Connection, connected, has_no_tables, make_library, opened_anew
from rag.store.library_reader import (
    FILE,
    IndexRow,
    LibraryReader,
    SourceText,
    StoredChunk,
    errors_mapped,
    is_unicode,
)
from rag.store.schema import Entry, delete_document, next_change, put_document, put_vector, set_meta

__all__ = ["Entry", "IndexRow", "Library", "SourceText", "StoredChunk"]

LOCK: Final = "lock"
_LOCK_SECONDS: Final = 10.0
_LOCK_POLL_SECONDS: Final = 0.05
_MOST_SPARE: Final = 8  # connections that are kept for the next question
_PRIVATE_FILE: Final = 0o600
_PRIVATE: Final = 0o700  # for the owner alone: the library holds all that its documents say
T = TypeVar("T")


class Library(LibraryReader):
    """Open with `Library.open`. Safe to use from several threads; one process writes at a time."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        super().__init__(folder, connection)
        self._spare: deque[Connection] = deque()
        self._place = _place_of(folder / FILE)
        self._writer = threading.RLock()  # of the write lock, which a thread may take twice
        self._locked = False

    @classmethod
    def open(cls, folder: Path, create: bool = False) -> Self:
        """Open the library in a folder; where nothing may be written, for reading.

        Raises NotALibraryError if the folder is missing (unless `create`) or holds something else.
        """
        file = folder / FILE
        _refuse_no_library(folder, create)
        try:
            if create and (not file.exists() or _was_never_finished(file)):
                _make(folder)
            return cls(folder, _patiently(lambda: connected(file), _LOCK_SECONDS))
        except sqlite3.Error as error:
            raise NotALibraryError(f"{file} cannot be opened as a library: {error}") from error

    def close(self) -> None:
        """Close the database."""
        while self._spare:
            self._spare.pop().close()
        self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[LibraryReader]:
        """Give the library as it is now, to be read for as long as it takes, whoever writes meanwhile."""
        with errors_mapped(self.folder):
            self._follow()
            place, connection = self._place, self._own_connection()
            connection.execute("BEGIN")
        try:
            yield LibraryReader(self.folder, connection)
        finally:
            self._give_back(connection, place)

    def _follow(self) -> None:
        """Open the database anew if another file was put in its place."""
        if (place := _place_of(self.folder / FILE)) == self._place:
            return
        with self._guard:
            old, self._connection = self._connection, connected(self.folder / FILE)
            self._place = place
            old.close()
            while self._spare:
                self._spare.pop().close()

    def _own_connection(self) -> Connection:
        with suppress(IndexError):
            return self._spare.pop()
        return opened_anew(self.folder / FILE)

    def _give_back(self, connection: Connection, place: tuple[int, int]) -> None:
        """Keep a connection for the next question, if it is to the file that is there now."""
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()
            return
        if place == self._place and len(self._spare) < _MOST_SPARE and not connection.fixed:
            self._spare.append(connection)
        else:
            connection.close()

    @contextmanager
    def writing(self, wait: float = _LOCK_SECONDS) -> Iterator[None]:
        """Hold the write lock; raises LibraryBusyError if somebody else keeps it for `wait` seconds."""
        if not self._writer.acquire(timeout=wait):
            raise _busy(self.folder)
        try:
            if self._locked:
                yield
                return
            with _locked(self.folder, wait):
                self._locked = True
                try:
                    yield
                finally:
                    self._locked = False
        finally:
            self._writer.release()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guard, errors_mapped(self.folder):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def set_meta(self, name: str, value: str) -> None:
        """Set a named value."""
        with self._transaction() as connection:
            set_meta(connection, name, value)

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
            if not is_unicode(name) or not delete_document(connection, name, next_change(connection)):
                raise UnknownDocumentError(name)

    def put_vector(self, chunk: int, vector: bytes) -> None:
        """Write the vector that a chunk had back in its place."""
        with self._transaction() as connection:
            put_vector(connection, chunk, vector)


def _place_of(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError as error:
        raise LibraryError(f"{file} is gone: restore it") from error
    return found.st_dev, found.st_ino


def _refuse_no_library(folder: Path, create: bool) -> None:
    """Refuse a folder that holds something else, or nothing; make one that is missing, if told to."""
    file = folder / FILE
    if file.exists():
        if file.stat().st_size == 0 and not (create and _was_never_finished(file)):
            raise NotALibraryError(f"{file} is empty: restore it, or name another --library")
        return
    _refuse_other_content(folder, create)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=_PRIVATE, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NotALibraryError(f"the library {folder} cannot be made: {reason}") from error


def _refuse_other_content(folder: Path, create: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise NotALibraryError(f"{folder} is a file: a library is a folder")
    if folder.is_dir() and any(not _is_left_over(path) for path in folder.iterdir()):
        raise NotALibraryError(
            f"{folder} holds other files and no {FILE}: name another folder with --library"
        )
    if not create:
        raise NotALibraryError(
            f"there is no library in {folder}: `yinju ingest PATH --library {folder}` makes one"
        )


def _is_left_over(path: Path) -> bool:
    """Tell whether a file is what was left where a library was being made."""
    return path.name == LOCK or path.name.startswith(FILE)


def _was_never_finished(file: Path) -> bool:
    """Tell whether a database without tables was never written, by there being nothing else of a library."""
    return all(_is_left_over(path) for path in file.parent.iterdir()) and has_no_tables(file)


def _make(folder: Path) -> None:
    """Make the database of a new library, unless another process has meanwhile."""
    with _locked(folder, _LOCK_SECONDS):
        if not (folder / FILE).exists() or _was_never_finished(folder / FILE):
            with errors_mapped(folder):
                make_library(folder / FILE)


@contextmanager
def _locked(folder: Path, wait: float) -> Iterator[None]:
    """Hold the lock of a library's folder, which the kernel frees should this process die."""
    try:
        file = os.fdopen(os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, _PRIVATE_FILE))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise LibraryError(f"the library {folder} cannot be written: {reason}") from error
    with file:
        try:
            _patiently(lambda: fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB), wait)
        except BlockingIOError:
            raise _busy(folder) from None
        yield


def _busy(folder: Path) -> LibraryBusyError:
    return LibraryBusyError(f"{folder} is being written: try again later")


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
