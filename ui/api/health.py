"""GET /healthz and /readyz."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from fastapi import APIRouter

from rag.errors import LibraryError
from rag.pipeline import Pipeline
from ui.api.problems import PROBLEM_RESPONSES

__all__ = ["health_routes"]

_READY_SECONDS: Final = 2.0  # after which the server is said not to be ready yet


def health_routes(pipeline: Pipeline) -> APIRouter:
    """Return the routes that tell how the server is, whatever else it does."""
    router = APIRouter(tags=["health"], responses=PROBLEM_RESPONSES)
    looking = ThreadPoolExecutor(1, thread_name_prefix="health")  # of its own: it waits behind no question

    def state() -> dict[str, str | int]:
        with pipeline.corpus.indexes.snapshot() as snapshot:
            documents = len(snapshot.library.hashes())
            return {"status": "ready", "documents": documents, "change": snapshot.indexes.state.change}

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Tell that the process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> dict[str, str | int]:
        """Tell that the indexes are proved and at the library's last change; a problem if not."""
        looked = asyncio.get_running_loop().run_in_executor(looking, state)
        try:
            return await asyncio.wait_for(looked, _READY_SECONDS)
        except TimeoutError:
            raise LibraryError("the indexes are being made: ask again in a moment") from None

    return router
