"""Connections to the library's database: made aside, opened, and read where nothing may be written."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from rag.store.schema import adopt, check_format, make_tables, migrate

__all__ = ["Connection", "connected", "has_no_tables", "is_full", "make_library", "opened_anew"]

_BUSY_SECONDS: Final = 10.0
_PRIVATE: Final = 0o600
_ONE_PAGE: Final = 65_536  # bytes: the largest that SQLite has
_NOT_WRITABLE: Final = frozenset(
    {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
)
_MODES: Final = ("rw", "ro", "ro&immutable=1")  # the last for a folder where not even its journal may be


class Connection(sqlite3.Connection):
    """A connection; one that is `fixed` sees nothing that is written after it was opened."""

    fixed = False


def make_library(file: Path) -> None:
    """Make an empty database beside its place and move it there whole."""
    aside = file.with_name(f"{file.name}.new")
    for path in file.parent.glob(f"{aside.name}*"):
        path.unlink()
    os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE))
    connection = sqlite3.connect(aside, isolation_level=None)
    try:
        adopt(connection)
        make_tables(connection)
    finally:
        connection.close()  # the last one: what the journal holds is in the file, and the journal gone
    for path in file.parent.glob(f"{file.name}-*"):
        path.unlink()  # of an earlier one that was never finished
    with aside.open("rb") as written:
        os.fsync(written.fileno())
    aside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def is_full(folder: Path) -> bool:
    """Tell whether the disk that holds a folder has no room left."""
    try:
        return shutil.disk_usage(folder).free == 0
    except OSError:
        return False


def has_no_tables(file: Path) -> bool:
    """Tell whether a database is one that nothing was ever written into."""
    if file.stat().st_size > _ONE_PAGE:
        return False
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True)) as connection:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error:
        return False
    return bool(tables == 0)


def connected(file: Path) -> Connection:
    """Open a database and bring its tables up to date; raises NotALibraryError for another's."""

    def prepared(connection: sqlite3.Connection, may_write: bool) -> None:
        version = check_format(connection, file, may_write)
        if may_write:
            adopt(connection)
            migrate(connection, version)

    return _opened(file, prepared)


def opened_anew(file: Path) -> Connection:
    """Open one more connection to a database that was opened before."""

    def prepared(connection: sqlite3.Connection, may_write: bool) -> None:
        connection.execute("SELECT 1 FROM states").fetchone()

    return _opened(file, prepared)


def _opened(file: Path, prepare: Callable[[sqlite3.Connection, bool], None]) -> Connection:
    """Open a database in the first mode that the file system lets it be opened in.

    Without its journal's memory nobody can read what the journal holds: then, if it holds anything, the
    database is not opened at all.
    """
    journal = file.with_name(f"{file.name}-wal")
    for mode in _MODES:
        is_last = mode == _MODES[-1] or (mode == _MODES[-2] and journal.exists() and journal.stat().st_size)
        connection: Connection | None = None
        try:
            connection = sqlite3.connect(
                f"file:{quote(str(file))}?mode={mode}",
                uri=True,
                factory=Connection,
                check_same_thread=False,
                isolation_level=None,
                timeout=_BUSY_SECONDS,
            )
            connection.text_factory = _decoded
            connection.fixed = mode == _MODES[-1]
            prepare(connection, mode == "rw")
        except sqlite3.OperationalError as error:
            if connection is not None:
                connection.close()
            if is_last or (error.sqlite_errorcode & 0xFF) not in _NOT_WRITABLE:
                raise
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        else:
            return connection
    raise sqlite3.OperationalError("unable to open database file")  # pragma: no cover - the last mode raises


def _decoded(data: bytes) -> str:
    """Decode a text; bytes that are none stay, so that the row's checksum tells that it is damaged."""
    return data.decode("utf-8", "surrogateescape")
