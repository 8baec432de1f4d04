"""What a sentence means, as a vector of a small multilingual transformer: multilingual-e5-small.

It was trained to bring questions near to what answers them, in a hundred languages (Wang et al., 2024): it
tells a question put in words of its own, and an English one, from which the static rows see little.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.text import normalise
from rag.words import MODELS, read_vocabulary

__all__ = ["SentenceEncoder", "shipped_encoder"]

FOLDER: Final = MODELS / "encoder"
_BEGIN, _END = 0, 2
_LONGEST: Final = 510  # pieces; what is beyond is not read
_REMEMBERED: Final = 20_000  # sentences, 1.5 kB each

Floats = NDArray[np.float32]


class SentenceEncoder:
    """Turns questions and sentences into unit vectors that compare. Safe to use from several threads.

    Each text is encoded alone, so that its vector does not depend on what else was asked for.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the network and its vocabulary; raises ModelError."""
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        path = folder / "encoder.onnx"
        try:
            self._session: Any = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's errors share no class of their own
            raise ModelError(f"{path} holds no encoder: {error}") from error
        self._vocabulary = read_vocabulary(folder)
        self.size: int = self._session.get_outputs()[0].shape[0]
        self._known = lru_cache(maxsize=_REMEMBERED)(self._encode)
        self._threads = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="encoder")

    def question(self, text: str) -> Floats:
        """Return the vector of a question, shape (size,)."""
        return self._known(f"query: {normalise(text)}")

    def sentences(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of sentences or other stretches of text, shape (n, size)."""
        given = [f"passage: {normalise(text)}" for text in texts]
        return np.array(list(self._threads.map(self._known, given)), np.float32).reshape(-1, self.size)

    def _encode(self, text: str) -> Floats:
        pieces = self._vocabulary.encode(text, add_special_tokens=False).ids[:_LONGEST]
        vector: Floats = self._session.run(None, {"ids": np.array([_BEGIN, *pieces, _END], np.int64)})[0]
        return vector


@cache
def shipped_encoder() -> SentenceEncoder:
    """Read the shipped network, once."""
    return SentenceEncoder()
