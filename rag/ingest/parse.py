"""The bytes of a file to a document cut into chunks; it needs no library and no model of meaning."""

from typing import Any, NamedTuple

from rag.errors import ReadError
from rag.ingest.chunking import chunks_of
from rag.ingest.formats import ReadingLimits, ReadText, read_file
from rag.ingest.outline import find_outline
from rag.store.codec import markup_from_data, markup_to_data, outline_from_data, outline_to_data
from rag.text.token_count import count_tokens
from rag.types.document import Chunk, Document, Outline, Span

__all__ = ["Parsed", "parse_file", "parse_text", "parsed_from_data", "parsed_to_data"]


class Parsed(NamedTuple):
    """What is known of a document when its text is read, outlined and cut."""

    read: ReadText
    outline: Outline
    chunks: list[Chunk]


def parse_file(name: str, suffix: str, data: bytes, limits: ReadingLimits, chunk_tokens: int) -> Parsed:
    """Read, outline and cut the bytes of a file; raises ReadError."""
    parsed = parse_text(name, read_file(name, suffix, data, limits), chunk_tokens)
    if not parsed.chunks:
        raise ReadError(name, "it holds no text")
    return parsed


def parse_text(name: str, read: ReadText, chunk_tokens: int) -> Parsed:
    """Outline and cut a text that was read before."""
    outline = find_outline(read.text, read.markup)
    document = Document(name, read.text, outline, read.encoding, "", "")
    return Parsed(read, outline, chunks_of(document, chunk_tokens, count_tokens))


def parsed_to_data(parsed: Parsed) -> dict[str, Any]:
    """Return it as data that JSON can hold."""
    read = parsed.read
    return {
        "text": read.text,
        "encoding": read.encoding,
        "confidence": read.confidence,
        "markup": markup_to_data(read.markup),
        "outline": outline_to_data(parsed.outline),
        "chunks": [[chunk.path, chunk.pieces, chunk.text] for chunk in parsed.chunks],
    }


def parsed_from_data(data: dict[str, Any]) -> Parsed:
    """Return what `parsed_to_data` made the data from."""
    return Parsed(
        ReadText(data["text"], data["encoding"], data["confidence"], markup_from_data(data["markup"])),
        outline_from_data(data["outline"]),
        [
            Chunk(tuple(path), tuple(Span(*piece) for piece in pieces), text)
            for path, pieces, text in data["chunks"]
        ],
    )
