"""The static model that ships with the project, read without torch.

A text's vector is the mean of its pieces' rows, scaled to unit length: what sentence-transformers'
StaticEmbedding and Normalize compute, here with numpy. A row is stored as bytes and one scale.
"""

import hashlib
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from rag.errors import ModelError
from rag.resources import MODELS
from rag.text.normalize import normalise
from rag.text.vocabulary import read_vocabulary
from vectorstore import Vectors

__all__ = ["ROWS", "SCALES", "SHIPPED", "StaticEmbedder", "create", "shipped"]

SHIPPED: Final = MODELS / "static"
ROWS: Final = "rows"  # int8, shape (pieces, dimensions)
SCALES: Final = "scales"  # float32, shape (pieces,): what each number of a row is multiplied with
_BATCH: Final = 1000
_FEW: Final = 16  # texts that are not worth sharing out among threads
_BLOCK: Final = 64  # rows
_CUTS_KEPT: Final = 64  # texts


class StaticEmbedder:
    """One row a vocabulary piece; made by `yinju train embedding`."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Read `model.safetensors` and `tokenizer.json`; raises ModelError."""
        try:
            with (folder / "model.safetensors").open("rb") as file:
                seen = hashlib.file_digest(file, "sha256")
            seen.update((folder / "tokenizer.json").read_bytes())
            with safe_open(folder / "model.safetensors", framework="numpy") as model:
                self._rows: NDArray[np.int8] = model.get_tensor(ROWS)
                self._scales: NDArray[np.float32] = model.get_tensor(SCALES)
            if self._scales.shape != self._rows.shape[:1]:
                raise ValueError(f"{len(self._scales)} scales of {len(self._rows)} rows")
            self._tokenizer = read_vocabulary(folder)
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise ModelError(f"{folder} holds no static model: {error}") from error
        self._cut = lru_cache(maxsize=_CUTS_KEPT)(self._cut_anew)
        self._lengths = np.full(len(self._rows), np.nan, dtype=np.float32)  # of the pieces met so far
        self._fingerprint = f"static-{seen.hexdigest()[:16]}"

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return int(self._rows.shape[1])

    @property
    def fingerprint(self) -> str:
        """Return a name made of the checksum of weights and vocabulary."""
        return self._fingerprint

    @property
    def size(self) -> int:
        """Return the number of pieces."""
        return len(self._rows)

    def pieces(self, normalised: Sequence[str]) -> list[list[int]]:
        """Cut texts into pieces."""
        if len(normalised) == 1:  # a question, which is cut again by whoever looks at it
            return [list(self._cut(normalised[0]))]
        if len(normalised) < _FEW:
            return [self._tokenizer.encode(text, add_special_tokens=False).ids for text in normalised]
        found = self._tokenizer.encode_batch_fast(list(normalised), add_special_tokens=False)
        return [encoding.ids for encoding in found]

    def _cut_anew(self, text: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def piece(self, id_: int) -> str:
        """Return what a piece stands for."""
        return str(self._tokenizer.id_to_token(id_))

    def rows(self, ids: Sequence[int] | NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """Return the rows of some pieces, shape (n, dimensions)."""
        some = np.asarray(ids, dtype=np.int64)
        return self._rows.take(some, axis=0) * self._scales[some, None]

    def products(self, directions: NDArray[np.float32], ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the products of k directions with the rows of some pieces, shape (k, n)."""
        columns = np.ascontiguousarray(directions.T)
        products = np.empty((len(ids), len(directions)), dtype=np.float32)
        block = np.empty((_BLOCK, self.dimensions), dtype=np.float32)
        for start in range(0, len(ids), _BLOCK):  # a block stays in the processor's cache
            some = ids[start : start + _BLOCK]
            block[: len(some)] = self._rows.take(some, axis=0)
            np.matmul(block[: len(some)], columns, out=products[start : start + len(some)])
        return np.asarray(products.T * self._scales[ids])

    def sum_lengths(self, ids: NDArray[np.integer[Any]], starts: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the lengths of the sums of rows, from each of `starts` to the next."""
        return np.asarray(np.linalg.norm(np.add.reduceat(self.rows(ids), starts, axis=0), axis=1))

    def lengths(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the lengths of the rows of some pieces, shape (n,)."""
        new = ids[np.isnan(self._lengths[ids])]
        if len(new):
            self._lengths[new] = np.maximum(np.linalg.norm(self.rows(new), axis=1), 1e-9)
        return self._lengths[ids]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text, shape (n, dimensions); a text without pieces gets zeros."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [normalise(text) for text in texts[start : start + _BATCH]]
            for index, ids in enumerate(self.pieces(batch)):
                if ids:
                    vectors[start + index] = self._scales[ids] @ self._rows[ids].astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(lengths, 1e-12)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (1, dimensions)."""
        return self.embed_passages([text])


@cache
def shipped() -> StaticEmbedder:
    """Read the shipped model, once."""
    return StaticEmbedder()


def create() -> StaticEmbedder:
    """Return the shipped model."""
    return shipped()
