"""Plain text: what is in the file is the text."""

from rag.ingest.formats.base import FormatReader, ReadingLimits
from rag.ingest.formats.encoding import decode
from rag.types.document import ReadText

__all__ = ["TextReader", "create"]


class TextReader:
    """Reads text in whatever encoding it is in."""

    suffixes = (".txt",)

    def read(self, data: bytes, name: str, limits: ReadingLimits) -> ReadText:
        """Return the decoded text; raises ReadError."""
        return decode(data, name)


def create() -> FormatReader:
    """Make the reader."""
    return TextReader()
