"""LanceDB: full text over n-grams, which needs no dictionary.

Of its other tokenizers, `icu` has a file of its own here; `jieba` wants a dictionary that does not come with
the package. One and two characters find most on the sets that were tried, of 1 to 2, 2 and 2 to 3.
"""

import tempfile
from collections.abc import Sequence
from typing import Any

from eval.retrieval.peers.base import Peer, Row, whole
from eval.retrieval.ranking import Search

__all__ = ["create", "index_with"]


def create() -> Peer:
    """Return LanceDB's full text over n-grams."""
    return Peer("lancedb", "full text, n-grams of 1 and 2 characters", index)


def index(passages: Sequence[Row]) -> Search:
    """Index passages by their n-grams."""
    return index_with(passages, base_tokenizer="ngram", ngram_min_length=1, ngram_max_length=2)


def index_with(passages: Sequence[Row], **tokenizer: Any) -> Search:
    """Index passages in a folder that goes when the search goes; no stemming, no stop words."""
    import lancedb
    from lancedb.index import FTS
    from lancedb.query import MatchQuery

    folder = tempfile.TemporaryDirectory()
    table = lancedb.connect(folder.name).create_table(
        "passages", [{"id": row[0], "text": whole(row)} for row in passages]
    )
    table.create_index("text", config=FTS(stem=False, remove_stop_words=False, **tokenizer))

    def search(question: str, k: int, _keep: object = folder) -> list[str]:
        found = table.search(MatchQuery(question, "text"), query_type="fts").limit(k)
        return [row["id"] for row in found.select(["id", "_score"]).to_list()]

    return search
