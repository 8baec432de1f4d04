"""The static model that ships with the project, read without torch.

A text's vector is the mean of its pieces' rows, scaled to unit length: what sentence-transformers'
StaticEmbedding and Normalize compute, here with numpy.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from rag.errors import ModelError
from rag.text import normalise
from rag.words import MODELS, read_vocabulary
from vectorstore import Vectors
from vectorstore.seal import checksum

__all__ = ["StaticEmbedder", "create"]

SHIPPED: Final = MODELS / "static"
_TENSOR: Final = "embedding.weight"
_BATCH: Final = 1000


class StaticEmbedder:
    """One row a vocabulary piece; made by `yinju train embedding`."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        """Read `model.safetensors` and `tokenizer.json`; raises ModelError."""
        try:
            weights = (folder / "model.safetensors").read_bytes()
            vocabulary = (folder / "tokenizer.json").read_bytes()
            self._rows: NDArray[np.float16] = load(weights)[_TENSOR]
            self._tokenizer = read_vocabulary(folder)
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise ModelError(f"{folder} holds no static model: {error}") from error
        self._fingerprint = f"static-{checksum(weights + vocabulary)[:16]}"

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return int(self._rows.shape[1])

    @property
    def fingerprint(self) -> str:
        """Return a name made of the checksum of weights and vocabulary."""
        return self._fingerprint

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text, shape (n, dimensions); a text without pieces gets zeros."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [normalise(text) for text in texts[start : start + _BATCH]]
            for index, encoding in enumerate(
                self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            ):
                if encoding.ids:
                    vectors[start + index] = self._rows[encoding.ids].mean(axis=0, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(lengths, 1e-12)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (1, dimensions)."""
        return self.embed_passages([text])


def create() -> StaticEmbedder:
    """Read the shipped model."""
    return StaticEmbedder()
