"""What both wings share: a library, its indexes, and what embeds texts for them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from rag.errors import LibraryError
from rag.models.embedders import Embedder
from rag.settings import Settings
from rag.store.indexes import Indexes, Snapshot
from rag.store.library import Library
from rag.store.sentence_vectors import SentenceVectors
from rag.types.document import Chunk, DocumentInfo
from vectorstore import Vectors, VectorStore

__all__ = ["CHUNKER_VERSION", "Corpus"]

CHUNKER_VERSION: Final = 3
"""Part of a library's fingerprint: raise it when the same bytes give other chunks."""


class Corpus:
    """A library, its indexes and its embedder: what brings documents in and what answers both work on it."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        embedder: Embedder,
        open_store: Callable[[Path], VectorStore],
    ) -> None:
        self.settings = settings
        self.library = library
        self.embedder = embedder
        self.indexes = Indexes(library, open_store, self.check_maker)
        self.sentences = SentenceVectors(library.folder)

    @property
    def maker(self) -> str:
        """What makes chunks and vectors, to the last weight."""
        return f"{self.embedder.fingerprint}+chunker-{CHUNKER_VERSION}-{self.settings.chunk_tokens}"

    def check_maker(self) -> None:
        """Raise LibraryError if the library's vectors were made by something else than would search them."""
        made_by = self.library.meta("maker")
        if made_by is not None and made_by != self.maker:
            raise LibraryError(
                f"the library in {self.library.folder} was made by {made_by}, now it is {self.maker}: set"
                " YINJU_EMBEDDER and YINJU_CHUNK_TOKENS to what it was made with, or run `yinju rebuild` to"
                " make it anew"
            )

    def embedded(self, chunks: Sequence[Chunk]) -> Vectors:
        """Embed chunks, each with its heading path before it."""
        return self.embedder.embed_passages([" ".join(chunk.path) + "\n" + chunk.text for chunk in chunks])

    def documents(self) -> list[DocumentInfo]:
        """Return the catalogue, by name."""
        return self.library.documents()

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Give the library and its indexes as they are now, all at one state."""
        return self.indexes.snapshot()

    def close(self) -> None:
        """Close the library."""
        self.library.close()
