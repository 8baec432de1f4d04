"""Answers by a language model that runs in this process, through the library transformers."""

from dataclasses import replace

from rag.answer.backends.base import Backend
from rag.answer.llm.backend import LanguageModelBackend
from rag.answer.llm.base import Limits
from rag.errors import SettingsError
from rag.settings import Settings

__all__ = ["create"]


def create(settings: Settings) -> Backend:
    """Load the model; raises SettingsError or ModelError."""
    if not settings.transformers_model:
        raise SettingsError(
            "the backend transformers needs the setting transformers_model (YINJU_TRANSFORMERS_MODEL)"
        )
    from rag.answer.llm.local_model import LocalChat

    limits = Limits.of(settings)
    chat = LocalChat(settings.transformers_model, limits)
    return LanguageModelBackend(
        chat, replace(limits, context_tokens=min(limits.context_tokens, chat.holds)), settings
    )
