"""LangChain: its BM25Retriever, which takes a function that cuts words."""

from collections.abc import Sequence

from eval.retrieval.peers.base import Cut, Peer, Row, whole
from eval.retrieval.peers.words import words
from eval.retrieval.ranking import Search

__all__ = ["create"]


def create() -> Peer:
    """Return BM25Retriever over a dictionary's words."""
    return Peer("langchain-community", "BM25Retriever (rank_bm25), jieba's words", index)


def index(passages: Sequence[Row], cut: Cut = words) -> Search:
    """Index passages by their words."""
    from langchain_community.retrievers import BM25Retriever

    found = BM25Retriever.from_texts(
        [whole(row) for row in passages], ids=[row[0] for row in passages], preprocess_func=cut
    )

    def search(question: str, k: int) -> list[str]:
        found.k = k
        return [document.id for document in found.invoke(question)]

    return search
