"""A connection whose every wait has an end and looks up now and then.

Each function here is a generator that yields empty bytes while it waits, so that whoever drives it
can close it; what it is for, it returns.
"""

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator
from errno import EINPROGRESS
from functools import cache
from os import strerror
from typing import Any, Final, TypeVar

from rag.errors import BackendError
from rag.urls import Address

__all__ = ["Clock", "Waiting", "connected", "read", "written"]

T = TypeVar("T")
Waiting = Generator[bytes, None, T]

_TICK: Final = 0.25  # seconds
_MOST: Final = 65536  # bytes read at once


class Clock:
    """When the wait that goes on has to end, on the monotonic clock."""

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
            raise BackendError("the model did not answer in time", "slow")
        return left


def connected(address: Address, clock: Clock) -> Waiting[socket.socket]:
    """Connect to the first of a host's addresses that answers, over TLS where the scheme says so."""
    failure = OSError("the host has no address")
    for family, kind, protocol, _, place in (yield from _looked_up(address, clock)):
        connection = socket.socket(family, kind, protocol)
        try:
            connection.setblocking(False)
            code = connection.connect_ex(place)
            if code == EINPROGRESS:
                yield from _ready(connection, clock, to_write=True)
                code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code == 0:
                return (yield from _secured(connection, address, clock))
            failure = OSError(code, strerror(code))
        except BaseException:
            connection.close()
            raise
        connection.close()
    raise failure


def _looked_up(address: Address, clock: Clock) -> Waiting[list[Any]]:
    """Return the addresses of a host; the system's own look-up knows no deadline, so it runs aside."""
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.append(socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM))
        except OSError as error:
            found.append(error)

    aside = threading.Thread(target=look_up, name="yinju-look-up", daemon=True)
    aside.start()
    while aside.is_alive():
        aside.join(min(_TICK, clock.left()))
        if aside.is_alive():
            yield b""
    if isinstance(found[0], OSError):
        raise found[0]
    return list(found[0])


@cache
def _trust() -> ssl.SSLContext:
    """Trust what the system trusts."""
    return ssl.create_default_context()


def _secured(connection: socket.socket, address: Address, clock: Clock) -> Waiting[socket.socket]:
    if address.scheme == "http":
        return connection
    secured = _trust().wrap_socket(
        connection, server_hostname=address.host, do_handshake_on_connect=False, suppress_ragged_eofs=False
    )
    try:
        yield from _done(secured, secured.do_handshake, clock, to_write=False)
    except BaseException:
        secured.close()
        raise
    return secured


def read(connection: socket.socket, clock: Clock) -> Waiting[bytes]:
    """Return some bytes, none when the other side has ended."""
    return (yield from _done(connection, lambda: connection.recv(_MOST), clock, to_write=False))


def written(connection: socket.socket, data: bytes, clock: Clock) -> Waiting[None]:
    """Send all of the bytes."""
    rest = memoryview(data)
    while rest:
        sent = yield from _done(connection, lambda: connection.send(rest), clock, to_write=True)  # noqa: B023
        rest = rest[sent:]


def _done(connection: socket.socket, act: Callable[[], T], clock: Clock, to_write: bool) -> Waiting[T]:
    """Do what may have to wait for the other side."""
    while True:
        clock.left()
        try:
            return act()
        except ssl.SSLWantReadError:
            yield from _ready(connection, clock, to_write=False)
        except ssl.SSLWantWriteError:
            yield from _ready(connection, clock, to_write=True)
        except BlockingIOError:
            yield from _ready(connection, clock, to_write)


def _ready(connection: socket.socket, clock: Clock, to_write: bool) -> Waiting[None]:
    """Wait until a connection can be written to or read from."""
    waiting = select.poll()
    waiting.register(connection, select.POLLOUT if to_write else select.POLLIN)
    while not waiting.poll(1000 * min(_TICK, clock.left())):
        yield b""
