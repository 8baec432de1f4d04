"""The composition root: the one place where settings become a pipeline."""

from collections.abc import Callable
from pathlib import Path

from rag.answer.backends import BACKENDS
from rag.errors import YinjuError
from rag.models.embedders import open_embedder
from rag.pipeline import Pipeline
from rag.registry import Registry
from rag.retrieve.rerank import open_reranker
from rag.settings import Settings
from rag.store.corpus import Corpus
from rag.store.library import Library
from vectorstore import VectorStore

__all__ = ["STORES", "build_pipeline"]

STORES: Registry[VectorStore] = Registry("vector store", "vectorstore", "vectorstore")


def build_pipeline(settings: Settings, create: bool = False, check: bool = True) -> Pipeline:
    """Open the library that the settings name and everything that works on it.

    `create` makes a library where the folder is missing or empty; else that is NotALibraryError.
    Without `check` a library is opened, too, that another embedder made: to be made anew.
    """
    open_store = STORES.factory(settings.vector_store)
    BACKENDS.factory(settings.backend)
    library = Library.open(settings.library, create)
    try:
        return _pipeline_over(library, settings, open_store, check)
    except YinjuError:
        library.close()
        raise


def _pipeline_over(
    library: Library, settings: Settings, open_store: Callable[..., VectorStore], check: bool
) -> Pipeline:
    embedder = open_embedder(settings.embedder)

    def store(folder: Path) -> VectorStore:
        return open_store(folder, embedder.dimensions, embedder.fingerprint)

    corpus = Corpus(settings, library, embedder, store)
    if check:
        corpus.check_maker()
    return Pipeline(corpus, open_reranker(settings.reranker))
