"""LanceDB: full text over the words of ICU's dictionary, which comes with it."""

from collections.abc import Sequence

from eval.retrieval.peers.base import Peer, Row
from eval.retrieval.peers.lancedb_ngram import index_with
from eval.retrieval.ranking import Search

__all__ = ["create"]


def create() -> Peer:
    """Return LanceDB's full text over ICU's words."""
    return Peer("lancedb", "full text, ICU's words", index)


def index(passages: Sequence[Row]) -> Search:
    """Index passages by ICU's words."""
    return index_with(passages, base_tokenizer="icu")
