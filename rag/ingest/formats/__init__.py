"""Files to text, by suffix."""

from functools import cache
from typing import Final

from rag.errors import ReadError
from rag.ingest.formats.base import FormatReader, ReadingLimits
from rag.registry import Registry
from rag.types.document import ReadText

__all__ = ["READERS", "FormatReader", "ReadText", "ReadingLimits", "read_file", "suffixes_read"]

NOT_PARTS: Final = (
    *("base", "encoding", "paragraphs"),
    *(
        "docx_body",
        "docx_numbering",
        "docx_styles",
        "html_main_content",
        "html_plain",
        "pdf_layout",
        "pdf_pages",
    ),
)
_LONGEST_REASON: Final = 120
READERS: Final[Registry[FormatReader]] = Registry("reader", "rag.ingest.formats", "read")


@cache
def _reader(suffix: str) -> FormatReader | None:
    """Return what reads files of a suffix, None if nothing does."""
    for name in READERS.names():
        reader = READERS.factory(name)()
        if suffix in reader.suffixes:
            return reader
    return None


@cache
def suffixes_read() -> frozenset[str]:
    """Return the suffixes of the files that are read."""
    return frozenset(suffix for name in READERS.names() for suffix in READERS.factory(name)().suffixes)


def read_file(name: str, suffix: str, data: bytes, limits: ReadingLimits) -> ReadText:
    """Return the text of a file's bytes; raises ReadError."""
    reader = _reader(suffix.lower())
    if reader is None:
        known = " ".join(sorted(suffixes_read()))
        raise ReadError(name, f"files of type {suffix or '(none)'} are not read, only {known}")
    try:
        return reader.read(data, name, limits)
    except (ReadError, MemoryError):
        raise
    except Exception as error:  # of a parser, over bytes that anybody may have made
        raise ReadError(name, f"it cannot be read, it may be damaged ({_in_a_line(error)})") from error


def _in_a_line(error: Exception) -> str:
    said = " ".join("".join(c if c.isprintable() else " " for c in str(error)).split())
    return f"{type(error).__name__}: {said[:_LONGEST_REASON]}" if said else type(error).__name__
