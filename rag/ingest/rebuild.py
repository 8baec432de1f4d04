"""What made a library's chunks and vectors, and how it is made anew."""

from collections.abc import Callable, Iterator, Sequence

from rag.errors import LibraryError, ReadError
from rag.ingest.chunking import CHUNKER_VERSION
from rag.ingest.formats import ReadText
from rag.ingest.sandbox import sandbox, text_job
from rag.models.embedders import Embedder
from rag.pipeline import Pipeline
from rag.store.library import Entry, Library
from rag.types.document import Chunk, Document
from vectorstore import Vectors

__all__ = ["Progress", "check_maker", "embedded", "maker_of", "rebuild", "take_over"]

Progress = Callable[[int, int, str], None]
"""Called with how many documents are done, how many there are, and the name of the next."""


def embedded(embedder: Embedder, chunks: Sequence[Chunk]) -> Vectors:
    """Embed chunks, each with its heading path before it."""
    return embedder.embed_passages([" ".join(chunk.path) + "\n" + chunk.text for chunk in chunks])


def maker_of(embedder: Embedder, chunk_tokens: int) -> str:
    """Name what makes chunks and vectors, to the last weight."""
    return f"{embedder.fingerprint}+chunker-{CHUNKER_VERSION}-{chunk_tokens}"


def check_maker(library: Library, maker: str) -> None:
    """Raise LibraryError if the library's vectors were made by something else than would search them."""
    made_by = library.meta("maker")
    if made_by is not None and made_by != maker:
        raise LibraryError(
            f"the library in {library.folder} was made by {made_by}, now it is {maker}: set YINJU_EMBEDDER"
            " and YINJU_CHUNK_TOKENS to what it was made with, or run `yinju rebuild` to make it anew"
        )


def take_over(pipeline: Pipeline, progress: Progress | None) -> None:
    """Sign a new library; make one anew that an earlier version of the same embedder made."""
    made_by, maker = pipeline.library.meta("maker"), _maker(pipeline)
    if made_by is None:
        pipeline.library.set_meta("maker", maker)
    elif made_by != maker and _family(made_by) == _family(maker):
        rebuild(pipeline, progress)
    else:
        check_maker(pipeline.library, maker)


def _maker(pipeline: Pipeline) -> str:
    return maker_of(pipeline.embedder, pipeline.settings.chunk_tokens)


def _family(maker: str) -> str:
    return maker.rpartition("+")[0].rpartition("-")[0]


def rebuild(pipeline: Pipeline, progress: Progress | None = None) -> None:
    """Outline, cut and embed every document anew from its stored text, all in one transaction.

    Raises ReadError if a text cannot be outlined any more (it takes too long, say); nothing changes then.
    """
    with pipeline.library.writing():
        names = [info.name for info in pipeline.documents()]
        pipeline.library.put(_made_anew(pipeline, names, progress), maker=_maker(pipeline))
        pipeline.views.catch_up()


def _made_anew(pipeline: Pipeline, names: Sequence[str], progress: Progress | None) -> Iterator[Entry]:
    texts = (pipeline.library.source_text(name) for name in names)
    outcomes = sandbox().parsed(
        texts, lambda old: text_job(old.name, old.read, pipeline.settings), lambda old: len(old.read.text)
    )
    for done, (old, parsed) in enumerate(outcomes):
        if progress:
            progress(done, len(names), old.name)
        if parsed is None or isinstance(parsed, ReadError):
            raise parsed or ReadError(old.name, "it was not outlined")
        read: ReadText = old.read
        document = Document(
            old.name,
            read.text,
            parsed.outline,
            read.encoding,
            old.sha256,
            old.source,
            read.confidence,
            read.markup,
        )
        yield Entry(document, parsed.chunks, embedded(pipeline.embedder, parsed.chunks))
