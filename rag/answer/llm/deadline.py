"""Until when a model has to answer: asked now and then, or kept by the event loop."""

import asyncio
import time
from types import TracebackType
from typing import Final, Self

from rag.errors import BackendError

__all__ = ["Clock", "Deadline"]

_TOO_LATE: Final = "the model did not answer in time"


class Clock:
    """A deadline that whoever works asks about."""

    def __init__(self, total: float) -> None:
        """Allow so many seconds for everything."""
        self._end = self._until = time.monotonic() + total

    def allow(self, seconds: float) -> None:
        """Allow so many seconds from now, never beyond the end of all."""
        self._until = min(self._end, time.monotonic() + seconds)

    def left(self) -> float:
        """Return the seconds that are left; raises BackendError when none are."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise BackendError(_TOO_LATE, "slow")
        return left


class Deadline:
    """A deadline that cancels what is awaited under it, and raises BackendError in its place."""

    def __init__(self, total: float) -> None:
        """Allow so many seconds for everything."""
        self._end = asyncio.get_running_loop().time() + total
        self._timeout = asyncio.timeout_at(self._end)

    def allow(self, seconds: float) -> None:
        """Allow so many seconds from now, never beyond the end of all."""
        self._timeout.reschedule(min(self._end, asyncio.get_running_loop().time() + seconds))

    async def __aenter__(self) -> Self:
        await self._timeout.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self._timeout.__aexit__(kind, error, traceback)
        except TimeoutError:
            raise BackendError(_TOO_LATE, "slow") from None
