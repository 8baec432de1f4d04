"""The pretrained reader: question and text are one sequence of a transformer (Devlin et al., 2019).

It has read much more than the small one, and tells better whether a text answers at all; which words of
a text do the small one tells better.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from rag.interrupt import checked
from rag.models.reader.cut import aligned
from rag.models.reader.reading import NOWHERE, Reading, nothing_read, reading_of
from rag.models.sentence_encoder import BEGIN, END, Network, Trunk, shipped_trunk
from rag.resources import MODELS

__all__ = [
    "SHIPPED",
    "CrossReader",
    "Pieces",
    "heading_of",
    "pair",
    "pieces",
    "shipped_cross_reader",
    "windows",
]

SHIPPED: Final = MODELS / "cross_reader" / "cross_reader.onnx"
_WINDOW: Final = 400  # pieces of a text that are read at once
_OVERLAP: Final = 100  # pieces that two windows share
_MOST_WINDOWS: Final = 8  # of a text; what is beyond is not read
_LONGEST_HEADING: Final = 100  # pieces; a longer one stands over the first window alone
_LONGEST_ASKED: Final = 100  # pieces of a question
_REMEMBERED: Final = 500  # readings
_SPACE: Final = "▁"  # stands before the first word as well

Ints = NDArray[np.int64]


class Pieces(NamedTuple):
    """The pieces of a folded text, and the characters of the original that each stands for.

    A piece of white space alone stands for none: its end is its start.
    """

    ids: Ints
    starts: Ints
    ends: Ints  # exclusive

    @property
    def visible(self) -> NDArray[np.bool_]:
        """Tell of each piece whether it stands for anything."""
        return self.ends > self.starts

    def at(self, places: slice | Ints) -> "Pieces":
        """Return some of the pieces."""
        return Pieces(self.ids[places], self.starts[places], self.ends[places])


def pieces(text: str, vocabulary: Tokenizer) -> Pieces:
    """Fold and cut a text; a line break is a space."""
    folded, origin = aligned(text)
    encoding = vocabulary.encode(folded.replace("\n", " "), add_special_tokens=False)
    starts, ends = [], []
    for (start, end), piece in zip(encoding.offsets, encoding.tokens, strict=True):
        seen = "" if piece == _SPACE else folded[start:end].lstrip()
        starts.append(int(origin[end - len(seen)]))
        ends.append(int(origin[end - 1]) + 1 if seen else starts[-1])
    return Pieces(np.array(encoding.ids, np.int64), np.array(starts, np.int64), np.array(ends, np.int64))


class CrossReader:
    """Reads texts for a question by the network of `yinju train cross-reader`.

    Each text is read alone with the question: what is said of one does not depend on the others. Safe to
    use from several threads.
    """

    def __init__(self, path: Path = SHIPPED, trunk: Trunk | None = None) -> None:
        """Read the weights; raises ModelError."""
        self._trunk = trunk or shipped_trunk()
        self._network = Network(path)
        self._known = lru_cache(maxsize=_REMEMBERED)(self._read)
        self._threads = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="cross-reader")

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Read each text; one may begin with its heading and a line break."""
        return self.read_pairs([(question, text) for text in texts])

    def read_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read texts, each for a question of its own."""
        return list(checked(self._threads.map(self._known, *zip(*pairs, strict=True)))) if pairs else []

    def _read(self, question: str, original: str) -> Reading:
        asked = pieces(question, self._trunk.vocabulary).at(slice(_LONGEST_ASKED))
        text = pieces(original, self._trunk.vocabulary)
        seen = text.visible
        if not asked.visible.any() or not seen.any():
            return nothing_read(len(original))
        logits = np.full((len(text.ids), 2), NOWHERE, dtype=np.float32)
        for places in windows(len(text.ids), heading_of(original, text)):
            ids, first = pair(asked, text.at(places))
            found, no_answer = self._network(below=self._trunk.below(ids))
            against = found[first : first + len(places)] - no_answer[0]
            logits[places] = np.maximum(logits[places], against)
        starts, ends = text.starts[seen], text.ends[seen] - 1
        return reading_of(len(original), (starts, logits[seen, 0]), (ends, logits[seen, 1]), null=0.0)


def heading_of(original: str, text: Pieces) -> int:
    """Return the number of pieces before the first line break, 0 if there is none."""
    return int((text.ends <= original.find("\n")).sum())


def windows(count: int, heading: int) -> list[Ints]:
    """Return the places of the pieces that are read at once, of a text of so many, a heading's first.

    A long text is read in several windows that overlap, each under the heading: what is said of a place is
    the most that is said of it in any, against that window's “no answer”.
    """
    if count <= _WINDOW:
        return [np.arange(count)]
    heading = heading if heading <= _LONGEST_HEADING else 0
    room = _WINDOW - heading
    starts = range(heading, count - _OVERLAP, room - _OVERLAP)
    return [np.r_[0:heading, start : min(start + room, count)] for start in starts[:_MOST_WINDOWS]]


def pair(question: Pieces, text: Pieces) -> tuple[list[int], int]:
    """Return the pieces of a question and a text as one sequence, and where the text's begin."""
    head = [BEGIN, *question.ids.tolist(), END, END]
    return [*head, *text.ids.tolist(), END], len(head)


@cache
def shipped_cross_reader() -> CrossReader:
    """Read the shipped network, once."""
    return CrossReader()
