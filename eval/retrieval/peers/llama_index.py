"""LlamaIndex: its BM25Retriever, which takes words parted by spaces."""

from collections.abc import Sequence
from typing import Final

from eval.retrieval.peers.base import Cut, Peer, Row, whole
from eval.retrieval.peers.words import words
from eval.retrieval.ranking import Search

__all__ = ["create"]

_WORD: Final = r"\S+"  # its default leaves out words of one character


def create() -> Peer:
    """Return BM25Retriever over a dictionary's words."""
    return Peer(
        "llama-index-retrievers-bm25", "no stemming, words of one character too, jieba's words", index
    )


def index(passages: Sequence[Row], cut: Cut = words) -> Search:
    """Index passages by their words."""
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    found = BM25Retriever.from_defaults(
        nodes=[TextNode(id_=row[0], text=" ".join(cut(whole(row)))) for row in passages],
        skip_stemming=True,
        token_pattern=_WORD,
    )

    def search(question: str, k: int) -> list[str]:
        found.similarity_top_k = min(k, len(passages))
        nodes = found.retrieve(" ".join(cut(question)))
        return [node.node.node_id for node in nodes if node.score]

    return search
