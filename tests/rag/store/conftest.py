"""Libraries to be damaged, overtaken and read."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rag.store.library import Library
from tests.conftest import MakePipeline
from tests.doubles import TEXTS


@pytest.fixture
def folder(pipeline_of: MakePipeline, tmp_path: Path) -> Path:
    """A library of three texts, closed again, its indexes written."""
    pipeline_of(TEXTS).close()
    return tmp_path / "library"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    with closing(Library.open(tmp_path / "library", create=True)) as library:
        yield library
