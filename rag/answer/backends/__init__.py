"""What writes answers from passages. `extractive` needs no language model."""

from typing import Final

from rag.answer.backends.base import Backend
from rag.registry import Registry

__all__ = ["BACKENDS", "Backend"]

NOT_PARTS: Final = ("base",)
BACKENDS: Final[Registry[Backend]] = Registry("backend", "rag.answer.backends", "answer")
