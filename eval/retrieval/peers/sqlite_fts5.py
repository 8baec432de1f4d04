"""SQLite's FTS5 with its trigram tokenizer: what is at hand without a package.

It matches nothing shorter than three characters, and many Chinese words have two. A question is asked as any
of its trigrams: as a phrase it would have to stand in the passage word for word.
"""

import re
import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Final

from eval.retrieval.peers.base import Peer, Row, whole
from eval.retrieval.ranking import Search

__all__ = ["create", "trigrams"]

_RUN: Final = re.compile(r"\w{3,}")


def create() -> Peer:
    """Return FTS5 over trigrams."""
    setup = f"SQLite {sqlite3.sqlite_version}, trigram tokenizer, any of the question's trigrams"
    return Peer("", setup, index)


def index(passages: Sequence[Row]) -> Search:
    """Index passages by their trigrams, in memory."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE passages USING fts5(id UNINDEXED, text, tokenize='trigram')")
    database.executemany("INSERT INTO passages VALUES (?, ?)", [(row[0], whole(row)) for row in passages])

    def search(question: str, k: int) -> list[str]:
        asked = " OR ".join(f'"{trigram}"' for trigram in trigrams(question))
        if not asked:
            return []
        rows = database.execute(
            "SELECT id FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?", (asked, k)
        )
        return [id_ for (id_,) in rows]

    return search


def trigrams(text: str) -> list[str]:
    """Return the runs of three letters, digits or characters that a text holds, each once."""
    runs = _RUN.findall(text)
    return list(
        dict.fromkeys(chain.from_iterable((run[i : i + 3] for i in range(len(run) - 2)) for run in runs))
    )
