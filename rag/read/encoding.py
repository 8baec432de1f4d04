"""Which encoding a file of text is in."""

import codecs
from typing import Final

from charset_normalizer import from_bytes

from rag.errors import ReadError
from rag.read.base import ReadText

__all__ = ["decode"]

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES: Final = ["gb18030", "big5", "utf_16_le", "utf_16_be"]
_CONTROLS: Final = frozenset(map(chr, [*range(9), *range(14, 32)]))


def decode(data: bytes, name: str) -> ReadText:
    """Decode the bytes of a text file; raises ReadError if no encoding fits.

    A byte-order mark decides, then UTF-8 if the bytes are valid in it, then the most plausible of
    GB18030, Big5 and UTF-16. Line ends become \\n.
    """
    if not data.strip():
        raise ReadError(name, "the file is empty")
    decoded = _marked(data, name) or _utf8(data) or _most_plausible(data, name)
    if any(char in _CONTROLS for char in decoded.text[:10_000]):
        raise ReadError(name, "this is no text: it holds control characters")
    return ReadText(decoded.text.replace("\r\n", "\n").replace("\r", "\n"), decoded.encoding)


def _marked(data: bytes, name: str) -> ReadText | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return ReadText(data.decode(encoding), encoding)
            except UnicodeDecodeError as error:
                raise ReadError(
                    name, f"it starts as {encoding} and is damaged at byte {error.start}"
                ) from error
    return None


def _utf8(data: bytes) -> ReadText | None:
    try:
        return ReadText(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return None


def _most_plausible(data: bytes, name: str) -> ReadText:
    best = from_bytes(data, cp_isolation=_CANDIDATES, preemptive_behaviour=False).best()
    if best is None:
        raise ReadError(name, "its bytes are no UTF-8, GB18030, Big5 or UTF-16 text: save it as UTF-8")
    return ReadText(str(best), best.encoding)
