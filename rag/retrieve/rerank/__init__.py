"""A second look at the best candidates. `trees` ships with the project; a cross-encoder by name."""

from pathlib import Path
from typing import Final

from rag.errors import UnknownNameError
from rag.registry import Registry
from rag.retrieve.rerank.base import Reranker

__all__ = ["RERANKERS", "Reranker", "open_reranker"]

NOT_PARTS: Final = ("base", "cross_encoder", "features", "matching", "sentence_selector")
NONE: Final = "none"
RERANKERS: Final[Registry[Reranker]] = Registry("reranker", "rag.retrieve.rerank", "rerank")


def open_reranker(name: str) -> Reranker | None:
    """Return a registered reranker, the cross-encoder of that folder or name, or None for `none`."""
    if name == NONE:
        return None
    if name in RERANKERS.names():
        return RERANKERS.factory(name)()
    if "/" in name or (name and Path(name).is_dir()):
        from rag.retrieve.rerank.cross_encoder import CrossEncoderReranker

        return CrossEncoderReranker(name)
    raise UnknownNameError(
        "reranker", name, [*RERANKERS.names(), NONE, "a folder", "a hub name such as BAAI/bge-reranker-v2-m3"]
    )
