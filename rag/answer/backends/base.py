"""The contract of what writes answers."""

from collections.abc import Iterator
from typing import Protocol

from rag.answer.plan import Plan
from rag.types.answer import Draft

__all__ = ["Backend"]


class Backend(Protocol):
    """Writes an answer from evidence. It is made once, by `create(settings)`, for all questions.

    `write` yields the text as it comes, empty text now and then while none comes, and, last, the
    whole as a `Draft`, which takes the place of what was yielded. Its markers `[1]` … point to its
    sources, or to passages if it says so. Raises BackendError; then the reader gets an extractive
    answer and a notice. Where nobody reads on, the iterator is closed.
    """

    def write(self, plan: Plan) -> Iterator[str | Draft]:
        """Answer the question of a plan."""
        ...
