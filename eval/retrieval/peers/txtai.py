"""txtai: its BM25 over a term index, which takes lists of words instead of cutting texts itself."""

from collections.abc import Sequence

from eval.retrieval.peers.base import Cut, Peer, Row, whole
from eval.retrieval.peers.words import words
from eval.retrieval.ranking import Search

__all__ = ["create"]


def create() -> Peer:
    """Return txtai's keyword index over a dictionary's words."""
    return Peer("txtai", "BM25 with a term index, jieba's words", index)


def index(passages: Sequence[Row], cut: Cut = words) -> Search:
    """Index passages by their words."""
    from txtai.scoring import ScoringFactory

    found = ScoringFactory.create({"method": "bm25", "terms": True})
    found.index((at, cut(whole(row)), None) for at, row in enumerate(passages))

    def search(question: str, k: int) -> list[str]:
        asked = cut(question)
        return [passages[int(at)][0] for at, _ in found.search(asked, k)] if asked else []

    return search
