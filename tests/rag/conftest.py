"""A small library of made-up texts, with the shipped model."""

from collections.abc import Iterator

import pytest

from rag.pipeline import Pipeline
from tests.doubles import TEXTS
from tests.libraries import made_library


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """An orchard, a reading room and a ferry. Only read it."""
    with made_library(tmp_path_factory.mktemp("small"), TEXTS) as pipeline:
        yield pipeline
