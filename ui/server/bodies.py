"""How much a request may hold, and how long it may take to come."""

import asyncio
import tempfile
from typing import IO, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.problem import send_problem

__all__ = ["BodyLimit", "replayed"]

_MOST_BYTES: Final = 2_000_000  # nothing is uploaded: a question with what was said before
_SECONDS: Final = 30.0  # for all of a body
_IN_MEMORY: Final = 64_000  # bytes of a body that is on its way; the rest waits on disk
_PIECE: Final = 64_000


class BodyLimit:
    """Refuse a body that is too large or too slow, by the bytes that come and not by what its header says."""

    def __init__(self, app: ASGIApp, most_bytes: int = _MOST_BYTES, seconds: float = _SECONDS) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on once its body is here, whole; else answer 413 or 408 in its place."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _announced(scope) > self._most_bytes:
            await self._refuse(send)
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
            try:
                async with asyncio.timeout(self._seconds):
                    is_here = await self._received(receive, body)
            except TimeoutError:
                await send_problem(send, 408, f"the body did not come within {self._seconds:.0f} s")
                return
            if is_here is None:
                return
            if is_here:
                await self._app(scope, replayed(body, receive), send)
            else:
                await self._refuse(send)

    async def _received(self, receive: Receive, body: IO[bytes]) -> bool | None:
        """Take a body in; return whether it is small enough, None if whoever sent it has gone."""
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            size += len(message.get("body", b""))
            if size > self._most_bytes:
                return False
            body.write(message.get("body", b""))
            if not message.get("more_body", False):
                body.seek(0)
                return True

    async def _refuse(self, send: Send) -> None:
        await send_problem(send, 413, f"the body is too large: at most {self._most_bytes:,} bytes are read")


def _announced(scope: Scope) -> int:
    """Return how long a body is said to be, 0 if nothing usable is said."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def replayed(body: IO[bytes], receive: Receive) -> Receive:
    """Give a body that was taken in piece by piece, then what comes after it."""
    is_over = False

    async def again() -> Message:
        nonlocal is_over
        if is_over:
            return await receive()
        piece = body.read(_PIECE)
        following = body.read(1)
        body.seek(-len(following), 1)
        is_over = not following
        return {"type": "http.request", "body": piece, "more_body": not is_over}

    return again
