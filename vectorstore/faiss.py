"""Vectors in a FAISS index: exact inner product, the whole index in memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

import faiss  # its stubs know neither selectors nor id maps, hence the ignores below
import numpy as np

from vectorstore.base import Hit, Ids, Vectors
from vectorstore.errors import DamagedError, OtherVectorsError
from vectorstore.seal import checksum, read_seal, read_sealed, write_durably, write_seal

__all__ = ["FaissStore", "create"]

faiss.omp_set_num_threads(1)  # one question at a time: starting threads costs more than they save
_PATTERN: Final = "vectors-*.faiss"


class FaissStore:
    """A `VectorStore` in one file, `vectors-<change>.faiss`, under a seal."""

    def __init__(self, folder: Path, dimensions: int, fingerprint: str) -> None:
        """Open the index in `folder`, new if it was never written.

        Raises DamagedError or OtherVectorsError if what is there cannot be trusted.
        """
        self._folder = folder
        self._fingerprint = fingerprint
        seal = read_seal(folder, fingerprint)
        self._change = seal.change if seal else 0
        if seal:
            self._index = _load(folder, seal.files, dimensions)
        else:
            self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimensions))

    @property
    def change(self) -> int:
        """Return the change number reached by the last checkpoint."""
        return self._change

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

    def differing(self, ids: Ids, vectors: Vectors) -> Ids:
        """Return those of `ids` whose stored vector is not the given one, bit for bit."""
        stored = faiss.vector_to_array(self._index.id_map).astype(np.int64)  # type: ignore[attr-defined]
        order = np.argsort(stored)
        places = np.searchsorted(stored, ids, sorter=order)
        known = places < len(stored)
        rows = order[places[known]]
        known[known] = stored[rows] == ids[known]
        rows = order[places[known]]
        flat = faiss.downcast_index(self._index.index)  # type: ignore[attr-defined]
        own = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(-1, flat.d)  # type: ignore[attr-defined]
        same = known.copy()
        same[known] = (own[rows] == vectors[known]).all(axis=1)
        return ids[~same]

    def checkpoint(self, change: int) -> None:
        """Write the index beside the old one, then seal it; the old file goes last."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"vectors-{change}.faiss"
        write_durably(self._folder / name, self._write)
        write_seal(self._folder, change, self._fingerprint, [name])
        self._change = change
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
