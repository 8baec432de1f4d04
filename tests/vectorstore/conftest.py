"""Every store the registry knows, opened in a folder of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rag.build import STORES
from vectorstore import VectorStore

DIMENSIONS = 3
OpenStore = Callable[..., VectorStore]


@pytest.fixture(params=STORES.names())
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStore:
    """Open the store in `tmp_path / "store"`; again is what a restart does."""
    create = STORES.factory(request.param)

    def open_again(dimensions: int = DIMENSIONS, fingerprint: str = "model-1") -> VectorStore:
        return create(tmp_path / "store", dimensions, fingerprint)

    return open_again


@pytest.fixture
def store(open_store: OpenStore) -> VectorStore:
    return open_store()
