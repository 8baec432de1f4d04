"""Errors as problem documents (RFC 9457)."""

import json
import logging
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from rag.errors import YinjuError
from ui.server.admission import TooBusyError
from ui.server.disconnect import GoneError
from ui.server.problem import MEDIA_TYPE, problem, status_of

__all__ = ["PROBLEM_RESPONSES", "register_problems"]

_LOG: Final = logging.getLogger("yinju")
_GONE: Final = 499  # nobody reads it; so do logs of other servers name a client that hung up
_JSON: Final = "application/json"

PROBLEM_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"description": "What is wrong with the request", "content": {MEDIA_TYPE: {}}},
}


def register_problems(app: FastAPI) -> None:
    """Make every error of an app a problem document."""

    @app.exception_handler(YinjuError)
    def known(request: Request, error: YinjuError) -> Response:
        wait = {"Retry-After": str(error.retry_after)} if isinstance(error, TooBusyError) else None
        return _response(status_of(error), str(error), getattr(error, "field", None), wait)

    @app.exception_handler(GoneError)
    def gone(request: Request, error: GoneError) -> Response:
        return Response(status_code=_GONE)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return _response(422, f"the body is no JSON: {first.get('ctx', {}).get('error', first['msg'])}")
        if first["loc"] == ("body",) and request.headers.get("content-type", "") != _JSON:
            return _response(422, f"{first['msg']}; is it sent with Content-Type: {_JSON}?")
        field = ".".join(str(part) for part in first["loc"] if part != "body")
        detail = f"{field}: {first['msg']}" if field else str(first["msg"])
        return _response(422, detail, field or None)

    @app.exception_handler(HTTPException)
    def other(request: Request, error: HTTPException) -> Response:
        detail = f"{request.method} {request.url.path}: {error.detail}"
        return _response(error.status_code, detail, headers=dict(error.headers or {}))

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return _response(500, "an error of the server's own; its log says more")


def _response(
    status: int, detail: str, field: str | None = None, headers: dict[str, str] | None = None
) -> Response:
    # Escaped to ASCII: a detail may hold what a client sent, lone surrogates included.
    body = json.dumps(problem(status, detail, field))
    return Response(body, status, headers, media_type=MEDIA_TYPE)
