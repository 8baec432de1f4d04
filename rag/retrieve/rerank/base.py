"""The contract of a reranker."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.retrieve.rerank.features import Judged
from rag.retrieve.rerank.matching import MatchedQuestion, MatchedText

__all__ = ["Reranker"]


class Reranker(Protocol):
    """Looks again at the best candidates of a question."""

    @property
    def depth(self) -> int:
        """Return how many of the candidates are looked at again."""
        ...

    def scores(
        self, asked: MatchedQuestion, judged: Sequence[Judged], texts: Sequence[MatchedText]
    ) -> NDArray[np.float64]:
        """Return how likely each candidate answers, shape (n,); candidates come best first."""
        ...
