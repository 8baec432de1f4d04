"""The contract of a reader: the bytes of a file to the text that every offset counts."""

from typing import NamedTuple, Protocol

__all__ = ["ReadText", "Reader"]


class ReadText(NamedTuple):
    """The text of a file and the encoding it was read in."""

    text: str
    encoding: str


class Reader(Protocol):
    """Reads the files of some suffixes."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Return the suffixes it reads, in lower case, dot included."""
        ...

    def read(self, data: bytes, name: str) -> ReadText:
        """Return the text of a file's bytes; raises ReadError."""
        ...
