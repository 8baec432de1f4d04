"""The chat completions of any server that speaks OpenAI's API, streamed.

https://platform.openai.com/docs/api-reference/chat-streaming
"""

import json
from contextlib import closing
from itertools import chain
from typing import Any, Final, NamedTuple

from rag.answer.llm.base import End, Limits, Said
from rag.answer.llm.http import Request, Response, send
from rag.answer.llm.sockets import Clock
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
        self._address = Address.of(settings.llm_url)
        self._key = settings.llm_key
        self._options = settings.llm_options
        self._limits = limits

    def say(self, system: str, user: str) -> Said:
        """Answer a message, under instructions."""
        clock = Clock(self._limits.total)
        reader = EventReader()
        is_cut: bool | None = None
        with closing(send(self._address, self._request(system, user), self._limits, clock)) as received:
            for part in chain(received, [None]):
                if isinstance(part, Response):
                    _check(part)
                    continue
                events = reader.end() if part is None else reader.read(part)
                deltas = [_delta(data) for data in events]
                if any(delta.is_alive for delta in deltas):
                    clock.allow(self._limits.idle)
                yield "".join(delta.text for delta in deltas)
                is_cut = next((delta.is_cut for delta in deltas if delta.is_cut is not None), is_cut)
                if any(delta.is_last for delta in deltas):
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
