"""POST /ask and POST /search."""

import json
import logging
from collections.abc import Generator
from contextlib import closing
from typing import Any, Final

from fastapi import APIRouter, Response
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.background import BackgroundTask

from rag.errors import YinjuError
from rag.pipeline import Pipeline
from rag.types import Answer, Event
from ui.api.problems import PROBLEM_RESPONSES
from ui.api.schemas import AnswerResponse, AskRequest, PassagesResponse, SearchRequest
from ui.present import answer_data, passages_data
from ui.server.problem import problem, status_of

__all__ = ["ask_routes"]

_LOG: Final = logging.getLogger("yinju")
_STILL_HERE: Final = b": waiting\n\n"  # a comment; sending it tells whether anybody is still there


def ask_routes(pipeline: Pipeline) -> APIRouter:
    """Return the routes that answer and search."""
    router = APIRouter(tags=["ask"], responses=PROBLEM_RESPONSES)

    @router.post("/ask", response_model=AnswerResponse)
    def ask(request: AskRequest) -> Any:
        """Answer a question with citations.

        With `"stream": true` the answer comes as server-sent events: `passages`, `token`…,
        `answer` (the whole object), or `error` (a problem document).
        """
        events = pipeline.stream(
            request.question,
            history=[turn.turn() for turn in request.history],
            top_k=request.top_k,
            backend=request.backend,
            documents=request.documents,
        )
        if request.stream:
            sent = _server_sent(events)
            return EventSourceResponse(  # whose background runs where the client hangs up, too
                sent, headers={"Cache-Control": "no-store"}, background=BackgroundTask(sent.close)
            )
        *_, answer = events
        return answer_data(answer) if isinstance(answer, Answer) else Response(status_code=500)

    @router.post("/search", response_model=PassagesResponse)
    def search(request: SearchRequest) -> Any:
        """Return the passages nearest to a query, best first."""
        return {"passages": passages_data(pipeline.search(request.query, request.k, request.documents))}

    return router


def _server_sent(events: Generator[Event, None, None]) -> Generator[bytes, None, None]:
    try:
        with closing(events):
            for event in events:
                if isinstance(event, Answer):
                    yield _event("answer", answer_data(event))
                elif isinstance(event, str):
                    yield _event("token", event) if event else _STILL_HERE
                else:
                    yield _event("passages", passages_data(event))
    except YinjuError as error:
        yield _event("error", problem(status_of(error), str(error)))
    except Exception as error:  # the status line is gone: the stream must say it
        _LOG.error("a stream failed", exc_info=error)
        yield _event("error", problem(500, "an error of the server's own; its log says more"))
        raise


def _event(name: str, data: object) -> bytes:
    return format_sse_event(data_str=json.dumps(data, ensure_ascii=False), event=name)
