"""Files into the library: read, outlined, cut into chunks, embedded, stored."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rag.chunk import CHUNKER_VERSION, chunks_of
from rag.clean import clean
from rag.embed import Embedder
from rag.errors import LibraryError, ReadError
from rag.library import Entry, Library
from rag.outline import find_outline
from rag.pipeline import Pipeline
from rag.read import FoundFile, ReadText, find_files, read_file
from rag.tokens import count_tokens
from rag.types import Chunk, Document, Outline, Span
from vectorstore import Vectors

__all__ = ["IngestReport", "check_maker", "ingest", "maker_of", "rebuild", "remove", "store_passages"]

Progress = Callable[[int, int, str], None]
"""Called with how many files are done, how many there are, and the name of the next."""

_MEGABYTE: Final = 1_000_000
_BATCH_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of each file, by document name; `failed` gives the reasons."""

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def ingest(pipeline: Pipeline, paths: Iterable[Path], progress: Progress | None = None) -> IngestReport:
    """Bring files and folders into the library; a file that cannot be read is reported, the rest go in.

    Files are told apart by name, versions of one by the SHA-256 of their bytes.
    """
    files = list(dict.fromkeys(find_files(paths)))
    report = IngestReport()
    with pipeline.library.writing():
        _take_over(pipeline, progress)
        known = pipeline.library.hashes()
        seen: dict[str, Path] = {}
        batch = _Batch(pipeline)
        try:
            for done, file in enumerate(files):
                if progress:
                    progress(done, len(files), file.name)
                try:
                    _refuse_second_of_name(file, seen)
                    batch.add(_bring_in(pipeline, file, known, report))
                except ReadError as error:
                    report.failed[error.name] = error.reason
        finally:  # also when it is stopped: what was finished goes in
            batch.store()
        if progress:
            progress(len(files), len(files), "")
    return report


class _Batch:
    """Documents that are stored together, so that the indexes are never long behind the library."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._entries: list[Entry] = []
        self._started = time.monotonic()

    def add(self, entry: Entry | None) -> None:
        """Take a document, None if it is unchanged; store them all every few seconds."""
        if entry:
            self._entries.append(entry)
        if time.monotonic() - self._started > _BATCH_SECONDS:
            self.store()

    def store(self) -> None:
        """Store what was taken and bring the indexes up."""
        if self._entries:
            self._pipeline.library.put(self._entries)
            self._entries = []
        self._pipeline.views.catch_up()
        self._started = time.monotonic()


def _refuse_second_of_name(file: FoundFile, seen: dict[str, Path]) -> None:
    other = seen.setdefault(file.name, file.path)
    if other.resolve() != file.path.resolve():
        raise ReadError(file.name, f"{file.path} has the same name as {other}: rename one of them")


def _bring_in(
    pipeline: Pipeline, file: FoundFile, known: dict[str, str], report: IngestReport
) -> Entry | None:
    """Return a file's document, ready to be stored; None if the library has it already."""
    data = _bytes_of(file, pipeline.settings.max_file_mb)
    digest = hashlib.sha256(data).hexdigest()
    if known.get(file.name) == digest:
        report.unchanged.append(file.name)
        return None
    read = read_file(file, data)
    entry = _prepared(pipeline, file.name, read, digest, str(file.path.resolve()))
    if not entry.chunks:
        raise ReadError(file.name, "it holds no text")
    (report.replaced if file.name in known else report.added).append(file.name)
    return entry


def _prepared(pipeline: Pipeline, name: str, read: ReadText, digest: str, source: str) -> Entry:
    """Outline, cut and embed a document's text."""
    outline = find_outline(read.text)
    document = Document(name, read.text, outline, read.encoding, digest, source)
    chunks = chunks_of(document, pipeline.settings.chunk_tokens, count_tokens)
    return Entry(document, chunks, _embedded(pipeline, chunks))


def _embedded(pipeline: Pipeline, chunks: Sequence[Chunk]) -> Vectors:
    return pipeline.embedder.embed_passages([" ".join(chunk.path) + "\n" + chunk.text for chunk in chunks])


def _bytes_of(file: FoundFile, most_megabytes: int) -> bytes:
    if any(not char.isprintable() for char in file.name):
        raise ReadError(ascii(file.name)[1:-1], "its name holds characters that cannot be shown: rename it")
    try:
        if not file.path.is_file() and file.path.exists():
            raise ReadError(file.name, "it is no file, or may not be read")
        size = file.path.stat().st_size
        if size > most_megabytes * _MEGABYTE:
            raise ReadError(
                file.name,
                f"it has {size / _MEGABYTE:.0f} MB, at most {most_megabytes} are read (YINJU_MAX_FILE_MB)",
            )
        return file.path.read_bytes()
    except OSError as error:
        raise ReadError(file.name, (error.strerror or str(error)).lower()) from error


def store_passages(pipeline: Pipeline, rows: Iterable[tuple[str, str, str]]) -> None:
    """Bring (name, title, text) rows into the library, each as one document of one chunk."""
    documents: list[Document] = []
    chunks: list[Chunk] = []
    for name, title, text in rows:
        whole = Span(0, len(text))
        documents.append(Document(name, text, Outline(title, (), (whole,)), "utf-8", "", name))
        chunks.append(Chunk((title,) if title else (), (whole,), clean(text, [whole]).text))
    with pipeline.library.writing():
        _take_over(pipeline, None)
        vectors = _embedded(pipeline, chunks)
        pipeline.library.put(
            Entry(document, [chunk], vectors[index : index + 1])
            for index, (document, chunk) in enumerate(zip(documents, chunks, strict=True))
        )
        pipeline.views.catch_up()


def rebuild(pipeline: Pipeline, progress: Progress | None = None) -> None:
    """Outline, cut and embed every document anew from its stored text, all in one transaction."""
    with pipeline.library.writing():
        names = [info.name for info in pipeline.documents()]
        pipeline.library.put(_prepared_anew(pipeline, names, progress), maker=_maker(pipeline))
        pipeline.views.catch_up()


def _prepared_anew(pipeline: Pipeline, names: Sequence[str], progress: Progress | None) -> Iterator[Entry]:
    for done, name in enumerate(names):
        if progress:
            progress(done, len(names), name)
        old = pipeline.document(name)
        yield _prepared(pipeline, name, ReadText(old.text, old.encoding), old.sha256, old.source)


def _maker(pipeline: Pipeline) -> str:
    """Name what makes chunks and vectors, to the last weight."""
    return maker_of(pipeline.embedder, pipeline.settings.chunk_tokens)


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


def _take_over(pipeline: Pipeline, progress: Progress | None) -> None:
    """Sign a new library; make one anew that an earlier version of the same embedder made."""
    made_by, maker = pipeline.library.meta("maker"), _maker(pipeline)
    if made_by is None:
        pipeline.library.set_meta("maker", maker)
    elif made_by != maker and _family(made_by) == _family(maker):
        rebuild(pipeline, progress)
    else:
        check_maker(pipeline.library, maker)


def _family(maker: str) -> str:
    return maker.rpartition("+")[0].rpartition("-")[0]


def remove(pipeline: Pipeline, names: Sequence[str]) -> None:
    """Remove documents from the library and its indexes; raises UnknownDocumentError before any goes."""
    with pipeline.library.writing():
        for name in names:
            pipeline.library.document(name)
        for name in dict.fromkeys(names):
            pipeline.library.remove(name)
        pipeline.views.catch_up()
