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
from rag.interrupt import checked
from rag.resources import MODELS
from rag.text.normalize import normalise
from rag.text.vocabulary import read_vocabulary

__all__ = [
    "BEGIN",
    "END",
    "FOLDER",
    "Network",
    "SentenceEncoder",
    "Trunk",
    "shipped_encoder",
    "shipped_trunk",
]

FOLDER: Final = MODELS / "encoder"
BEGIN: Final = 0  # piece at the beginning
END: Final = 2  # piece behind each text
_LONGEST: Final = 510  # pieces; what is beyond is not read
_REMEMBERED: Final = 20_000  # sentences, 1.5 kB each

Floats = NDArray[np.float32]


class Network:
    """A graph that ONNX Runtime computes on one core; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Read the graph; raises ModelError."""
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            self._session: Any = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's errors share no class of their own
            raise ModelError(f"{path} holds no network: {error}") from error

    def __call__(self, **given: NDArray[Any]) -> list[Floats]:
        """Return the outputs, in order."""
        outputs: list[Floats] = self._session.run(None, given)
        return outputs

    def size(self) -> int:
        """Return the last size of the first output."""
        return int(self._session.get_outputs()[0].shape[-1])


class Trunk:
    """What the networks that read share: the vocabulary, the rows of its pieces, the first layers."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the graph and the vocabulary; raises ModelError."""
        self._network = Network(folder / "trunk.onnx")
        self.vocabulary = read_vocabulary(folder)

    def below(self, ids: Sequence[int]) -> Floats:
        """Return what the first layers make of some pieces, shape (n, width)."""
        return self._network(ids=np.array(ids, np.int64))[0]


@cache
def shipped_trunk() -> Trunk:
    """Read the shipped trunk, once."""
    return Trunk()


class SentenceEncoder:
    """Turns questions and sentences into unit vectors that compare. Safe to use from several threads.

    Each text is encoded alone, so that its vector does not depend on what else was asked for.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the network and its vocabulary; raises ModelError."""
        self._trunk = shipped_trunk() if folder == FOLDER else Trunk(folder)
        self._network = Network(folder / "encoder.onnx")
        self.size = self._network.size()
        self._known = lru_cache(maxsize=_REMEMBERED)(self._encode)
        self._threads = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="encoder")

    def question(self, text: str) -> Floats:
        """Return the vector of a question, shape (size,)."""
        return self._known(f"query: {normalise(text)}")

    def sentences(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of sentences or other stretches of text, shape (n, size)."""
        given = [f"passage: {normalise(text)}" for text in texts]
        found = checked(self._threads.map(self._known, given))
        return np.array(list(found), np.float32).reshape(-1, self.size)

    def _encode(self, text: str) -> Floats:
        pieces = self._trunk.vocabulary.encode(text, add_special_tokens=False).ids[:_LONGEST]
        return self._network(below=self._trunk.below([BEGIN, *pieces, END]))[0]


@cache
def shipped_encoder() -> SentenceEncoder:
    """Read the shipped network, once."""
    return SentenceEncoder()
