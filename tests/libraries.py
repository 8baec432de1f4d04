"""Libraries made of texts, opened and closed again."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from rag.build import build_pipeline
from rag.ingest.ingest import ingest
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.doubles import write_files

__all__ = ["made_library", "names_in"]


@contextmanager
def made_library(folder: Path, texts: Mapping[str, str | bytes], **settings: object) -> Iterator[Pipeline]:
    """Make `folder / "library"` of texts and open it; with the shipped models unless told otherwise."""
    given = {"library": folder / "library"} | settings
    with closing(build_pipeline(Settings.read(**given), create=True)) as pipeline:
        assert ingest(pipeline.corpus, [write_files(folder / "files", texts)]).failed == {}
        yield pipeline


def names_in(pipeline: Pipeline) -> list[str]:
    """Return the names of a library's documents, in its order."""
    return [info.name for info in pipeline.documents()]
