"""The contract of what writes answers."""

from collections.abc import Iterator
from typing import Protocol

from rag.lens import Lens
from rag.types import Draft, Evidence

__all__ = ["Backend"]


class Backend(Protocol):
    """Writes an answer from evidence.

    `write` yields the text as it comes and, last, the whole as a `Draft`: its text is what was
    yielded, its markers `[1]` … point to its sources. Raises BackendError.
    """

    def write(self, lens: Lens, evidence: Evidence) -> Iterator[str | Draft]:
        """Answer the lens's question."""
        ...
