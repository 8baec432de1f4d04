"""Who asks, and whether they are still there."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

__all__ = ["GoneError", "address_of", "while_there"]

T = TypeVar("T")


class GoneError(Exception):
    """Whoever asked has hung up: nobody will read what is answered."""


def address_of(request: Request) -> str:
    """Return the address that questions of a request take turns under."""
    return request.client.host if request.client else ""


async def while_there(request: Request, awaited: Coroutine[Any, Any, T]) -> T:
    """Await something for as long as whoever asked for it is there; raises GoneError."""
    doing = asyncio.ensure_future(awaited)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((doing, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise GoneError
        return doing.result()
    finally:
        for task in (doing, leaving):
            task.cancel()


async def _left(request: Request) -> None:
    """Return when the other side hangs up; the body has been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
