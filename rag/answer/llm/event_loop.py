"""The event loop on which model servers are waited for: one for the process, in a thread of its own."""

import asyncio
import os
import socket
import threading
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final, TypeVar

__all__ = ["iterated"]

T = TypeVar("T")

_TICK: Final = 0.25  # seconds
_LONGEST_END: Final = 5.0  # seconds for letting go of a connection, which takes a few turns of the loop


class _Ended:
    """What comes after the last item."""


def iterated(source: AsyncGenerator[T, None], waiting: T) -> Generator[T, None, None]:
    """Yield what an asynchronous generator yields, and `waiting` a few times a second while none comes.

    The source runs on the event loop, no slower for a slow reader. Where this is closed, the source
    is cancelled at what it awaits, and has let go of everything when the closing returns.
    """
    ready: SimpleQueue[T | _Ended] = SimpleQueue()
    run = asyncio.run_coroutine_threadsafe(_run(source, ready), _LOOP.running())
    try:
        while not isinstance(item := _next(ready, waiting), _Ended):
            yield item
        run.result()
    finally:
        if run.cancel():
            _await_end(ready)


async def _run(source: AsyncGenerator[T, None], ready: "SimpleQueue[T | _Ended]") -> None:
    try:
        async with aclosing(source):
            async for item in source:
                ready.put(item)
    finally:
        ready.put(_Ended())


def _next(ready: "SimpleQueue[T | _Ended]", waiting: T) -> T | _Ended:
    try:
        return ready.get(timeout=_TICK)
    except Empty:
        return waiting


def _await_end(ready: "SimpleQueue[T | _Ended]") -> None:
    until = time.monotonic() + _LONGEST_END
    with suppress(Empty):
        while not isinstance(ready.get(timeout=max(0.0, until - time.monotonic())), _Ended):
            pass


class _Loop(asyncio.SelectorEventLoop):
    """Looks hosts up in threads that the end of the program does not wait for, as it does for executors'.

    The system's own look-up knows no deadline, and a few that hang would fill an executor.
    """

    async def getaddrinfo(self, host: Any, port: Any, **hints: int) -> list[Any]:
        """Return the addresses of a host; raises OSError."""
        found: asyncio.Future[list[Any]] = self.create_future()

        def look_up() -> None:
            try:
                settle = partial(found.set_result, socket.getaddrinfo(host, port, **hints))
            except OSError as error:
                settle = partial(found.set_exception, error)
            self.call_soon_threadsafe(lambda: found.done() or settle())

        threading.Thread(target=look_up, name="yinju-look-up", daemon=True).start()
        return await found


class _LoopThread:
    """Starts the loop when it is first needed; a fork, in which no thread goes on, starts its own."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._loop: _Loop | None = None
        os.register_at_fork(after_in_child=self._forget)

    def running(self) -> asyncio.AbstractEventLoop:
        """Return the loop, from any thread."""
        with self._guard:
            if self._loop is None:
                self._loop = _Loop()
                threading.Thread(target=self._loop.run_forever, name="yinju-models", daemon=True).start()
            return self._loop

    def _forget(self) -> None:
        self._guard, self._loop = threading.Lock(), None


_LOOP: Final = _LoopThread()
