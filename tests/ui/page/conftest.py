"""The page's tests ask the library of seeds."""

import pytest


@pytest.fixture(scope="session")
def pipeline(seeds):
    """The pipeline a page is built over."""
    return seeds
