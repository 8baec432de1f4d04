"""Waiting for what another process or thread is about to do."""

import time
from collections.abc import Callable
from typing import Final

__all__ = ["LONGEST_WAIT", "wait_until"]

LONGEST_WAIT: Final = 120.0  # seconds, for a machine that has other things to do
_POLL_SECONDS: Final = 0.02


def wait_until(is_so: Callable[[], bool], seconds: float = LONGEST_WAIT, told: str = "") -> None:
    """Return once it is so; AssertionError, which says what was told, if it does not come to that."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, told or f"it did not come to that in {seconds:.0f} s"
        time.sleep(_POLL_SECONDS)
