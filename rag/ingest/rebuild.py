"""What made a library's chunks and vectors, and how it is made anew."""

from collections.abc import Callable, Iterator, Sequence

from rag.errors import ReadError
from rag.ingest.formats import ReadText
from rag.ingest.sandbox import sandbox, text_job
from rag.store.corpus import Corpus
from rag.store.library import Entry
from rag.types.document import Document

__all__ = ["Progress", "rebuild", "take_over"]

Progress = Callable[[int, int, str], None]
"""Called with how many documents are done, how many there are, and the name of the next."""


def take_over(corpus: Corpus, progress: Progress | None) -> None:
    """Sign a new library; make one anew that an earlier version of the same embedder made."""
    made_by, maker = corpus.library.meta("maker"), corpus.maker
    if made_by is None:
        corpus.library.set_meta("maker", maker)
    elif made_by != maker and _family(made_by) == _family(maker):
        rebuild(corpus, progress)
    else:
        corpus.check_maker()


def _family(maker: str) -> str:
    return maker.rpartition("+")[0].rpartition("-")[0]


def rebuild(corpus: Corpus, progress: Progress | None = None) -> None:
    """Outline, cut and embed every document anew from its stored text, all in one transaction.

    Raises ReadError if a text cannot be outlined any more (it takes too long, say); nothing changes then.
    """
    with corpus.library.writing():
        names = [info.name for info in corpus.documents()]
        corpus.library.put(_made_anew(corpus, names, progress), maker=corpus.maker)
        corpus.indexes.catch_up()


def _made_anew(corpus: Corpus, names: Sequence[str], progress: Progress | None) -> Iterator[Entry]:
    texts = (corpus.library.source_text(name) for name in names)
    outcomes = sandbox().parsed(
        texts, lambda old: text_job(old.name, old.read, corpus.settings), lambda old: len(old.read.text)
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
        yield Entry(document, parsed.chunks, corpus.embedded(parsed.chunks))
