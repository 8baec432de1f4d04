"""The indexes over a library: opened, proved, caught up, or made anew."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from rag.errors import LibraryBusyError, LibraryError
from rag.fulltext import FullText
from rag.library import IndexRow, Library
from vectorstore import DamagedError, Ids, OtherVectorsError, VectorStore

__all__ = ["Views"]

_FOLDER: Final = "views"
View = TypeVar("View")


class Views:
    """The vector store and the full-text index of one library.

    `current` gives both at the library's last change: a change made by another process is seen at
    the next question. Files that cannot be trusted are put aside and made again.
    """

    def __init__(
        self, library: Library, open_store: Callable[[Path], VectorStore], check: Callable[[], None]
    ) -> None:
        """Take a library, what opens its vector store, and what raises if its vectors are another model's."""
        self._library = library
        self._check = check
        self._open_store = open_store
        self._guard = threading.RLock()
        self._store: VectorStore | None = None
        self._text: FullText | None = None

    @contextmanager
    def current(self) -> Iterator[tuple[VectorStore, FullText]]:
        """Give the vector store and the full-text index, both at the library's last change."""
        with self._guard:
            store, text = self._opened()
            if {store.change, text.change} != {self._library.change}:
                store, text = self._caught_up(store, text)
            yield store, text

    def catch_up(self) -> None:
        """Bring both indexes to the library's last change."""
        with self.current():
            pass

    def make_anew(self) -> None:
        """Delete both indexes and make them from the library."""
        with self._guard, self._library.writing():
            self._store = self._text = None
            shutil.rmtree(self._library.folder / _FOLDER, ignore_errors=True)
            self.catch_up()

    def put_aside(self) -> list[Path]:
        """Return the damaged indexes that were kept for somebody to look at."""
        return sorted((self._library.folder / _FOLDER).glob("*.damaged-*"))

    def _opened(self) -> tuple[VectorStore, FullText]:
        if self._store is None or self._text is None:
            self._store = self._trusted("vectors", self._open_store)
            self._text = self._trusted("fulltext", FullText)
        return self._store, self._text

    def _caught_up(self, store: VectorStore, text: FullText) -> tuple[VectorStore, FullText]:
        try:
            with self._library.writing(wait=0):
                self._check()
                change = self._library.change
                self._store = self._text = None  # another process may have brought the files further
                store, text = self._opened()
                if max(store.change, text.change) > change:  # the library was put back from a copy
                    self._store = self._text = None
                    shutil.rmtree(self._library.folder / _FOLDER)
                    store, text = self._opened()
                _catch_up_vectors(store, self._library, change)
                _catch_up_text(text, self._library, change)
        except OSError as error:
            raise LibraryError(f"the indexes in {self._library.folder} cannot be written: {error}") from error
        except LibraryBusyError:
            if 0 in (store.change, text.change):
                raise  # never built: "cannot read" is not "empty"
            # The writer will bring the files up; until then the last state is whole and proved.
            self._store, self._text = store, text
        return store, text

    def _trusted(self, name: str, open_view: Callable[[Path], View]) -> View:
        folder = self._library.folder / _FOLDER / name
        try:
            return open_view(folder)
        except (DamagedError, OtherVectorsError):
            pass
        with self._library.writing():  # what looked damaged may have been another process's writing
            try:
                return open_view(folder)
            except DamagedError:
                folder.rename(folder.with_name(f"{name}.damaged-{time.time_ns()}"))
            except OtherVectorsError:
                shutil.rmtree(folder)
            return open_view(folder)


def _catch_up_vectors(store: VectorStore, library: Library, change: int) -> None:
    if store.change == change:
        return
    store.remove(np.array(library.removed_since(store.change), dtype=np.int64))
    for rows in library.added_since(store.change):
        vectors = np.stack([np.frombuffer(row.vector, dtype="<f4") for row in rows])
        store.add(_ids(rows), vectors.astype(np.float32), [row.text for row in rows])
    store.checkpoint(change)


def _catch_up_text(text: FullText, library: Library, change: int) -> None:
    if text.change == change:
        return
    added = ((row.id, row.heading, row.text) for rows in library.added_since(text.change) for row in rows)
    text.update(library.removed_since(text.change), added, change)


def _ids(rows: list[IndexRow]) -> Ids:
    return np.array([row.id for row in rows], dtype=np.int64)
