"""The contract of a reader: the bytes of a file to the text that every offset counts."""

from typing import NamedTuple, Protocol

from rag.types.document import ReadText

__all__ = ["FormatReader", "ReadingLimits"]


class ReadingLimits(NamedTuple):
    """How much a file may unfold to."""

    pages: int = 3000
    inflated_mb: int = 200


class FormatReader(Protocol):
    """Reads the files of some suffixes."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Return the suffixes it reads, in lower case, dot included."""
        ...

    def read(self, data: bytes, name: str, limits: ReadingLimits) -> ReadText:
        """Return the text of a file's bytes; raises ReadError. Runs in a process that can be killed."""
        ...
