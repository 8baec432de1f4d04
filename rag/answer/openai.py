"""Answers by a language model on any server that speaks OpenAI's chat API."""

from rag.answer.base import Backend
from rag.errors import SettingsError
from rag.llm.base import Limits
from rag.llm.openai import OpenAIChat
from rag.llm.writing import LanguageModelBackend
from rag.settings import Settings

__all__ = ["create"]


def create(settings: Settings) -> Backend:
    """Make the backend; nothing is asked of the server yet. Raises SettingsError."""
    for name in ("llm_url", "llm_model"):
        if not getattr(settings, name):
            raise SettingsError(f"the backend openai needs the setting {name} (YINJU_{name.upper()})")
    limits = Limits.of(settings)
    return LanguageModelBackend(OpenAIChat(settings, limits), limits, settings)
