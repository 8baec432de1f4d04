"""Files into the library: read, outlined, cut into chunks, embedded, stored."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rag.chunk import CHUNKER_VERSION, chunks_of
from rag.clean import clean
from rag.errors import LibraryError, ReadError
from rag.outline import find_outline
from rag.pipeline import Pipeline
from rag.read import FoundFile, find_files, read_file
from rag.tokens import count_tokens
from rag.types import Chunk, Document, Outline, Span

__all__ = ["IngestReport", "ingest", "remove", "store_passages"]

Progress = Callable[[int, int, str], None]
"""Called with how many files are done, how many there are, and the name of the next."""

_MEGABYTE: Final = 1_000_000


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
    files = list(find_files(paths))
    report = IngestReport()
    with pipeline.library.writing():
        check_embedder(pipeline)
        known = pipeline.library.hashes()
        seen: dict[str, Path] = {}
        for done, file in enumerate(files):
            if progress:
                progress(done, len(files), file.name)
            try:
                _refuse_second_of_name(file, seen)
                _bring_in(pipeline, file, known, report)
            except ReadError as error:
                report.failed[file.name] = error.reason
        if progress:
            progress(len(files), len(files), "")
        pipeline.views.catch_up()
    return report


def _refuse_second_of_name(file: FoundFile, seen: dict[str, Path]) -> None:
    other = seen.setdefault(file.name, file.path)
    if other.resolve() != file.path.resolve():
        raise ReadError(file.name, f"{file.path} has the same name as {other}: rename one of them")


def _bring_in(pipeline: Pipeline, file: FoundFile, known: dict[str, str], report: IngestReport) -> None:
    data = _bytes_of(file, pipeline.settings.max_file_mb)
    digest = hashlib.sha256(data).hexdigest()
    if known.get(file.name) == digest:
        report.unchanged.append(file.name)
        return
    read = read_file(file, data)
    document = Document(
        name=file.name,
        text=read.text,
        outline=find_outline(read.text),
        encoding=read.encoding,
        sha256=digest,
        source=str(file.path.resolve()),
    )
    chunks = chunks_of(document, pipeline.settings.chunk_tokens, count_tokens)
    if not chunks:
        raise ReadError(file.name, "it holds no text")
    vectors = pipeline.embedder.embed_passages([_embedded(chunk) for chunk in chunks])
    pipeline.library.put(document, chunks, vectors)
    (report.replaced if file.name in known else report.added).append(file.name)


def _bytes_of(file: FoundFile, most_megabytes: int) -> bytes:
    try:
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
        outline = Outline(title, (), (whole,))
        documents.append(Document(name, text, outline, "utf-8", "", name))
        chunks.append(Chunk((title,) if title else (), (whole,), clean(text, [whole]).text))
    with pipeline.library.writing():
        check_embedder(pipeline)
        vectors = pipeline.embedder.embed_passages([_embedded(chunk) for chunk in chunks])
        pipeline.library.put_all(
            documents, [[chunk] for chunk in chunks], [vectors[i : i + 1] for i in range(len(chunks))]
        )
        pipeline.views.catch_up()


def _embedded(chunk: Chunk) -> str:
    return " ".join(chunk.path) + "\n" + chunk.text


def check_embedder(pipeline: Pipeline) -> None:
    """Take the embedder of a new library down; refuse one whose vectors would not fit the old ones."""
    fingerprint = f"{pipeline.embedder.fingerprint}+chunker-{CHUNKER_VERSION}"
    known = pipeline.library.meta("fingerprint")
    if known is None:
        pipeline.library.set_meta("fingerprint", fingerprint)
    elif known != fingerprint:
        raise LibraryError(
            f"the library was made by {known}, this would add {fingerprint}:"
            " set YINJU_EMBEDDER to the one it was made with, or name another folder with --library"
        )


def remove(pipeline: Pipeline, names: Sequence[str]) -> None:
    """Remove documents from the library and its indexes; raises UnknownDocumentError before any goes."""
    with pipeline.library.writing():
        for name in names:
            pipeline.library.document(name)
        for name in dict.fromkeys(names):
            pipeline.library.remove(name)
        pipeline.views.catch_up()
