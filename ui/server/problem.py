"""Problem documents (RFC 9457), also for what is refused before any application sees the request."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from starlette.types import Send

from rag.errors import InputError, LibraryError, LibraryFullError, UnknownDocumentError, YinjuError
from ui.server.admission import TooBusyError

__all__ = ["MEDIA_TYPE", "problem", "send_problem", "status_of"]

MEDIA_TYPE: Final = "application/problem+json"

Headers = Sequence[tuple[bytes, bytes]]

_CLOSE: Final = (b"connection", b"close")  # the body may not have been read


def problem(status: int, detail: str, field: str | None = None) -> dict[str, Any]:
    """Return a problem document."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return document | ({"field": field} if field else {})


def status_of(error: YinjuError) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, LibraryFullError):
        return 507
    if isinstance(error, TooBusyError):
        return 503
    if isinstance(error, UnknownDocumentError):
        return 404
    if isinstance(error, InputError):
        return 422
    return 503 if isinstance(error, LibraryError) else 500


async def send_problem(send: Send, status: int, detail: str, headers: Headers = ()) -> None:
    """Answer with a problem document (RFC 9457), and end the connection."""
    content = json.dumps(problem(status, detail)).encode()
    length = (b"content-length", str(len(content)).encode())
    all_headers = [(b"content-type", MEDIA_TYPE.encode()), length, _CLOSE, *headers]
    await send({"type": "http.response.start", "status": status, "headers": all_headers})
    await send({"type": "http.response.body", "body": content})
