"""A question or a text as the reader takes it in: pieces, and where each stands in the original."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.resources import MODELS
from rag.text.marks import CLOSING, CLOSING_TITLE, OPENING, OPENING_TITLE
from rag.text.normalize import convert, normalise
from rag.text.sentences import sentence_ends
from rag.text.vocabulary import read_vocabulary

__all__ = ["Cut", "aligned", "cut", "cut_all"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

# What the reader learnt to see as opened and closed: a change here needs a new reader.
_OPEN: Final = f'{OPENING}{OPENING_TITLE}〈"(【[〔'
_CLOSE: Final = f'{CLOSING}{CLOSING_TITLE}〉")】]〕'
_LETTER: Final = re.compile(r"\w")
_FEW: Final = 16  # texts that are not worth sharing out among threads


@dataclass(frozen=True, slots=True)
class Cut:
    """A normalised text in pieces; all arrays but the last three have one entry a piece."""

    text: str
    ids: Ints
    starts: Ints  # the first character of a piece
    ends: Ints  # one past its last
    sentence: Ints  # the sentence in which it stands
    shape: Floats  # what it looks like, (n, SHAPES)
    codes: Ints  # of each character
    sentence_starts: Ints  # the first character of each sentence
    origin: Ints  # the place in the original of each character, and where the original ends

    def __len__(self) -> int:
        """Return the number of pieces."""
        return len(self.ids)

    def first(self, most: int) -> "Cut":
        """Return what its first pieces are alone."""
        end = int(self.ends[most - 1])
        return replace(
            self,
            text=self.text[:end],
            **{name: getattr(self, name)[:most] for name in ("ids", "starts", "ends", "sentence", "shape")},
            codes=self.codes[:end],
            sentence_starts=self.sentence_starts[self.sentence_starts < end],
        )


def cut(text: str) -> Cut:
    """Fold and cut one text."""
    return cut_all([text])[0]


def cut_all(texts: Sequence[str]) -> list[Cut]:
    """Fold and cut some texts."""
    folded = [aligned(text) for text in texts]
    vocabulary = read_vocabulary(MODELS / "static")
    if len(texts) < _FEW:
        found = [vocabulary.encode(text, add_special_tokens=False) for text, _ in folded]
    else:
        found = vocabulary.encode_batch([text for text, _ in folded], add_special_tokens=False)
    return [
        _cut(text, origin, encoding.ids, encoding.offsets)
        for (text, origin), encoding in zip(folded, found, strict=True)
    ]


def aligned(text: str) -> tuple[str, Ints]:
    """Return the normalised text, and where each of its characters stands in the original."""
    folded = normalise(text)
    if len(folded) == len(text):
        return folded, np.arange(len(text) + 1)
    parts = [unicodedata.normalize("NFKC", character).lower() for character in text]
    one_by_one = convert("".join(parts), "zh-Hans")
    places = np.repeat(np.arange(len(text)), [len(part) for part in parts])
    if len(one_by_one) != len(places):  # the conversion itself made it longer or shorter: spread evenly
        places = np.linspace(0, max(0, len(text) - 1), len(one_by_one)).astype(np.int64)
    return one_by_one, np.append(places, len(text))


def _cut(text: str, origin: Ints, ids: Sequence[int], offsets: Sequence[tuple[int, int]]) -> Cut:
    kept = [
        (id_, start, end) for id_, (start, end) in zip(ids, offsets, strict=True) if text[start:end].strip()
    ]
    starts = np.array([start for _, start, _ in kept], dtype=np.int64)
    borders = [0, *sentence_ends(text)]
    first = [a for a, b in pairwise(borders) if text[a:b].strip()] or [0]
    first[0] = 0
    return Cut(
        text=text,
        ids=np.array([id_ for id_, _, _ in kept], dtype=np.int64),
        starts=starts,
        ends=np.array([end for _, _, end in kept], dtype=np.int64),
        sentence=np.searchsorted(first, starts, side="right") - 1,
        shape=_shapes([text[start:end] for _, start, end in kept]),
        codes=np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64),
        sentence_starts=np.array(first, dtype=np.int64),
        origin=origin,
    )


def _shapes(pieces: Sequence[str]) -> Floats:
    rows = np.zeros((len(pieces), 6), dtype=np.float32)
    depth = 0
    for row, piece in zip(rows, pieces, strict=True):
        if piece[0] in _CLOSE:
            depth = 0
        row[0] = piece[0].isdigit()
        row[1] = piece[0].isascii() and piece[0].isalpha()
        row[2] = not _LETTER.search(piece)
        row[3] = min(len(piece), 6) / 3
        row[4] = depth
        row[5] = piece[0] in _OPEN or piece[0] in _CLOSE
        if (piece[0] in _OPEN and piece[0] not in '"') or (piece[0] == '"' and not depth):
            depth = 1
    return rows
