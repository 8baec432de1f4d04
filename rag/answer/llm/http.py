"""One HTTP request whose every wait has an end and can be broken off.

Bytes are h11's affair, sockets ours: a library that waits inside a read can neither keep a deadline
against a server that sends a byte a second, nor notice that nobody listens any more. There are no
redirects, proxies, cookies, credentials or compression here, so none has to be switched off.
"""

import socket
import ssl
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

import h11

from rag.answer.llm.base import Limits
from rag.answer.llm.sockets import Clock, connected, read, written
from rag.errors import BackendError
from rag.urls import Address

__all__ = ["Received", "Request", "Response", "send"]

_LONGEST_HEAD: Final = 32768  # bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted, and to which path below the address."""

    path: str
    headers: Sequence[tuple[str, str]] = field(repr=False)  # one holds the key
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """The head of a response."""

    status: int
    content_type: str


Received = Generator[Response | bytes, None, None]


def send(address: Address, request: Request, limits: Limits, clock: Clock) -> Received:
    """Post a request; yield the response's head once, then its body as it comes, empty while waiting.

    It sets the clock for connecting and for the first of the body. The connection is closed with
    the generator. Raises BackendError.
    """
    try:
        clock.allow(limits.connect)
        connection = yield from connected(address, clock)
        with closing(connection):
            clock.allow(limits.first)
            wire = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
            for event in (_head(address, request), h11.Data(data=request.body), h11.EndOfMessage()):
                yield from written(connection, wire.send(event) or b"", clock)
            yield from _received(connection, wire, clock, limits.most_bytes)
    except h11.RemoteProtocolError as error:
        is_short = "peer closed" in str(error) or "without sending" in str(error)
        raise BackendError(f"no sound HTTP: {error}", "cut" if is_short else "garbled") from None
    except ssl.SSLError as error:
        raise BackendError(f"no secure connection: {error.reason or 'ended'}", "unreachable") from None
    except OSError as error:
        raise BackendError(f"no connection: {error.strerror or error}", "unreachable") from None


def _head(address: Address, request: Request) -> h11.Request:
    headers = [
        ("Host", address.authority),
        ("Connection", "close"),
        ("Accept-Encoding", "identity"),
        ("Content-Length", str(len(request.body))),
        *request.headers,
    ]
    return h11.Request(method="POST", target=address.path + request.path, headers=headers)


def _received(connection: socket.socket, wire: h11.Connection, clock: Clock, most_bytes: int) -> Received:
    taken = 0
    while True:
        event = wire.next_event()
        if event is h11.NEED_DATA:
            data = yield from read(connection, clock)
            taken += len(data)
            if not taken:
                raise BackendError("the model server hung up", "cut")
            if taken > most_bytes:
                raise BackendError(f"more than {most_bytes} bytes came", "endless")
            wire.receive_data(data)
        elif isinstance(event, h11.Response):
            yield _response(event)
        elif isinstance(event, h11.Data):
            yield bytes(event.data)
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            return


def _response(event: h11.Response) -> Response:
    headers: dict[bytes, bytes] = dict(event.headers)
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise BackendError("the response is compressed, which nobody asked for", "garbled")
    content_type = headers.get(b"content-type", b"").decode("latin-1").partition(";")[0]
    return Response(event.status_code, content_type.strip().lower())
