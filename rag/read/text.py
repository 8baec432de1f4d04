"""Plain text and Markdown: what is in the file is the text."""

from rag.read.base import Reader, ReadText
from rag.read.encoding import decode

__all__ = ["TextReader", "create"]


class TextReader:
    """Reads text in whatever encoding it is in; Markdown's marks stay, its headings are found later."""

    suffixes = (".txt", ".md", ".markdown")

    def read(self, data: bytes, name: str) -> ReadText:
        """Return the decoded text; raises ReadError."""
        return decode(data, name)


def create() -> Reader:
    """Make the reader."""
    return TextReader()
