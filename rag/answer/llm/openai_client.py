"""The chat completions of any server that speaks OpenAI's API, streamed.

https://platform.openai.com/docs/api-reference/chat-streaming
"""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final, NamedTuple

from rag.answer.llm.base import End, Limits, Said
from rag.answer.llm.deadline import Deadline
from rag.answer.llm.event_loop import iterated
from rag.answer.llm.http_client import HttpClient, Request, Response
from rag.answer.llm.sse import EventReader
from rag.errors import BackendError
from rag.settings import Settings
from rag.urls import Address

__all__ = ["OpenAIChat"]

_PATH: Final = "/chat/completions"
_OK: Final = 200


class OpenAIChat:
    """Asks one model of one server."""

    def __init__(self, settings: Settings, limits: Limits) -> None:
        self.name = settings.llm_model
        self._server = HttpClient(Address.of(settings.llm_url), limits)
        self._key = settings.llm_key
        self._options = settings.llm_options
        self._limits = limits

    def say(self, system: str, user: str) -> Said:
        """Answer a message, under instructions."""
        return iterated(self._said(system, user), waiting="")

    async def _said(self, system: str, user: str) -> AsyncGenerator[str | End, None]:
        is_cut: bool | None = None
        async with (
            Deadline(self._limits.total) as deadline,
            self._server.post(self._request(system, user), deadline) as response,
            aclosing(_deltas(response)) as deltas,
        ):
            _check(response)
            async for delta in deltas:
                if delta.is_alive:
                    deadline.allow(self._limits.idle)
                if delta.text:
                    yield delta.text
                is_cut = is_cut if delta.is_cut is None else delta.is_cut
                if delta.is_last:
                    break
            else:
                if is_cut is None:
                    raise BackendError("the stream ended before the answer did", "cut")
        yield End(bool(is_cut))

    def _request(self, system: str, user: str) -> Request:
        fields: dict[str, Any] = {
            "model": self.name,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "stream": True,
            "temperature": 0,
            "max_tokens": self._limits.answer_tokens,
        } | self._options
        given = {name: value for name, value in fields.items() if value is not None}
        headers = [("Content-Type", "application/json"), ("Accept", "text/event-stream")]
        if key := self._key.get_secret_value():
            headers.append(("Authorization", f"Bearer {key}"))
        return Request(_PATH, headers, json.dumps(given).encode("ascii"))


def _check(response: Response) -> None:
    if response.status != _OK:
        raise BackendError(f"the model server said {response.status}", "refused", response.status)
    if response.content_type != "text/event-stream":
        raise BackendError("the model server sent no event stream", "garbled")


class _Delta(NamedTuple):
    """What one event adds: text, signs of life (thoughts are some), and how the answer ended."""

    text: str = ""
    is_alive: bool = False
    is_cut: bool | None = None
    is_last: bool = False


async def _deltas(response: Response) -> AsyncGenerator[_Delta, None]:
    reader = EventReader()
    async for received in response.body:
        for data in reader.read(received):
            yield _delta(data)
    for data in reader.end():
        yield _delta(data)


def _delta(data: str) -> _Delta:
    """Read one event; of thoughts, calls of tools and other kinds nothing is kept."""
    if data.strip() == "[DONE]":
        return _Delta(is_last=True)
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        raise BackendError("an event is no JSON", "garbled") from None
    if not isinstance(event, dict):
        raise BackendError("an event is no JSON object", "garbled")
    if event.get("error"):
        raise BackendError("the model server reported an error in its stream", "refused")
    choices = event.get("choices") or [{}]
    choice = choices[0] if isinstance(choices, list) else None
    delta = (choice.get("delta") or {}) if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(delta, dict):
        raise BackendError("an event's choices are malformed", "garbled")
    content = delta.get("content")
    if not isinstance(content, str | None):
        raise BackendError("an event's content is no text", "garbled")
    thoughts = delta.get("reasoning_content") or delta.get("reasoning")
    return _Delta(content or "", bool(content or thoughts), _is_cut(choice.get("finish_reason")))


def _is_cut(reason: object) -> bool | None:
    if reason == "content_filter":
        raise BackendError("the model server withheld its answer", "refused")
    return reason == "length" if isinstance(reason, str) else None
