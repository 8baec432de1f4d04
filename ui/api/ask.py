"""POST /ask and POST /search."""

import json
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.background import BackgroundTask

from rag.errors import YinjuError
from rag.pipeline import Pipeline
from rag.types.answer import Answer, Event
from ui.api.problems import PROBLEM_RESPONSES
from ui.api.schemas import AnswerResponse, AskRequest, PassagesResponse, SearchRequest
from ui.present import answer_data, passages_data
from ui.server.admission import Answering
from ui.server.disconnect import address_of, while_there
from ui.server.problem import problem, status_of
from ui.server.question_queues import QuestionQueues

__all__ = ["ask_routes"]

_LOG: Final = logging.getLogger("yinju")
_STILL_HERE: Final = b": waiting\n\n"  # a comment; sending it tells whether anybody is still there


def ask_routes(pipeline: Pipeline, queues: QuestionQueues) -> APIRouter:
    """Return the routes that answer and search."""
    router = APIRouter(tags=["ask"], responses=PROBLEM_RESPONSES)

    @router.post("/ask", response_model=AnswerResponse)
    async def ask(request: AskRequest, http: Request) -> Any:
        """Answer a question with citations.

        With `"stream": true` the answer comes as server-sent events: `passages`, `token`…,
        `answer` (the whole object), or `error` (a problem document).
        """

        def work() -> Generator[Event, None, None]:
            return pipeline.stream(
                request.question,
                history=[turn.turn() for turn in request.history],
                top_k=request.top_k,
                backend=request.backend,
                documents=request.documents,
            )

        turns = queues.turns(request.backend)
        events = await while_there(http, turns.begin(address_of(http), work))
        if request.stream:
            return EventSourceResponse(
                _server_sent(events),
                headers={"Cache-Control": "no-store"},
                background=BackgroundTask(events.aclose),  # which runs where the client hangs up, too
            )
        return answer_data(await while_there(http, _answer_of(events)))

    @router.post("/search", response_model=PassagesResponse)
    async def search(request: SearchRequest, http: Request) -> Any:
        """Return the passages nearest to a query, best first."""

        def work() -> list[dict[str, Any]]:
            return passages_data(pipeline.search(request.query, request.k, request.documents))

        return {"passages": await while_there(http, queues.own.run(address_of(http), work))}

    return router


async def _answer_of(events: Answering[Event]) -> Answer:
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Answer):
                return event
    raise RuntimeError("a question ended without an answer")  # pragma: no cover - the pipeline's contract


async def _server_sent(events: Answering[Event]) -> AsyncGenerator[bytes, None]:
    try:
        async with aclosing(events):
            async for event in events:
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
