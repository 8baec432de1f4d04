"""The HTTP application: routes over one pipeline."""

from importlib.metadata import version

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from rag.pipeline import Pipeline
from ui.api.ask import ask_routes
from ui.api.documents import document_routes
from ui.api.health import health_routes
from ui.api.problems import register_problems
from ui.server.bodies import BodyLimit
from ui.server.headers import SecurityHeaders
from ui.server.hosts import HostGate
from ui.server.question_queues import QuestionQueues

__all__ = ["create_app"]


def create_app(pipeline: Pipeline, queues: QuestionQueues | None = None) -> FastAPI:
    """Return the API over a pipeline; the chat page is mounted on it afterwards.

    Questions take turns in queues, of the app's own if none are given.
    """
    app = FastAPIOffline(  # its page of the API fetches nothing from elsewhere
        title="Yinju 引据",
        summary="Answers questions from documents and shows the exact words it relies on.",
        version=version("yinju"),
    )
    app.include_router(ask_routes(pipeline, queues or QuestionQueues.of(pipeline.settings)))
    for routes in (document_routes, health_routes):
        app.include_router(routes(pipeline))
    register_problems(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(HostGate, settings=pipeline.settings)
    app.add_middleware(SecurityHeaders)  # the last one is the first that a request meets
    return app
