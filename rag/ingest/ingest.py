"""Files into the library: read, outlined and cut by child processes, embedded and stored by this one."""

import hashlib
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.errors import DamagedDocumentError, ReadError, UnknownDocumentError
from rag.ingest.discover import FoundFile, find_files
from rag.ingest.parse import Parsed
from rag.ingest.patterns import real_path
from rag.ingest.rebuild import Progress, take_over
from rag.ingest.sandbox import Job, file_job, sandbox
from rag.store.corpus import Corpus
from rag.store.library import Entry
from rag.text.sentences import clean
from rag.types.document import Chunk, Document, DocumentInfo, Outline, Span

__all__ = ["IngestReport", "ingest", "remove", "store_passages"]

# Controls, line ends, half surrogates, and what changes the direction of writing.
_DISTURBING: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_MEGABYTE: Final = 1_000_000
_BATCH_SECONDS: Final = 5.0
_BATCH_CHUNKS: Final = 2000
_CATCH_UP_SHARE: Final = 0.1  # of the time of an ingest that may go into bringing the indexes up


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of each file, by document name; `failed` gives the reasons.

    `moved` tells where a replaced document came from before, if from another file; `passed_over`
    names the files of folders that nothing reads.
    """

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)
    read_as: dict[str, tuple[str, float]] = field(default_factory=dict)
    """The encoding of each document that was added or replaced, and how sure that is."""


@dataclass(slots=True)
class _Incoming:
    """A file on its way in; its digest is known once it was read, `refused` says why it is not."""

    file: FoundFile
    refused: str = ""
    digest: str = ""


def ingest(
    corpus: Corpus,
    paths: Iterable[Path],
    progress: Progress | None = None,
    report: IngestReport | None = None,
) -> IngestReport:
    """Bring files, folders and patterns into the library; what cannot be read is reported, the rest go in.

    Files are told apart by name, versions of one by the SHA-256 of their bytes. If it is stopped, what
    was finished is in the library, and in the `report` that was given. Raises ReadError for a pattern
    that matches nothing.
    """
    report = report or IngestReport()
    files = list(dict.fromkeys(find_files(paths, report.passed_over)))
    with corpus.library.writing():
        take_over(corpus, progress)
        known = {info.name: info for info in corpus.documents()}
        batch = _Batch(corpus, report, known)
        outcomes = sandbox().parsed(
            _told_apart(files),
            lambda incoming: _job(incoming, known.get(incoming.file.name), corpus),
            lambda incoming: _size(incoming.file.path),
        )
        try:
            for done, (incoming, outcome) in enumerate(outcomes):
                if progress:
                    progress(done, len(files), incoming.file.name)
                batch.add(incoming, outcome)
        finally:
            batch.finish()
        if progress:
            progress(len(files), len(files), "")
    return report


def _told_apart(files: Sequence[FoundFile]) -> Iterable[_Incoming]:
    """Yield each file once, however it is reached; the second of two that have one name is refused."""
    seen: dict[str, Path] = {}
    for file in files:
        other = seen.setdefault(file.name, file.path)
        if other is file.path:
            yield _Incoming(file, "")
        elif real_path(other) != real_path(file.path):
            yield _Incoming(file, f"{file.path} has the same name as {other}: rename one of them")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # reading it will tell why


def _job(incoming: _Incoming, known: DocumentInfo | None, corpus: Corpus) -> Job | None:
    """Read a file's bytes; None if the library has them already. Runs in a thread of the sandbox."""
    name, path = incoming.file
    if incoming.refused:
        raise ReadError(name, incoming.refused)
    data = _bytes_of(incoming.file, corpus.settings.max_file_mb)
    incoming.digest = hashlib.sha256(data).hexdigest()
    if known and known.sha256 == incoming.digest:
        return None
    return file_job(name, path.suffix, data, corpus.settings)


class _Batch:
    """Documents that are embedded and stored together, so that the indexes are never long behind."""

    def __init__(self, corpus: Corpus, report: IngestReport, known: Mapping[str, DocumentInfo]) -> None:
        self._corpus = corpus
        self._report = report
        self._known = known
        self._waiting: list[tuple[_Incoming, Parsed]] = []
        self._being_stored: list[tuple[_Incoming, Parsed]] = []
        self._chunks = 0
        self._stored_at = self._caught_up_at = time.monotonic()
        self._catch_up_seconds = 0.0

    def add(self, incoming: _Incoming, outcome: Parsed | ReadError | None) -> None:
        """Take what became of a file; store what was taken every few seconds."""
        if isinstance(outcome, ReadError):
            self._report.failed[outcome.name] = outcome.reason
        elif outcome is None:
            self._report.unchanged.append(incoming.file.name)
        else:
            self._waiting.append((incoming, outcome))
            self._chunks += len(outcome.chunks)
        if self._chunks >= _BATCH_CHUNKS or time.monotonic() - self._stored_at > _BATCH_SECONDS:
            self._store()
            pause = max(_BATCH_SECONDS, self._catch_up_seconds / _CATCH_UP_SHARE)
            if time.monotonic() - self._caught_up_at > pause:
                self._catch_up()

    def finish(self) -> None:
        """Store what is left and bring the indexes up; what was stored when it was stopped is told too."""
        self._report_stored()
        self._store()
        self._catch_up()

    def _catch_up(self) -> None:
        started = time.monotonic()
        self._corpus.indexes.catch_up()
        self._caught_up_at = time.monotonic()
        self._catch_up_seconds = self._caught_up_at - started

    def _store(self) -> None:
        self._being_stored, self._waiting, self._chunks = self._waiting, [], 0
        if self._being_stored:
            try:
                self._corpus.library.put(_entries(self._corpus, self._being_stored, self._known))
            finally:
                self._report_stored()
        self._stored_at = time.monotonic()

    def _report_stored(self) -> None:
        """Report what was being stored and is in the library: a stop may come at any point of it."""
        if self._being_stored:
            digests = self._corpus.library.hashes()
            while self._being_stored:
                incoming, parsed = self._being_stored[0]
                if digests.get(incoming.file.name) == incoming.digest:
                    self._note(incoming, parsed)
                del self._being_stored[0]

    def _note(self, incoming: _Incoming, parsed: Parsed) -> None:
        name = incoming.file.name
        before = self._known.get(name)
        reported = self._report.replaced if before else self._report.added
        if name not in reported[-1:]:
            reported.append(name)
        self._report.read_as[name] = (parsed.read.encoding, parsed.read.confidence)
        if before and before.source != _source(incoming):
            self._report.moved[name] = before.source


def _source(incoming: _Incoming) -> str:
    return str(real_path(incoming.file.path))


def _entries(
    corpus: Corpus, waiting: Sequence[tuple[_Incoming, Parsed]], known: Mapping[str, DocumentInfo]
) -> list[Entry]:
    """Embed the chunks of several documents at once; those that a document had before keep their vectors."""
    kept = {
        incoming.file.name: _vectors_of(corpus, incoming.file.name)
        for incoming, _ in waiting
        if incoming.file.name in known
    }
    new = [
        chunk
        for incoming, parsed in waiting
        for chunk in parsed.chunks
        if (chunk.path, chunk.text) not in kept.get(incoming.file.name, ())
    ]
    fresh = iter(corpus.embedded(new)) if new else iter(())
    entries: list[Entry] = []
    for incoming, (read, outline, chunks) in waiting:
        own = kept.get(incoming.file.name, {})
        vectors = [own[key] if (key := (chunk.path, chunk.text)) in own else next(fresh) for chunk in chunks]
        document = Document(
            incoming.file.name,
            read.text,
            outline,
            read.encoding,
            incoming.digest,
            _source(incoming),
            read.confidence,
            read.markup,
        )
        entries.append(Entry(document, chunks, np.stack(vectors)))
    return entries


def _vectors_of(corpus: Corpus, name: str) -> dict[tuple[tuple[str, ...], str], NDArray[np.float32]]:
    try:
        return corpus.library.vectors_of(name)
    except DamagedDocumentError:
        return {}  # all of it is made anew


def _bytes_of(file: FoundFile, most_megabytes: int) -> bytes:
    if _DISTURBING.search(file.name):
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


def store_passages(corpus: Corpus, rows: Iterable[tuple[str, str, str]]) -> None:
    """Bring (name, title, text) rows into the library, each as one document of one chunk."""
    documents: list[Document] = []
    chunks: list[Chunk] = []
    for name, title, text in rows:
        whole = Span(0, len(text))
        documents.append(Document(name, text, Outline(title, (), (whole,)), "utf-8", "", name))
        chunks.append(Chunk((title,) if title else (), (whole,), clean(text, [whole]).text))
    with corpus.library.writing():
        take_over(corpus, None)
        vectors = corpus.embedded(chunks)
        corpus.library.put(
            Entry(document, [chunk], vectors[index : index + 1])
            for index, (document, chunk) in enumerate(zip(documents, chunks, strict=True))
        )
        corpus.indexes.catch_up()


def remove(corpus: Corpus, names: Sequence[str]) -> None:
    """Remove documents from the library and its indexes; raises UnknownDocumentError before any goes."""
    with corpus.library.writing():
        known = corpus.library.hashes()
        for name in names:
            if name not in known:
                raise UnknownDocumentError(name)
        for name in dict.fromkeys(names):
            corpus.library.remove(name)
        corpus.indexes.catch_up()
