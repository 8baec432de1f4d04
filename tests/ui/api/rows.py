"""What is stored in a library, as one digest."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path


def rows_digest(library: Path) -> str:
    """Return a checksum of every row of every table of a library's database, read only."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(f"file:{library / 'library.sqlite3'}?mode=ro", uri=True)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        for table in sorted(tables):
            digest.update(table.encode())
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid"):  # noqa: S608 - its own names
                digest.update(repr(row).encode())
    return digest.hexdigest()
