"""The contract of a reader: the bytes of a file to the text that every offset counts."""

from typing import NamedTuple, Protocol

from rag.types.document import Markup

__all__ = ["ReadText", "Reader", "ReadingLimits"]


class ReadText(NamedTuple):
    """The text of a file, the encoding it was read in and how sure that is (0 to 1), and its markup.

    The markup is in the order of the text, and no stretch overlaps another.
    """

    text: str
    encoding: str
    confidence: float = 1.0
    markup: tuple[Markup, ...] = ()


class ReadingLimits(NamedTuple):
    """How much a file may unfold to."""

    pages: int = 3000
    inflated_mb: int = 200


class Reader(Protocol):
    """Reads the files of some suffixes."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Return the suffixes it reads, in lower case, dot included."""
        ...

    def read(self, data: bytes, name: str, limits: ReadingLimits) -> ReadText:
        """Return the text of a file's bytes; raises ReadError. Runs in a process that can be killed."""
        ...
