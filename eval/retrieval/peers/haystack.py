"""Haystack: its InMemoryDocumentStore, whose regular expression is told where words end."""

from collections.abc import Sequence

from eval.retrieval.peers.base import Cut, Peer, Row, whole
from eval.retrieval.peers.words import words
from eval.retrieval.ranking import Search

__all__ = ["create"]


def create() -> Peer:
    """Return the in-memory store's BM25 over a dictionary's words."""
    return Peer("haystack-ai", "in-memory store's default (BM25L), jieba's words", index)


def index(passages: Sequence[Row], cut: Cut = words) -> Search:
    """Index passages by their words."""
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    found = InMemoryDocumentStore(bm25_tokenization_regex=r"\S+")
    found.write_documents([Document(id=row[0], content=" ".join(cut(whole(row)))) for row in passages])

    def search(question: str, k: int) -> list[str]:
        asked = " ".join(cut(question))
        return [document.id for document in found.bm25_retrieval(asked, top_k=k)] if asked else []

    return search
