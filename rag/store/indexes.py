"""The indexes over a library: opened, proved, brought up to a state of it, or made anew."""

import errno
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from rag.errors import LibraryBusyError, LibraryError, LibraryFullError
from rag.store.connection import is_full
from rag.store.fulltext import FullText
from rag.store.library import IndexRow, Library
from rag.store.library_reader import LibraryReader, StoredChunk
from rag.temporary import temporary_folder
from rag.types.document import Document
from vectorstore import NOTHING, DamagedError, Ids, OtherVectorsError, State, VectorStore

__all__ = ["IndexPair", "Indexes", "Snapshot"]

_FOLDER: Final = "views"
_VECTORS: Final = "vectors"
_TEXT: Final = "fulltext"
_DAMAGED: Final = "damaged-"
_MOST_DAMAGED: Final = 3  # that are kept for somebody to look at
_KEPT: Final = 2  # states: the last, and the one that others may be reading yet
_PATIENCE: Final = 1.0  # seconds for another process to finish the state that is asked for
_POLL: Final = 0.02
_PRIVATE: Final = 0o700
_MOST_CHUNKS: Final = 5_000  # that are kept, 2 kB each
_MOST_DOCUMENTS: Final = 64


@dataclass(slots=True)
class _Read:
    """What was read of one state; a dictionary is replaced, not filled: others may be looking into it."""

    chunks: dict[int, StoredChunk] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexPair:
    """Both indexes at one state of the library; nothing changes them any more."""

    state: State
    store: VectorStore
    text: FullText
    read: _Read = field(default_factory=_Read)
    lasting: dict[str, Any] = field(default_factory=dict)
    """What was made of chunks, whose ids mean the same in every state that came of this one."""

    home: tempfile.TemporaryDirectory[str] | None = None
    """Where the files of indexes are that are this process's own, None for those in the library's folder."""

    def is_there(self) -> bool:
        """Tell whether the files are there yet: from a temporary folder somebody may have taken them."""
        return self.home is None or Path(self.home.name).is_dir()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A library and its indexes at one state, for as long as a question takes."""

    library: LibraryReader
    indexes: IndexPair

    @property
    def store(self) -> VectorStore:
        """Return the vectors."""
        return self.indexes.store

    @property
    def text(self) -> FullText:
        """Return the full text."""
        return self.indexes.text

    def chunks(self, ids: Iterable[int]) -> dict[int, StoredChunk]:
        """Return the chunks of those ids that are there; what was read before of this state is kept."""
        wanted = dict.fromkeys(ids)
        known = self.indexes.read.chunks
        found = {id_: known[id_] for id_ in wanted if id_ in known}
        if len(found) < len(wanted):
            found |= self.library.chunks(wanted.keys() - found.keys())
            self.indexes.read.chunks = known | found if len(known) <= _MOST_CHUNKS else found
        return found

    def document(self, name: str) -> Document:
        """Return a document; those of this state that were read before are kept."""
        known = self.indexes.read.documents
        found = known.get(name) or self.library.document(name)
        if name not in known:
            self.indexes.read.documents = (known if len(known) < _MOST_DOCUMENTS else {}) | {name: found}
        return found


class Indexes:
    """The vector store and the full-text index of one library, at each state that is asked for.

    The indexes of a state stand in a folder that has its name, and are never changed: what comes after is
    made beside them, from them and from what the library says has changed. Files that cannot be trusted
    are put aside and made again. Where the folder cannot be written, or another process is at it, a process
    makes the indexes for itself.
    """

    def __init__(
        self, library: Library, open_store: Callable[[Path], VectorStore], check: Callable[[], None]
    ) -> None:
        """Take a library, what opens its vector store, and what raises if its vectors are another model's."""
        self._library = library
        self._folder = library.folder / _FOLDER
        self._check = check
        self._open_store = open_store
        self._guard = threading.RLock()  # of bringing the indexes up, not of using them
        self._last: IndexPair | None = None

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give the library and both indexes as they are now, all at one state."""
        with self._library.reading() as reading:
            yield Snapshot(reading, self._at(reading))

    @contextmanager
    def current(self) -> Iterator[tuple[VectorStore, FullText]]:
        """Give the vector store and the full-text index, both at the library's last change."""
        with self.snapshot() as snapshot:
            yield snapshot.store, snapshot.text

    def catch_up(self) -> None:
        """Bring the stored indexes to the library's last change.

        Raises LibraryError if they cannot be written, LibraryBusyError while somebody else writes.
        """
        with self._library.writing(), self._guard, self._library.reading() as reading:
            if self._last is None or self._last.state != reading.state or self._last.home is not None:
                self._check()
                with _writing(self._library.folder):
                    self._keep(self._published(reading), reading)

    def make_anew(self) -> None:
        """Delete both indexes and make them from the library."""
        with self._library.writing(), self._guard:
            self._last = None
            shutil.rmtree(self._folder, ignore_errors=True)
            self.catch_up()

    def stored(self) -> Iterator[VectorStore]:
        """Yield the vectors of each state that the library came of and whose index can be trusted."""
        for state in self._states():
            if self._library.came_of(state) and (found := self._found(state)):
                yield found.store

    def put_aside(self) -> list[Path]:
        """Return the damaged indexes that were kept for somebody to look at."""
        return sorted(self._folder.glob(f"{_DAMAGED}*"))

    def _at(self, reading: LibraryReader) -> IndexPair:
        """Return the indexes at the state that is read."""
        state, last = reading.state, self._last
        if last is not None and last.state == state:
            return last
        with self._guard:
            last = self._last
            if last is None or last.state != state:
                self._check()
                last = self._keep(self._brought_to(state, reading), reading)
            return last

    def _keep(self, made: IndexPair, reading: LibraryReader) -> IndexPair:
        """Let indexes be the last ones, with what is known of chunks from those that they came of."""
        if self._last is not None and reading.came_of(self._last.state):
            made = replace(made, lasting=self._last.lasting)
        self._last = made
        return made

    def _brought_to(self, state: State, reading: LibraryReader) -> IndexPair:
        """Find the indexes of a state, or make them: in their place if that can be, else for this process."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            if found := self._found(state):
                return found
            try:
                with self._library.writing(wait=0):
                    return self._published(reading)
            except LibraryBusyError:
                if time.monotonic() >= deadline:
                    return self._own(reading)
            except (OSError, LibraryError):  # a full disk, a folder that may not be written
                return self._own(reading)
            time.sleep(_POLL)

    def _found(self, state: State) -> IndexPair | None:
        """Open the indexes of a state, if they are there and can be trusted."""
        folder = self._folder / _name(state)
        try:
            store, text = self._open_store(folder / _VECTORS), FullText(folder / _TEXT)
        except (DamagedError, OtherVectorsError):
            return None
        except OSError as error:
            raise LibraryError(f"the indexes of {self._library.folder} cannot be read: {error}") from error
        return IndexPair(state, store, text) if store.state == text.state == state else None

    def _published(self, reading: LibraryReader) -> IndexPair:
        """Make the indexes of the state that is read in their place. The caller holds the write lock."""
        state = reading.state
        if found := self._found(state):
            return found
        folder = self._folder / _name(state)
        if folder.exists():
            self._clear(folder)
        folder.mkdir(parents=True, mode=_PRIVATE)
        self._folder.chmod(_PRIVATE)
        try:
            made = self._made(reading, folder)
            made.store.checkpoint(state)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self._tidy(reading)
        return made

    def _own(self, reading: LibraryReader) -> IndexPair:
        """Make the indexes of the state that is read for this process alone."""
        with _writing(self._library.folder):
            home = temporary_folder(of_indexes=True)
            return self._made(reading, Path(home.name), home)

    def _made(
        self, reading: LibraryReader, folder: Path, home: tempfile.TemporaryDirectory[str] | None = None
    ) -> IndexPair:
        """Make both indexes in a folder, from the nearest ones that the state came of."""
        state, base = reading.state, self._base(reading)
        if base is None:
            store, text = self._open_store(folder / _VECTORS), FullText(folder / _TEXT)
            since = NOTHING
        else:
            store, text = base.store.fork(folder / _VECTORS), base.text.fork(folder / _TEXT)
            since = base.state
        removed = reading.removed_since(since.change)
        store.remove(np.array(removed, dtype=np.int64))
        for rows in reading.added_since(since.change):
            vectors = np.stack([np.frombuffer(row.vector, dtype="<f4") for row in rows])
            store.add(_ids(rows), vectors.astype(np.float32), [row.text for row in rows])
        added = (
            (row.id, row.heading, row.text) for rows in reading.added_since(since.change) for row in rows
        )
        text.update(removed, added, state)
        return IndexPair(state, store, text, home=home)

    def _base(self, reading: LibraryReader) -> IndexPair | None:
        """Return the latest indexes of a state that the one that is read came of, None if there are none."""
        last = self._last
        if last is not None and not (last.is_there() and reading.came_of(last.state)):
            last = None
        for state in self._states():
            if last is not None and state.change <= last.state.change:
                break
            if reading.came_of(state) and (found := self._found(state)):
                return found
        return last

    def _states(self) -> list[State]:
        """Return the states that indexes are there of, the latest first."""
        found: list[State] = []
        for folder in self._folder.glob("*-*") if self._folder.is_dir() else ():
            change, _, id_ = folder.name.partition("-")
            if change.isdecimal():
                found.append(State(int(change), id_))
        return sorted(found, reverse=True)

    def _clear(self, folder: Path) -> None:
        """Make room where indexes are that cannot be used: what was once whole is put aside."""
        if (folder / _VECTORS / "seal.json").exists() and (folder / _TEXT / "seal.json").exists():
            folder.rename(self._folder / f"{_DAMAGED}{time.time_ns()}")
        else:
            shutil.rmtree(folder)  # never finished

    def _tidy(self, reading: LibraryReader) -> None:
        """Remove all but the last states, what was never finished, and all but the last damaged ones."""
        kept = [_name(state) for state in self._states() if reading.came_of(state)][:_KEPT]
        damaged = self.put_aside()[-_MOST_DAMAGED:]
        for path in self._folder.iterdir():
            if path.name not in kept and path not in damaged:
                shutil.rmtree(path, ignore_errors=True)


def _name(state: State) -> str:
    return f"{state.change}-{state.id}"


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC or is_full(folder):
            raise LibraryFullError(folder) from error
        raise LibraryError(f"the indexes of {folder} cannot be written: {error}") from error


def _ids(rows: list[IndexRow]) -> Ids:
    return np.array([row.id for row in rows], dtype=np.int64)
