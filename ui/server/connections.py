"""Connections: a head has to come in time, and only so many are open at once."""

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["BoundedProtocol"]

_HEAD_SECONDS: Final = 15.0  # from when one may begin until it is whole
_MOST_OPEN: Final = 400  # each takes a file descriptor, of which there are 1,024 by default
_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 5\r\nconnection: close\r\n\r\n"
)


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with a deadline for heads and a limit to connections.

    uvicorn itself waits for ever for a head that has begun, and for the first one of a connection.
    """

    head_seconds = _HEAD_SECONDS
    most_open = _MOST_OPEN
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or turn it away if there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.most_open:
            transport.write(_FULL)
            transport.close()
            return
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Read on; while a head has begun and is not whole, its time runs."""
        super().data_received(data)
        self._await_head()

    def on_response_complete(self) -> None:
        """Await the next head, of which some may be here already."""
        super().on_response_complete()
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._forget()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        """Let the time run if a head is awaited, and stop it if one is here."""
        if self.conn.their_state is not h11.IDLE:
            self._forget()
        elif self._deadline is None and self.timeout_keep_alive_task is None:
            self._deadline = self.loop.call_later(self.head_seconds, self._too_late)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()
