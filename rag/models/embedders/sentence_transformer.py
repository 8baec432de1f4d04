"""Any model that sentence-transformers can load, by folder or by name on a hub."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding

from rag.errors import ModelError
from rag.text.normalize import normalise
from vectorstore import Vectors

__all__ = ["SentenceTransformerEmbedder"]

_PROBES: Final = ("图书馆几点开门？", "The quick brown fox jumps over the lazy dog.", "圖書館幾點開門？")


class SentenceTransformerEmbedder:
    """A sentence-transformers model, safetensors only and without code of its own."""

    def __init__(self, name: str) -> None:
        """Load a folder or hub name; raises ModelError."""
        try:
            self._model = SentenceTransformer(
                name, trust_remote_code=False, model_kwargs={"use_safetensors": True}, device="cpu"
            )
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            raise ModelError(f"embedder {name!r} cannot be loaded: {error}".splitlines()[0]) from error
        # A static model is its vocabulary's: ours expects one script. Others read both themselves.
        self._folds = isinstance(self._model[0], StaticEmbedding)
        self._fingerprint = f"{name}-{self._probe()}"

    def _probe(self) -> str:
        """Name the weights by what they do: a checksum of the vectors of a few fixed texts."""
        vectors = np.round(self.embed_passages(_PROBES), 3)
        return hashlib.sha256((vectors + 0.0).tobytes()).hexdigest()[:16]

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def fingerprint(self) -> str:
        """Return the model's name and a checksum of the vectors of a few fixed texts."""
        return self._fingerprint

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text, shape (n, dimensions)."""
        return self._encode(self._model.encode_document, texts)

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, shape (1, dimensions)."""
        return self._encode(self._model.encode_query, [text])

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        ready = [normalise(text) for text in texts] if self._folds else list(texts)
        vectors = encode(ready, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(vectors, dtype=np.float32)
