"""The only ways into Gradio: the routes that the page uses, with what the page sends.

Gradio has many more, for its other components and for programs; some copy any file that a request names, or
fetch what it points to. None of them is reached from outside.
"""

import asyncio
import json
import re
from io import BytesIO
from typing import Annotated, Any, Final
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.server.bodies import replayed
from ui.server.problem import send_problem
from ui.server.question_queues import QuestionQueues

__all__ = ["PageGate", "asker_of", "is_open"]

_READING: Final = ("GET", "HEAD")
_FILE: Final = r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*"  # never above
_JOIN: Final = "/gradio_api/queue/join"
_DATA: Final = "/gradio_api/queue/data"
_HEARTBEAT: Final = "/gradio_api/heartbeat/"
_LOOK_SECONDS: Final = 0.5
_OPEN: Final = tuple(
    (methods, re.compile(path))
    for methods, path in (
        (_READING, "/"),
        (_READING, "/theme\\.css"),
        (_READING, "/(?:favicon\\.ico|manifest\\.json)"),
        (_READING, f"/assets/{_FILE}"),
        (_READING, f"/static/{_FILE}"),
        (("GET",), f"{_HEARTBEAT}[a-z0-9]{{1,64}}"),
        (("GET",), _DATA),
        (("POST",), _JOIN),  # what happens on the page
        (("POST",), "/gradio_api/cancel"),
        (("POST",), "/gradio_api/reset"),
    )
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Example(_Strict):
    """An example question, as the page's own list of them has it."""

    text: str
    files: Annotated[list[Any], Field(max_length=0)] = []
    display_text: None = None
    icon: None = None
    title: None = None


class _Chosen(_Strict):
    """Which of the example questions was chosen."""

    index: int
    value: _Example


class _Event(_Strict):
    """All that the page's own events send: text that was typed, or what was chosen."""

    data: Annotated[list[str | None], Field(max_length=8)]
    event_data: _Chosen | None = None
    fn_index: int
    trigger_id: int | None = None
    session_hash: Annotated[str, Field(pattern="^[a-z0-9]{1,64}$")]


class _Ended(_Strict):
    """Which event is given up."""

    event_id: str
    session_hash: str | None = None
    fn_index: int | None = None


_BODIES: Final[dict[str, type[_Event | _Ended]]] = {
    _JOIN: _Event,
    "/gradio_api/cancel": _Ended,
    "/gradio_api/reset": _Ended,
}


def asker_of(session: str | None) -> str:
    """Return what a page's questions take turns under: the page itself, for several may share an address."""
    return f"page {session}"


def is_open(method: str, path: str) -> bool:
    """Tell whether the page needs a route."""
    return any(method in methods and pattern.fullmatch(path) for methods, pattern in _OPEN)


class PageGate:
    """Gradio's application behind the list above: anything else is 404, another body 422."""

    def __init__(self, app: ASGIApp, queues: QuestionQueues) -> None:
        self._app = app
        self._queues = queues

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in if the page could have sent it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
        if scope["type"] != "http" or not is_open(scope["method"], path):
            await send_problem(send, 404, f"there is nothing at {path}")
            return
        if path == "/":
            scope = {**scope, "query_string": b""}  # Gradio would load what a link names
        if model := _BODIES.get(path):
            body = await Request(scope, receive).body()
            if wrong := _wrong(model, body):
                await send_problem(send, 422, wrong)
                return
            receive = replayed(BytesIO(body), receive)
        if path == _DATA:
            await self._followed(scope, receive, send)
        elif path.startswith(_HEARTBEAT):
            await self._until_closed(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _followed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what happens on a page; when it is left, what it has asked is given up.

        Gradio would go on with it to the end.
        """
        session = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]

        async def left() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            self._queues.give_up(asker_of(session))

        leaving = asyncio.ensure_future(left())
        try:
            await self._app(scope, receive, send)
        finally:
            leaving.cancel()

    async def _until_closed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the beat that a page listens to for as long as it is open, until the server is stopped."""
        beating = asyncio.ensure_future(self._app(scope, receive, send))
        try:
            while not beating.done() and not self._queues.is_closed:
                await asyncio.wait((beating,), timeout=_LOOK_SECONDS)
        finally:
            beating.cancel()  # which one that is over does not notice
        await asyncio.wait((beating,))  # it ends its response itself
        if not beating.cancelled():
            beating.result()  # raises what went wrong


def _wrong(model: type[_Event | _Ended], body: bytes) -> str:
    """Say what the page would not have sent; empty if it could have sent it."""
    try:
        model.model_validate(json.loads(body))
    except ValidationError as error:
        field = ".".join(map(str, error.errors()[0]["loc"]))
        return f"the page does not send this: {field}: {error.errors()[0]['msg']}"
    except (ValueError, RecursionError):
        return "the page does not send this: the body is no JSON"
    return ""
