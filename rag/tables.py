"""The tables of the library: made, brought up to date, written."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final, NamedTuple

from rag.errors import NotALibraryError
from rag.outline.codec import markup_to_data, outline_to_data
from rag.types import Chunk, Document
from vectorstore import Vectors

__all__ = ["Entry", "delete_document", "next_change", "prepare", "put_document", "set_meta"]

_APPLICATION_ID: Final = 0x59494E4A  # "YINJ"
_MIGRATIONS: Final = {  # format -> what makes the next one of it
    1: (
        "ALTER TABLE documents ADD COLUMN confidence REAL NOT NULL DEFAULT 1",
        "ALTER TABLE documents ADD COLUMN markup TEXT NOT NULL DEFAULT '[]'",
    ),
}
_VERSION: Final = 1 + len(_MIGRATIONS)


class Entry(NamedTuple):
    """A document to be stored: its chunks and their vectors, row by row."""

    document: Document
    chunks: Sequence[Chunk]
    vectors: Vectors


def prepare(connection: sqlite3.Connection, file: Path) -> None:
    """Set the connection up, make the tables of a new library, bring those of an older one up to date.

    Raises NotALibraryError for a database of another program or of a later version.
    """
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application_id != _APPLICATION_ID and tables:
        raise NotALibraryError(f"{file} is a database of another program")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    if not tables:
        _make_tables(connection)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not 1 <= version <= _VERSION:
        raise NotALibraryError(
            f"{file} was written by another version of yinju (format {version}, not 1 to {_VERSION})"
        )
    if version < _VERSION:
        _migrate(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("PRAGMA user_version").fetchone()  # still: another may have been first
    for step in range(version, _VERSION):
        for statement in _MIGRATIONS[step]:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if not tables:  # still: another process may have been first
        for statement in (resources.files("rag") / "schema.sql").read_text(encoding="utf-8").split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")


def next_change(connection: sqlite3.Connection) -> int:
    """Count the change that is being made, and return its number."""
    row = connection.execute("SELECT value FROM meta WHERE name = 'change'").fetchone()
    change = int(row[0] if row else 0) + 1
    set_meta(connection, "change", str(change))
    return change


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
    """Add a document or replace it; with `keep`, chunks that stay the same keep their ids."""
    if not keep:
        delete_document(connection, entry.document.name, change)
    id_ = _put_row(connection, entry.document)
    old: dict[tuple[str, str], list[int]] = defaultdict(list)
    for chunk_id, path, text in connection.execute(
        "SELECT id, path, text FROM chunks WHERE document = ? ORDER BY ordinal DESC", (id_,)
    ):
        old[path, text].append(chunk_id)
    new: list[tuple[Any, ...]] = []
    for ordinal, (chunk, vector) in enumerate(zip(entry.chunks, entry.vectors, strict=True)):
        path, pieces = json.dumps(chunk.path, ensure_ascii=False), json.dumps(chunk.pieces)
        if kept := old[path, chunk.text]:
            connection.execute(
                "UPDATE chunks SET ordinal = ?, pieces = ? WHERE id = ?", (ordinal, pieces, kept.pop())
            )
        else:
            new.append((id_, ordinal, path, pieces, chunk.text, vector.astype("<f4").tobytes(), change))
    gone = [(chunk_id, change) for ids in old.values() for chunk_id in ids]
    connection.executemany("INSERT INTO removed (chunk, change) VALUES (?, ?)", gone)
    connection.executemany("DELETE FROM chunks WHERE id = ?", [row[:1] for row in gone])
    connection.executemany(
        "INSERT INTO chunks (document, ordinal, path, pieces, text, vector, change)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        new,
    )


def _put_row(connection: sqlite3.Connection, document: Document) -> int:
    """Write a document's own row, over the one of its name if there is one, and return its id."""
    row = {
        "name": document.name,
        "title": document.title,
        "text": document.text,
        "characters": len(document.text),
        "outline": json.dumps(outline_to_data(document.outline), ensure_ascii=False),
        "encoding": document.encoding,
        "confidence": document.confidence,
        "markup": json.dumps(markup_to_data(document.markup), ensure_ascii=False),
        "sha256": document.sha256,
        "source": document.source,
    }
    columns = ", ".join(row)
    updates = ", ".join(f"{name} = excluded.{name}" for name in row if name != "name")
    (id_,) = connection.execute(
        f"INSERT INTO documents ({columns}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
        f" ON CONFLICT (name) DO UPDATE SET {updates} RETURNING id",
        tuple(row.values()),
    ).fetchone()
    return int(id_)
