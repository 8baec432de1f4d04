"""How much a request may hold."""

import json
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.problem import MEDIA_TYPE, problem

__all__ = ["BodyLimit"]

_MOST_BYTES: Final = 4_000_000


class BodyLimit:
    """Refuse a body that is too large, by the bytes that come and not by what its header says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on until its body is over the limit; then answer 413 in its place."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body: list[Message] = []
        size = 0
        while True:  # whole, before the application sees any of it
            message = await receive()
            size += len(message.get("body", b""))
            if size > _MOST_BYTES:
                await _refuse(send)
                return
            body.append(message)
            if not message.get("more_body", False):
                break
        rest = iter(body)

        async def replay() -> Message:
            return next(rest, None) or await receive()

        await self._app(scope, replay, send)


async def _refuse(send: Send) -> None:
    content = json.dumps(problem(413, f"the body is too large: at most {_MOST_BYTES:,} bytes are read"))
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": content.encode()})
