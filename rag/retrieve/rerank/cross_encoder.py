"""Any cross-encoder that sentence-transformers can load, by folder or by name on a hub."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import CrossEncoder

from rag.errors import ModelError
from rag.retrieve.rerank.features import Judged
from rag.retrieve.rerank.matching import MatchedQuestion, MatchedText

__all__ = ["CrossEncoderReranker"]

_DEPTH: Final = 20


class CrossEncoderReranker:
    """A cross-encoder, safetensors only and without code of its own."""

    depth = _DEPTH

    def __init__(self, name: str) -> None:
        """Load a folder or hub name; raises ModelError."""
        try:
            self._model = CrossEncoder(
                name, trust_remote_code=False, model_kwargs={"use_safetensors": True}, device="cpu"
            )
        except (OSError, ValueError, ImportError, RuntimeError) as error:
            raise ModelError(f"reranker {name!r} cannot be loaded: {error}".splitlines()[0]) from error

    def scores(
        self, asked: MatchedQuestion, judged: Sequence[Judged], texts: Sequence[MatchedText]
    ) -> NDArray[np.float64]:
        """Return the model's probability that each candidate answers, shape (n,)."""
        pairs = [(asked.query.text, f"{text.heading} {text.text}".strip()) for text in texts]
        scores = np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float64)
        inside = scores.min(initial=0.0) >= 0 and scores.max(initial=1.0) <= 1
        return scores if inside else 1 / (1 + np.exp(-scores))
