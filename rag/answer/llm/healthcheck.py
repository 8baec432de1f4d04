"""Does the configured model server answer?"""

from contextlib import closing
from dataclasses import replace
from typing import Final

from rag.answer.llm.base import Limits
from rag.answer.llm.openai_client import OpenAIChat
from rag.errors import BackendError
from rag.settings import Settings

__all__ = ["try_server"]

_SECONDS: Final = 10.0
_TOKENS: Final = 16
_REMEDIES: Final = {
    "unreachable": "is it running at the address in YINJU_LLM_URL?",
    "slow": "it may still be loading its model: try again",
    401: "look at YINJU_LLM_KEY",
    403: "look at YINJU_LLM_KEY",
    404: "look at YINJU_LLM_MODEL, and whether YINJU_LLM_URL ends as the server wants it, mostly in /v1",
    400: "look at YINJU_LLM_MODEL and YINJU_LLM_OPTIONS",
}
_OTHERWISE: Final = "is there a server at YINJU_LLM_URL that speaks OpenAI's chat API?"


def try_server(settings: Settings) -> tuple[bool, str]:
    """Ask for a word or two; tell whether one came, and what to do if not."""
    if not settings.llm_model:
        return False, "the setting llm_model (YINJU_LLM_MODEL) names no model"
    given = Limits.of(settings)
    limits = replace(
        given,
        connect=min(given.connect, _SECONDS),
        first=min(given.first, _SECONDS),
        total=min(given.total, 2 * _SECONDS),
        answer_tokens=_TOKENS,
    )
    try:
        with closing(OpenAIChat(settings, limits).say("", "Hello!")) as said:
            for _ in said:
                pass
    except BackendError as error:
        remedy = _REMEDIES.get(error.status or error.failure, _OTHERWISE)
        return False, f"{settings.llm_model}: {error}; {remedy}"
    return True, f"{settings.llm_model} answers"
