"""One HTTP request through httpx, under a deadline and within a number of bytes.

It is httpx's transport, not its client, that is asked: redirects, cookies, and the proxies and
credentials of the environment are the client's, so none has to be switched off.
"""

import os
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from rag.answer.llm.base import Limits
from rag.answer.llm.deadline import Deadline
from rag.errors import BackendError
from rag.urls import Address

__all__ = ["HttpClient", "Request", "Response"]

_Trace = Callable[[str, Any], Awaitable[None]]

_IS_CONNECTED: Final = "http11.send_request_headers.started"  # of the steps that httpx's `trace` tells


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted, and to which path below the address."""

    path: str
    headers: Sequence[tuple[str, str]] = field(repr=False)  # one holds the key
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """The head of a response, and its body as it comes."""

    status: int
    content_type: str
    body: AsyncGenerator[bytes, None]


class HttpClient:
    """Posts to one server, on a connection of its own for each request."""

    def __init__(self, address: Address, limits: Limits) -> None:
        self._address = address
        self._limits = limits
        self._trust = ssl.create_default_context()  # what the system trusts

    @asynccontextmanager
    async def post(self, request: Request, deadline: Deadline) -> AsyncIterator[Response]:
        """Post a request; give its response, whose connection is closed on leaving.

        It sets the deadline for connecting and for the first of the body, whose bytes are counted. A
        head, a line of framing and a trailer have 100 KB each, which is h11's limit in httpx; how many
        of them may come is for the deadline to end. Raises BackendError.
        """

        async def trace(step: str, _: Any) -> None:
            if step == _IS_CONNECTED:
                deadline.allow(self._limits.first)

        deadline.allow(self._limits.connect)
        with _mapped():
            async with httpx.AsyncHTTPTransport(verify=self._trust, trust_env=False) as transport:
                received = await transport.handle_async_request(self._request(request, trace))
                async with aclosing(received), aclosing(self._body(received)) as body:
                    yield _response(received, body)

    def _request(self, request: Request, trace: _Trace) -> httpx.Request:
        headers = [("Connection", "close"), ("Accept-Encoding", "identity"), *request.headers]
        url = f"{self._address.scheme}://{self._address.authority}{self._address.path}{request.path}"
        steps = {"trace": trace}
        try:
            return httpx.Request("POST", url, headers=headers, content=request.body, extensions=steps)
        except (httpx.InvalidURL, UnicodeError):
            raise BackendError("no connection: a host cannot have this name", "unreachable") from None

    async def _body(self, received: httpx.Response) -> AsyncGenerator[bytes, None]:
        async for data in received.aiter_raw():
            if received.num_bytes_downloaded > self._limits.most_bytes:
                raise BackendError(f"more than {self._limits.most_bytes} bytes came", "endless")
            yield data


def _response(received: httpx.Response, body: AsyncGenerator[bytes, None]) -> Response:
    if received.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise BackendError("the response is compressed, which nobody asked for", "garbled")
    content_type = received.headers.get("content-type", "").partition(";")[0]
    return Response(received.status_code, content_type.strip().lower(), body)


@contextmanager
def _mapped() -> Iterator[None]:
    """Raise BackendError for what goes wrong on the way."""
    try:
        yield
    except httpx.RemoteProtocolError as error:
        if "without sending a response" in str(error):
            raise BackendError("the model server hung up", "cut") from None
        is_short = "peer closed" in str(error)
        raise BackendError(f"no sound HTTP: {error}", "cut" if is_short else "garbled") from None
    except (httpx.NetworkError, ssl.SSLError) as error:
        raise BackendError(_in_words_of_the_system(error), "unreachable") from None


def _in_words_of_the_system(error: BaseException) -> str:
    """Say what the system said, below the errors of three libraries."""
    causes = [cause for cause in _causes(error) if isinstance(cause, OSError)]
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return f"no secure connection: {cause.reason or 'ended'}"
    if not causes:
        return f"no connection: {error or 'ended'}"
    code = causes[-1].errno or 0  # a look-up's is negative, and its text is not strerror's
    return f"no connection: {os.strerror(code) if code > 0 else causes[-1].strerror or causes[-1]}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):  # of one error for each address of the host
            error = error.exceptions[-1]
        else:
            error = error.__cause__ or error.__context__
