"""The server: started, and stopped so that everybody who asked is told."""

import asyncio
from typing import Final

import uvicorn
from fastapi import FastAPI

from ui.server.connections import BoundedProtocol
from ui.server.question_queues import QuestionQueues

__all__ = ["BoundedServer", "server_of"]

_FINISH_SECONDS: Final = 10.0  # for what is worked on when the server is told to stop
_TELL_SECONDS: Final = 3  # for those who wait for it to be told that it will not be finished
_LOOK_SECONDS: Final = 0.1


class BoundedServer(uvicorn.Server):
    """A server that turns away those who wait when it is stopped, and lets what is worked on be finished."""

    def __init__(self, config: uvicorn.Config, queues: QuestionQueues) -> None:
        super().__init__(config)
        self._queues = queues
        self.finish_seconds = _FINISH_SECONDS

    async def shutdown(self, sockets: "list[object] | None" = None) -> None:  # type: ignore[override]
        """Stop: those who wait are told at once, those whose questions are worked on after a while."""
        self._queues.close()
        ending = asyncio.get_running_loop().time() + self.finish_seconds
        while not self._queues.is_idle and asyncio.get_running_loop().time() < ending and not self.force_exit:
            await asyncio.sleep(_LOOK_SECONDS)
        self._queues.stop()
        await super().shutdown(sockets)  # type: ignore[arg-type]


def server_of(app: FastAPI, queues: QuestionQueues, host: str, port: int) -> BoundedServer:
    """Return the server of an app whose questions take turns in some queues; `run` it."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=BoundedProtocol,
        ws="none",
        log_level="warning",
        timeout_graceful_shutdown=_TELL_SECONDS,
    )
    return BoundedServer(config, queues)
