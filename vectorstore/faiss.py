"""Vectors in a FAISS index: exact inner product, the whole index in memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final, Self

import faiss  # its stubs know neither selectors nor id maps, hence the ignores below
import numpy as np
from numpy.typing import NDArray

from vectorstore.base import NOTHING, Hit, Ids, State, Vectors
from vectorstore.errors import DamagedError, OtherVectorsError
from vectorstore.seal import checksum, read_seal, read_sealed, write_durably, write_seal

__all__ = ["FaissStore", "create"]

faiss.omp_set_num_threads(1)  # one question at a time: starting threads costs more than they save
_PATTERN: Final = "vectors-*.faiss"
_PRIVATE: Final = 0o700  # vectors tell much of what they were made of
_ID_SHOWN: Final = 8  # characters of a state's id in a file's name


class FaissStore:
    """A `VectorStore` in one file, `vectors-<change>-<state>.faiss`, under a seal."""

    def __init__(self, folder: Path, dimensions: int, fingerprint: str) -> None:
        """Open the index in `folder`, new if it was never written.

        Raises DamagedError or OtherVectorsError if what is there cannot be trusted.
        """
        self._folder = folder
        self._fingerprint = fingerprint
        seal = read_seal(folder, fingerprint)
        self._state = seal.state if seal else NOTHING
        if seal:
            self._index = _load(folder, seal.files, dimensions)
        else:
            self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimensions))

    @property
    def state(self) -> State:
        """Return the library's state at the last checkpoint."""
        return self._state

    def fork(self, folder: Path) -> Self:
        """Return a store with the same content over another folder, in memory of its own."""
        forked = type(self).__new__(type(self))
        forked._folder, forked._fingerprint, forked._state = folder, self._fingerprint, self._state
        forked._index = faiss.clone_index(self._index)
        return forked

    def add(self, ids: Ids, vectors: Vectors, texts: Sequence[str]) -> None:
        """Add vectors; an id that is there already is replaced. The texts are not needed here."""
        self.remove(ids)
        self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)

    def remove(self, ids: Ids) -> None:
        """Remove vectors; an id that is not there is passed over."""
        if len(ids):
            self._index.remove_ids(faiss.IDSelectorBatch(ids))

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> list[Hit]:
        """Return the `k` nearest of (1, dimensions) `vector`, best first, of `allowed` if given."""
        wanted = min(k, self._index.ntotal if allowed is None else len(allowed))
        if wanted == 0:
            return []
        selector = faiss.IDSelectorBatch(allowed) if allowed is not None else None
        parameters = faiss.SearchParameters(sel=selector) if selector is not None else None  # type: ignore[call-arg]
        scores, ids = self._index.search(
            np.ascontiguousarray(vector, dtype=np.float32), wanted, params=parameters
        )
        rows = zip(ids[0].tolist(), scores[0].tolist(), strict=True)
        return [Hit(id_, score) for id_, score in rows if id_ >= 0]

    def ids(self) -> Ids:
        """Return every stored id, ascending."""
        return np.sort(faiss.vector_to_array(self._index.id_map)).astype(np.int64)  # type: ignore[attr-defined]

    def _write(self, file: BinaryIO) -> None:
        """Write piece by piece: a large index is not in memory twice."""
        faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]

    def _places(self, ids: Ids) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the rows of those of `ids` that are there, and which are."""
        stored = faiss.vector_to_array(self._index.id_map).astype(np.int64)  # type: ignore[attr-defined]
        order = np.argsort(stored)
        places = np.searchsorted(stored, ids, sorter=order)
        known = places < len(stored)
        known[known] = stored[order[places[known]]] == ids[known]
        return order[places[known]], known

    def _rows(self, places: NDArray[np.intp]) -> Vectors:
        flat = faiss.downcast_index(self._index.index)  # type: ignore[attr-defined]
        rows: Vectors = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(-1, flat.d)[places]  # type: ignore[attr-defined]
        return rows

    def vectors(self, ids: Ids) -> Vectors | None:
        """Return the stored vectors, row by row; None if one is not there."""
        places, known = self._places(ids)
        return self._rows(places) if known.all() else None

    def differing(self, ids: Ids, vectors: Vectors) -> Ids:
        """Return those of `ids` whose stored vector is not the given one, bit for bit."""
        places, known = self._places(ids)
        same = known.copy()
        same[known] = (self._rows(places) == vectors[known]).all(axis=1)
        return ids[~same]

    def checkpoint(self, state: State) -> None:
        """Write the index beside the old one, then seal it; the old file goes last."""
        self._folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        name = f"vectors-{state.change}-{state.id[:_ID_SHOWN]}.faiss"
        write_durably(self._folder / name, self._write)
        write_seal(self._folder, state, self._fingerprint, [name])
        self._state = state
        for old in self._folder.glob(_PATTERN):
            if old.name != name:
                old.unlink()


def _load(folder: Path, files: dict[str, str], dimensions: int) -> faiss.Index:
    """Read the index from the very bytes that were checked: FAISS trusts what it is given."""
    (name, expected), *_ = files.items()
    data = read_sealed(folder / name)
    if checksum(data) != expected:
        raise DamagedError(f"{folder / name} changed while it was read")
    index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
    if index.d != dimensions:
        raise OtherVectorsError(f"{folder / name} holds vectors of {index.d} dimensions, not {dimensions}")
    return index


def create(folder: Path, dimensions: int, fingerprint: str) -> FaissStore:
    """Open the FAISS store in a folder."""
    return FaissStore(folder, dimensions, fingerprint)
