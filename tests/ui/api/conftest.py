"""The HTTP API over the library of seeds, and over libraries made to order."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.doubles import local_client
from tests.ui.api.rows import rows_digest
from ui.api import create_app


@pytest.fixture(scope="session")
def client(seeds) -> TestClient:
    """A client of the API over the seeds; an error that nobody handled is a 500, as it would be."""
    return local_client(create_app(seeds))


@pytest.fixture(scope="module", autouse=True)
def _nothing_that_is_stored_changes(seeds) -> Iterator[None]:
    before = rows_digest(seeds.library.folder)
    yield
    assert rows_digest(seeds.library.folder) == before
