"""Which encoding a file of text is in."""

import codecs
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from rag.errors import ReadError
from rag.text.normalize import HAN, normalise
from rag.text.vocabulary import place
from rag.types.document import ReadText

__all__ = ["decode"]

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_BYTEWISE: Final = ("utf-8", "gb18030", "big5", "big5hkscs")
_UTF16: Final = ("utf-16-le", "utf-16-be")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_HAN_CHARACTER: Final = re.compile(f"[{HAN}]")
_PLAIN: Final = re.compile(r"[\x09-\x0d\x20-\x7e\u2010-\u2027\u3000-\u303f\uff01-\uff5e]")
_PLAIN_COST: Final = 4.0
_STRANGE_COST: Final = 14.0  # of a character that Chinese text seldom holds: Hangul, private use …
_HIGHEST_MEAN_COST: Final = 10.0
_CHARACTERS_A_DAMAGE: Final = 500  # one damaged byte in so many characters is put up with
_DAMAGE_WEIGHT: Final = 50.0  # how much a damaged share takes from the confidence
_EVIDENCE: Final = 0.3  # of one character: neighbours depend on each other
_SURE_LENGTH: Final = 50
_REPLACEMENT: Final = "\ufffd"
_ONE_DAMAGE: Final = 4  # one damaged byte may spoil so many characters of UTF-8, next to each other
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_ASCII: Final = re.compile(r"[\x00-\x7f]+")
_END_OF_FILE: Final = "\x1a"  # what DOS put there
_KOREAN: Final = "euc_kr"  # its bytes are those of common Chinese characters
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_KOREAN_SHARE, _KOREAN_LENGTH = 0.95, 20
_KOREAN_DOUBT: Final = 0.5


class _Reading(NamedTuple):
    """What some bytes say in one encoding; `damaged` counts what could not be decoded."""

    text: str
    encoding: str
    damaged: int


def decode(data: bytes, name: str) -> ReadText:
    """Decode the bytes of a text file; raises ReadError if no encoding fits.

    A byte-order mark decides, then UTF-8 if the bytes are valid in it, then which of GB18030, Big5
    and UTF-16 gives the commonest characters. A few damaged bytes become U+FFFD and lower the
    confidence; a character that is cut at the end is left out. Line ends become \\n.
    """
    if not data.strip():
        raise ReadError(name, "the file is empty")
    reading, confidence = _marked(data, name) or _valid_utf8(data) or _most_plausible(data, name)
    text = reading.text.removesuffix(_END_OF_FILE).replace("\r\n", "\n").replace("\r", "\n")
    controls = len(_CONTROL.findall(text))
    if controls > _most_damage(text):
        raise ReadError(name, "this is no text: it holds control characters")
    if not text.strip("\ufeff\ufffd \t\n\v\f"):
        raise ReadError(name, "the file holds no characters")
    share = (reading.damaged + controls) / max(1, len(text))
    return ReadText(text, reading.encoding, round(confidence * (1 - min(0.5, _DAMAGE_WEIGHT * share)), 3))


def _marked(data: bytes, name: str) -> tuple[_Reading, float] | None:
    for mark, encoding, codec in _MARKS:
        if data.startswith(mark):
            reading = _reading(data[len(mark) :], codec)
            if reading is None:
                place = len(mark) + _first_damage(data[len(mark) :], codec)
                raise ReadError(name, f"it starts as {encoding} and is damaged at byte {place}")
            return reading._replace(encoding=encoding), 1.0
    return None


def _first_damage(data: bytes, codec: str) -> int:
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def _valid_utf8(data: bytes) -> tuple[_Reading, float] | None:
    try:
        return _Reading(data.decode("utf-8"), "utf-8", 0), 1.0
    except UnicodeDecodeError:
        return None


def _reading(data: bytes, encoding: str) -> _Reading | None:
    """Decode bytes, a few of which may be damaged; None if many are."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(data)  # not the last call: a character that is cut at the end stays inside
    own = data.count(_REPLACEMENT.encode(encoding, "ignore") or b"\xff\xff\xff")
    damaged = len(re.findall(f"{_REPLACEMENT}{{1,{_ONE_DAMAGE}}}", text)) - own
    return _Reading(text, encoding, max(0, damaged)) if damaged <= _most_damage(text) else None


def _most_damage(text: str) -> int:
    return len(text) // _CHARACTERS_A_DAMAGE


def _most_plausible(data: bytes, name: str) -> tuple[_Reading, float]:
    # A line break or a digit of UTF-16 has a byte that is zero; text in the others hardly ever has one.
    encodings = _UTF16 if data.count(0) > len(data) / _CHARACTERS_A_DAMAGE else _BYTEWISE
    readings = [reading for encoding in encodings if (reading := _reading(data, encoding))]
    costs = [_mean_cost(reading.text) for reading in readings]
    if not readings or min(costs) > _HIGHEST_MEAN_COST:
        raise ReadError(name, "its bytes are no UTF-8, GB18030, Big5 or UTF-16 text: save it as UTF-8")
    best = costs.index(min(costs))
    confidence = _confidence(readings, costs, best)
    found = readings[best]._replace(
        damaged=readings[best].damaged + len(_PRIVATE.findall(readings[best].text))
    )
    return found, confidence * (_KOREAN_DOUBT if _is_korean(data) else 1.0)


def _is_korean(data: bytes) -> bool:
    """Tell whether bytes are Hangul throughout if they are Korean: Chinese text would be half Hanja."""
    wide = _ASCII.sub("", data.decode(_KOREAN, "replace"))
    return len(wide) >= _KOREAN_LENGTH and len(_HANGUL.findall(wide)) >= _KOREAN_SHARE * len(wide)


def _confidence(readings: Sequence[_Reading], costs: Sequence[float], best: int) -> float:
    """Return how sure the best reading is: 1 if it beats the others by far and is plain itself.

    A logistic function of how much commoner its characters are, which a longer text makes surer.
    """
    others = [
        cost - costs[best]
        for reading, cost in zip(readings, costs, strict=True)
        if reading.text != readings[best].text
    ]
    length = min(len(_ASCII.sub("", readings[best].text)), _SURE_LENGTH)
    posterior = 1 / (1 + math.exp(-_EVIDENCE * length * min(others))) if others else 1.0
    plainness = min(1.0, (_HIGHEST_MEAN_COST - costs[best]) / 2)
    return posterior * plainness


def _mean_cost(text: str) -> float:
    """Return how unusual the characters beyond ASCII are on average: the logarithm of their place."""
    counts = Counter(_ASCII.sub("", text) or text)
    if not counts:
        return math.inf
    return sum(count * _cost(char) for char, count in counts.items()) / counts.total()


def _cost(char: str) -> float:
    if _HAN_CHARACTER.match(char):
        return math.log(place(normalise(char)) + 2)
    if _PLAIN.match(char):
        return _PLAIN_COST
    return _STRANGE_COST if unicodedata.category(char) in ("Co", "Cn", "Cc", "Lo") else 2 * _PLAIN_COST
