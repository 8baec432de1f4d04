"""bm25s: BM25 scored in advance into sparse matrices (Lù, 2024)."""

from collections.abc import Sequence

from eval.retrieval.peers.base import Cut, Peer, Row, whole
from eval.retrieval.peers.words import words
from eval.retrieval.ranking import Search

__all__ = ["create"]


def create() -> Peer:
    """Return bm25s over a dictionary's words."""
    return Peer("bm25s", "its default (Lucene's BM25), jieba's words", index)


def index(passages: Sequence[Row], cut: Cut = words) -> Search:
    """Index passages by their words."""
    import bm25s

    found = bm25s.BM25()
    found.index([cut(whole(row)) for row in passages], show_progress=False)

    def search(question: str, k: int) -> list[str]:
        asked = cut(question)
        if not asked:
            return []
        at, scores = found.retrieve([asked], k=min(k, len(passages)), show_progress=False)
        return [passages[i][0] for i, score in zip(at[0], scores[0], strict=True) if score > 0]

    return search
