"""A small library of made-up texts, with the shipped model."""

from collections.abc import Iterator

import pytest

from rag.build import build_pipeline
from rag.ingest.ingest import ingest
from rag.pipeline import Pipeline
from rag.settings import Settings
from tests.doubles import TEXTS, write_files


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """An orchard, a reading room and a ferry. Only read it."""
    folder = tmp_path_factory.mktemp("small")
    pipeline = build_pipeline(Settings.read(library=folder / "library"), create=True)
    ingest(pipeline.corpus, [write_files(folder / "files", TEXTS)])
    yield pipeline
    pipeline.close()
