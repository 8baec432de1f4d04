"""rank_bm25: BM25 in plain Python, what many tutorials begin with."""

from collections.abc import Sequence

from eval.retrieval.peers.base import Cut, Peer, Row, whole
from eval.retrieval.peers.words import words
from eval.retrieval.ranking import Search

__all__ = ["create"]


def create() -> Peer:
    """Return BM25Okapi over a dictionary's words."""
    return Peer("rank-bm25", "BM25Okapi, jieba's words", index)


def index(passages: Sequence[Row], cut: Cut = words) -> Search:
    """Index passages by their words."""
    import numpy as np
    from rank_bm25 import BM25Okapi

    found = BM25Okapi([cut(whole(row)) for row in passages])

    def search(question: str, k: int) -> list[str]:
        scores = found.get_scores(cut(question))
        best = np.argsort(-scores, kind="stable")[:k]
        return [passages[at][0] for at in best if scores[at] != 0]

    return search
