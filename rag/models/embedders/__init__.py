"""Texts to vectors. `static` ships with the project; any sentence-transformers model by name."""

from pathlib import Path
from typing import Final

from rag.errors import UnknownNameError
from rag.models.embedders.base import Embedder
from rag.registry import Registry

__all__ = ["EMBEDDERS", "Embedder", "open_embedder"]

NOT_PARTS: Final = ("base", "sentence_transformer")
EMBEDDERS: Final[Registry[Embedder]] = Registry("embedder", "rag.models.embedders", "embed")


def open_embedder(name: str) -> Embedder:
    """Return a registered embedder, or the sentence-transformers model of that folder or name."""
    if name in EMBEDDERS.names():
        return EMBEDDERS.factory(name)()
    if "/" in name or (name and Path(name).is_dir()):
        from rag.models.embedders.sentence_transformer import SentenceTransformerEmbedder

        return SentenceTransformerEmbedder(name)
    raise UnknownNameError(
        "embedder", name, [*EMBEDDERS.names(), "a folder", "a hub name such as BAAI/bge-m3"]
    )
