"""Is everything as it should be? Each check says what it saw and, if bad, how to mend it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rag.errors import LibraryError, YinjuError
from rag.pipeline import Pipeline
from rag.rebuild import check_maker, maker_of

__all__ = ["Finding", "examine"]


class Finding(NamedTuple):
    """One check: its name, how it went, and what was seen."""

    name: str
    ok: bool
    detail: str


def examine(pipeline: Pipeline) -> list[Finding]:
    """Check the model, the database and that both indexes hold exactly what the library holds.

    Opening the indexes makes anew what cannot be trusted, so a damaged one is mended by this.
    """
    return list(_findings(pipeline))


def _findings(pipeline: Pipeline) -> Iterator[Finding]:
    yield Finding("embedder", True, pipeline.embedder.fingerprint)
    try:
        check_maker(pipeline.library, maker_of(pipeline.embedder, pipeline.settings.chunk_tokens))
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
    yield from _views(pipeline)
    yield _quotes(pipeline)


def _views(pipeline: Pipeline) -> Iterator[Finding]:
    expected = pipeline.library.chunk_ids()
    with pipeline.views.current() as (store, text):
        for name, ids in (("vector index", store.ids()), ("full-text index", text.ids())):
            same = np.array_equal(ids, expected)
            mend = f"delete {pipeline.library.folder / 'views'}, it is made again"
            detail = f"{len(ids)} of {len(expected)} chunks"
            yield Finding(name, same, detail if same else f"{detail}: {mend}")


def _quotes(pipeline: Pipeline) -> Finding:
    """Prove that every chunk's spans lie inside its document."""
    bad = [
        info.name
        for info in pipeline.documents()
        for chunk in pipeline.library.chunks_of(info.name)
        if not all(0 <= piece.start < piece.end <= info.characters for piece in chunk.pieces)
    ]
    detail = (
        f"outside their text: {', '.join(sorted(set(bad)))}; ingest them again"
        if bad
        else "all inside their text"
    )
    return Finding("spans", not bad, detail)
