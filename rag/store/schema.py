"""The tables of the library: made, brought up to date, written."""

import json
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final, NamedTuple

from rag.errors import NotALibraryError
from rag.store.checksums import DOCUMENT_COLUMNS, chunk_digest, document_digest
from rag.store.codec import markup_to_data, outline_to_data
from rag.types.document import Chunk, Document
from vectorstore import Vectors

__all__ = [
    "Entry",
    "adopt",
    "check_format",
    "delete_document",
    "make_tables",
    "migrate",
    "next_change",
    "put_document",
    "put_vector",
    "set_meta",
]

_APPLICATION_ID: Final = 0x59494E4A  # "YINJ"
_MIGRATIONS: Final = {  # format -> what makes the next one of it
    1: (
        "ALTER TABLE documents ADD COLUMN confidence REAL NOT NULL DEFAULT 1",
        "ALTER TABLE documents ADD COLUMN markup TEXT NOT NULL DEFAULT '[]'",
    ),
    2: (
        "ALTER TABLE documents ADD COLUMN digest BLOB NOT NULL DEFAULT x''",
        "ALTER TABLE chunks ADD COLUMN digest BLOB NOT NULL DEFAULT x''",
        f"UPDATE documents SET digest = document_digest({', '.join(DOCUMENT_COLUMNS)})",  # noqa: S608
        "UPDATE chunks SET digest = chunk_digest(ordinal, path, pieces, text, vector)",
        "CREATE TABLE states (change INTEGER PRIMARY KEY, id TEXT NOT NULL) STRICT",
        "INSERT INTO states SELECT coalesce(max(CAST(value AS INTEGER)), 0), new_id() FROM meta"
        " WHERE name = 'change'",
        "DELETE FROM meta WHERE name = 'change'",
    ),
}
_OF_NO_CHUNK: Final = ("", "")  # no chunk's text is empty
_STATES_KEPT: Final = 1000  # how far an index may be behind before it is made anew
_VERSION: Final = 1 + len(_MIGRATIONS)


class Entry(NamedTuple):
    """A document to be stored: its chunks and their vectors, row by row."""

    document: Document
    chunks: Sequence[Chunk]
    vectors: Vectors


def check_format(connection: sqlite3.Connection, file: Path, may_write: bool) -> int:
    """Return the format of a database; raises NotALibraryError for another program's or a later version's.

    One of an earlier version can only be read after it was brought up to date.
    """
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if not tables:
        raise NotALibraryError(f"{file} is empty: restore it, or name another --library")
    if application_id != _APPLICATION_ID:
        raise NotALibraryError(f"{file} is a database of another program")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not 1 <= version <= _VERSION:
        raise NotALibraryError(
            f"{file} was written by another version of yinju (format {version}, not 1 to {_VERSION})"
        )
    if version < _VERSION and not may_write:
        raise NotALibraryError(
            f"{file} was written by an earlier version of yinju (format {version}) and may not be written:"
            " open it once where it may be"
        )
    return int(version)


def adopt(connection: sqlite3.Connection) -> None:
    """Set a connection up for writing."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the tables of an earlier format up to date."""
    if version == _VERSION:
        return
    connection.create_function("document_digest", len(DOCUMENT_COLUMNS), _document_digest, deterministic=True)
    connection.create_function("chunk_digest", 5, chunk_digest, deterministic=True)
    connection.create_function("new_id", 0, _new_id)
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()  # still: another may be first
        for step in range(version, _VERSION):
            for statement in _MIGRATIONS[step]:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _document_digest(*values: Any) -> bytes:
    return document_digest(dict(zip(DOCUMENT_COLUMNS, values, strict=True)))


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of a new library."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in (resources.files("rag.store") / "schema.sql").read_text(encoding="utf-8").split(";"):
        connection.execute(statement)
    connection.execute("INSERT INTO states (change, id) VALUES (0, ?)", (_new_id(),))
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")


def _new_id() -> str:
    return secrets.token_hex(16)


def next_change(connection: sqlite3.Connection) -> int:
    """Count the change that is being made, give the state that it leads to an id, and return its number."""
    (change,) = connection.execute("SELECT max(change) + 1 FROM states").fetchone()
    connection.execute("INSERT INTO states (change, id) VALUES (?, ?)", (change, _new_id()))
    connection.execute("DELETE FROM states WHERE change < ?", (change - _STATES_KEPT,))
    return int(change)


def set_meta(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Set a named value."""
    connection.execute(
        "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
        (name, value),
    )


def delete_document(connection: sqlite3.Connection, name: str, change: int) -> bool:
    """Delete a document and its chunks; return whether it was there."""
    row = connection.execute("SELECT id FROM documents WHERE name = ?", (name,)).fetchone()
    if row is None:
        return False
    connection.execute(
        "INSERT INTO removed (chunk, change) SELECT id, ? FROM chunks WHERE document = ?", (change, row[0])
    )
    connection.execute("DELETE FROM documents WHERE id = ?", row)
    return True


def put_document(connection: sqlite3.Connection, entry: Entry, change: int, keep: bool) -> None:
    """Add a document or replace it; with `keep`, chunks that stay the same keep their ids and vectors.

    One that is not what was written is not kept.
    """
    if not keep:
        delete_document(connection, entry.document.name, change)
    id_ = _put_row(connection, entry.document)
    old = _chunks_of(connection, id_)
    new: list[tuple[Any, ...]] = []
    for ordinal, (chunk, vector) in enumerate(zip(entry.chunks, entry.vectors, strict=True)):
        path, pieces = json.dumps(chunk.path, ensure_ascii=False), json.dumps(chunk.pieces)
        if kept := old[path, chunk.text]:
            chunk_id, data = kept.pop()
            digest = chunk_digest(ordinal, path, pieces, chunk.text, data)
            connection.execute(
                "UPDATE chunks SET ordinal = ?, pieces = ?, digest = ? WHERE id = ?",
                (ordinal, pieces, digest, chunk_id),
            )
        else:
            data = vector.astype("<f4").tobytes()
            digest = chunk_digest(ordinal, path, pieces, chunk.text, data)
            new.append((id_, ordinal, path, pieces, chunk.text, data, change, digest))
    gone = [(chunk_id, change) for kept in old.values() for chunk_id, _ in kept]
    connection.executemany("INSERT INTO removed (chunk, change) VALUES (?, ?)", gone)
    connection.executemany("DELETE FROM chunks WHERE id = ?", [row[:1] for row in gone])
    connection.executemany(
        "INSERT INTO chunks (document, ordinal, path, pieces, text, vector, change, digest)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        new,
    )


def _chunks_of(
    connection: sqlite3.Connection, document: int
) -> defaultdict[tuple[str, str], list[tuple[int, bytes]]]:
    """Return the ids and vectors of a document's chunks by path and text, the last ones first."""
    found: defaultdict[tuple[str, str], list[tuple[int, bytes]]] = defaultdict(list)
    for chunk_id, ordinal, path, pieces, text, vector, digest in connection.execute(
        "SELECT id, ordinal, path, pieces, text, vector, digest FROM chunks WHERE document = ?"
        " ORDER BY ordinal DESC",
        (document,),
    ):
        is_whole = chunk_digest(ordinal, path, pieces, text, vector) == digest
        found[(path, text) if is_whole else _OF_NO_CHUNK].append((chunk_id, vector))
    return found


def put_vector(connection: sqlite3.Connection, chunk: int, vector: bytes) -> None:
    """Write a chunk's vector in its place."""
    connection.execute("UPDATE chunks SET vector = ? WHERE id = ?", (vector, chunk))


def _put_row(connection: sqlite3.Connection, document: Document) -> int:
    """Write a document's own row, over the one of its name if there is one, and return its id."""
    row: dict[str, Any] = {
        "name": document.name,
        "title": document.title,
        "text": document.text,
        "characters": len(document.text),
        "outline": json.dumps(outline_to_data(document.outline), ensure_ascii=False),
        "encoding": document.encoding,
        "confidence": float(document.confidence),
        "markup": json.dumps(markup_to_data(document.markup), ensure_ascii=False),
        "sha256": document.sha256,
        "source": document.source,
    }
    row["digest"] = document_digest(row)
    columns = ", ".join(row)
    updates = ", ".join(f"{name} = excluded.{name}" for name in row if name != "name")
    (id_,) = connection.execute(
        f"INSERT INTO documents ({columns}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
        f" ON CONFLICT (name) DO UPDATE SET {updates} RETURNING id",
        tuple(row.values()),
    ).fetchone()
    return int(id_)
