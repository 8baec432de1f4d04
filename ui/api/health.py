"""GET /healthz and /readyz."""

from fastapi import APIRouter

from rag.pipeline import Pipeline
from ui.api.problems import PROBLEM_RESPONSES

__all__ = ["health_routes"]


def health_routes(pipeline: Pipeline) -> APIRouter:
    """Return the routes that tell how the server is."""
    router = APIRouter(tags=["health"], responses=PROBLEM_RESPONSES)

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        """Tell that the process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    def readyz() -> dict[str, str | int]:
        """Tell that the indexes are proved and at the library's last change; a problem if not."""
        pipeline.views.catch_up()
        return {"status": "ready", "documents": len(pipeline.documents()), "change": pipeline.library.change}

    return router
