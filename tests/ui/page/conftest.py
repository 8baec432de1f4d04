"""The page's tests ask the library of seeds, in one browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.ui.page.browser import chromium


@pytest.fixture(scope="session")
def pipeline(seeds):
    """The pipeline a page is built over."""
    return seeds


@pytest.fixture(scope="module")  # longer, and its event loop would be in the way of others
def browser() -> Iterator[Browser]:
    """The machine's browser; each reader has a context of its own in it."""
    with chromium() as browser:
        yield browser
