"""Which encoding a file of text is in."""

import codecs
import math
import re
import unicodedata
from collections import Counter
from typing import Final

from rag.errors import ReadError
from rag.read.base import ReadText
from rag.text import HAN, normalise
from rag.words import place

__all__ = ["decode"]

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EAST_ASIAN: Final = ("gb18030", "big5", "big5hkscs")
_UTF16: Final = ("utf-16-le", "utf-16-be")
_SAMPLE: Final = 4000  # characters that tell a text's encoding
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_HAN_CHARACTER: Final = re.compile(f"[{HAN}]")
_PLAIN: Final = re.compile(r"[\x09-\x0d\x20-\x7e\u2010-\u2027\u3000-\u303f\uff01-\uff5e]")
_PLAIN_COST: Final = 4.0
_STRANGE_COST: Final = 14.0  # of a character that Chinese text seldom holds: Hangul, private use …
_HIGHEST_MEAN_COST: Final = 10.0


def decode(data: bytes, name: str) -> ReadText:
    """Decode the bytes of a text file; raises ReadError if no encoding fits.

    A byte-order mark decides, then UTF-8 if the bytes are valid in it, then which of GB18030, Big5
    and UTF-16 gives the commonest characters. Line ends become \\n.
    """
    if not data.strip():
        raise ReadError(name, "the file is empty")
    decoded = _marked(data, name) or _valid(data, "utf-8") or _most_plausible(data, name)
    if _CONTROL.search(decoded.text):
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


def _valid(data: bytes, encoding: str) -> ReadText | None:
    try:
        return ReadText(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return None


def _most_plausible(data: bytes, name: str) -> ReadText:
    # A line break or a digit of UTF-16 has a byte that is zero; no text in the others has one.
    encodings = _UTF16 if 0 in data else _EAST_ASIAN
    readings = [reading for encoding in encodings if (reading := _valid(data, encoding))]
    costs = [_mean_cost(reading.text) for reading in readings]
    if not readings or min(costs) > _HIGHEST_MEAN_COST:
        raise ReadError(name, "its bytes are no UTF-8, GB18030, Big5 or UTF-16 text: save it as UTF-8")
    return readings[costs.index(min(costs))]


def _mean_cost(text: str) -> float:
    """Return how unusual the characters are on average: the logarithm of their place by frequency."""
    counts = Counter(text[:_SAMPLE])
    return sum(count * _cost(char) for char, count in counts.items()) / counts.total()


def _cost(char: str) -> float:
    if _HAN_CHARACTER.match(char):
        return math.log(place(normalise(char)) + 2)
    if _PLAIN.match(char):
        return _PLAIN_COST
    return _STRANGE_COST if unicodedata.category(char) in ("Co", "Cn", "Cc", "Lo") else 2 * _PLAIN_COST
