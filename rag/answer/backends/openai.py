"""Answers by a language model on any server that speaks OpenAI's chat API."""

from rag.answer.backends.base import Backend
from rag.answer.llm.backend import LanguageModelBackend
from rag.answer.llm.base import Limits
from rag.answer.llm.openai_client import OpenAIChat
from rag.errors import SettingsError
from rag.settings import Settings

__all__ = ["create"]


def create(settings: Settings) -> Backend:
    """Make the backend; nothing is asked of the server yet. Raises SettingsError."""
    for name in ("llm_url", "llm_model"):
        if not getattr(settings, name):
            raise SettingsError(f"the backend openai needs the setting {name} (YINJU_{name.upper()})")
    limits = Limits.of(settings)
    return LanguageModelBackend(OpenAIChat(settings, limits), limits, settings)
