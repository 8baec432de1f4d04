"""Is everything as it should be? Each check says what it saw and, if bad, how to mend it."""

from collections.abc import Generator, Iterator, Set
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rag.answer.llm.healthcheck import try_server
from rag.errors import LibraryError, YinjuError
from rag.models.manifest import faults
from rag.pipeline import Pipeline
from rag.resources import MODELS
from rag.text.sentences import clean
from vectorstore import Ids

__all__ = ["Finding", "examine", "examine_models"]


class Finding(NamedTuple):
    """One check: its name, how it went, and what was seen."""

    name: str
    ok: bool
    detail: str


def examine_models(models: Path = MODELS) -> list[Finding]:
    """Check that the model files are those that were made: without them nothing else can be told."""
    bad = [f"{fault.file} {fault.seen}" for fault in faults(models)]
    if not bad:
        return [Finding("models", True, "each file is what its manifest says")]
    mend = (
        "install yinju again (pip install --force-reinstall yinju) or put the file back from its repository"
    )
    return [Finding("models", False, f"{told}: {mend}") for told in bad]


def examine(pipeline: Pipeline) -> list[Finding]:
    """Check the model, the database and that both indexes hold exactly what the library holds.

    An index that does not is made anew, and looked at again.
    """
    return list(_findings(pipeline))


def _findings(pipeline: Pipeline) -> Iterator[Finding]:
    yield Finding("embedder", True, pipeline.corpus.embedder.fingerprint)
    yield _backend(pipeline)
    if pipeline.settings.llm_url:
        yield Finding("model server", *try_server(pipeline.settings))
    try:
        pipeline.corpus.check_maker()
        yield Finding("vectors", True, "made by this embedder")
    except YinjuError as error:
        yield Finding("vectors", False, str(error))
        return
    try:
        problems = pipeline.library.integrity()
    except LibraryError as error:
        problems = str(error.__cause__ or error)
    mend = "bring the documents into a new library with `yinju ingest`"
    yield Finding("database", not problems, f"{problems}: {mend}" if problems else "sound")
    if problems:
        return
    damaged = yield from _rows(pipeline)
    if not damaged:
        yield from _mended_views(pipeline)
    yield _quotes(pipeline, damaged)


def _backend(pipeline: Pipeline) -> Finding:
    try:
        pipeline.prepare()
    except YinjuError as error:
        return Finding("backend", False, str(error))
    return Finding("backend", True, pipeline.settings.backend)


def _rows(pipeline: Pipeline) -> Generator[Finding, None, set[str]]:
    """Prove every row by its checksum; return the documents of which some could not be mended.

    A vector that is not what was written is taken from an index, if the checksum proves it.
    """
    bad = list(pipeline.library.damaged())
    mended = [damage for damage in bad if damage.chunk is not None and _mend(pipeline, damage.chunk)]
    left = sorted({damage.document for damage in bad if damage not in mended})
    told = f"{len(mended)} vectors taken from the index, whose own were damaged" if mended else "all whole"
    if left:
        names = ", ".join(map(repr, left))
        told = f"damaged, and whole nowhere: {names}; `yinju remove` them and ingest their files again"
    yield Finding("rows", not left, told)
    return set(left)


def _mend(pipeline: Pipeline, chunk: int) -> bool:
    """Give a chunk the vector of the stored index back, if that is the one that its checksum proves."""
    with pipeline.library.writing():
        for store in pipeline.corpus.indexes.stored():
            found = store.vectors(np.array([chunk], dtype=np.int64))
            data = found.astype("<f4").tobytes() if found is not None else b""
            if found is not None and pipeline.library.proves(chunk, data):
                pipeline.library.put_vector(chunk, data)
                return True
    return False


def _mended_views(pipeline: Pipeline) -> Iterator[Finding]:
    """Compare both indexes with the library, chunk by chunk; make them anew if they differ."""
    before = _views(pipeline)
    if all(finding.ok for finding in before):
        yield from before
    else:
        pipeline.corpus.indexes.make_anew()
        for was, now in zip(before, _views(pipeline), strict=True):
            yield now._replace(detail=now.detail if was.ok else f"{now.detail}; mended, it was: {was.detail}")
    for folder in pipeline.corpus.indexes.put_aside():
        yield Finding("put aside", True, f"{folder} was damaged and is not used: delete it when you like")


def _views(pipeline: Pipeline) -> list[Finding]:
    expected = pipeline.library.chunk_ids()
    with pipeline.corpus.indexes.current() as (store, text):
        wrong_vectors = wrong_words = 0
        for rows in pipeline.library.added_since(0):
            ids = np.array([row.id for row in rows], dtype=np.int64)
            vectors = np.stack([np.frombuffer(row.vector, dtype="<f4") for row in rows])
            wrong_vectors += len(store.differing(ids, vectors.astype(np.float32)))
            wrong_words += len(text.differing([(row.id, row.heading, row.text) for row in rows]))
        return [
            _compared("vector index", store.ids(), expected, wrong_vectors),
            _compared("full-text index", text.ids(), expected, wrong_words),
        ]


def _compared(name: str, ids: Ids, expected: Ids, wrong: int) -> Finding:
    too_many = len(np.setdiff1d(ids, expected))
    if not wrong and not too_many and len(ids) == len(expected):
        return Finding(name, True, f"holds the {len(expected)} chunks of the library, and nothing else")
    return Finding(name, False, f"{wrong} of {len(expected)} chunks missing or other, {too_many} too many")


def _quotes(pipeline: Pipeline, damaged: Set[str]) -> Finding:
    """Prove that every chunk's words are those at its spans in its document."""
    bad: list[str] = []
    for info in pipeline.documents():
        if info.name in damaged:
            continue
        document = pipeline.document(info.name)
        if not all(
            all(0 <= start < end <= info.characters for start, end in chunk.pieces)
            and clean(document.shown, chunk.pieces).text == chunk.text
            for chunk in pipeline.library.chunks_of(info.name)
        ):
            bad.append(info.name)
    detail = (
        f"not the words of {', '.join(bad)}; ingest them again" if bad else "each chunk is what its text says"
    )
    return Finding("quotations", not bad, detail)
