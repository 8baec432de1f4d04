"""One real library made of the seeds, for all tests of the page."""

from pathlib import Path

import pytest

from rag.build import build_pipeline
from rag.ingest import ingest
from rag.settings import Settings

SEEDS = Path(__file__).parents[3] / "seeds"


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory):
    settings = Settings.read(library=tmp_path_factory.mktemp("page") / "library")
    built = build_pipeline(settings, create=True)
    ingest(built, [SEEDS])
    yield built
    built.close()
