"""What the reader says of a question and some texts, on the characters of the originals."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from rag.reader.cut import Cut, Floats, cut, cut_all
from rag.reader.model import Network
from rag.words import MODELS

__all__ = ["NOWHERE", "SHIPPED", "Answer", "Reader", "Reading", "shipped_reader"]

SHIPPED: Final = MODELS / "reader" / "reader.safetensors"
NOWHERE: Final = -1e4
"""The logit of a character at which no piece begins (or ends), and of a text without pieces."""
_LONGEST_READ: Final = 600  # pieces of a text; what is beyond is not read
_LONGEST_ASKED: Final = 120  # pieces of a question
_LONGEST_ANSWER: Final = 60  # characters


class Answer(NamedTuple):
    """A span of a text and the sum of its start's and its end's logit, less twice that of no answer."""

    start: int
    end: int  # exclusive
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One text as read for a question; scores of different texts compare, of different questions less so."""

    answerable: float  # logit
    starts: Floats  # of an answer's first character, one a character of the original
    ends: Floats  # of its last
    null: float

    def best_span(
        self, start: int = 0, end: int | None = None, longest: int = _LONGEST_ANSWER
    ) -> Answer | None:
        """Return the best answer within a range of characters, None if none can stand there."""
        firsts = start + np.flatnonzero(self.starts[start:end] > NOWHERE)
        lasts = start + np.flatnonzero(self.ends[start:end] > NOWHERE)
        if not len(firsts) or not len(lasts):
            return None
        scores = self.starts[firsts][:, None] + self.ends[lasts][None, :]
        length = lasts[None, :] - firsts[:, None] + 1
        scores = np.where((length >= 1) & (length <= longest), scores, 2 * NOWHERE)
        first, last = np.unravel_index(int(scores.argmax()), scores.shape)
        if scores[first, last] == 2 * NOWHERE:
            return None
        score = float(scores[first, last]) - 2 * self.null
        return Answer(int(firsts[first]), int(lasts[last]) + 1, score)

    def sentence_scores(self, spans: Sequence[tuple[int, int]]) -> Floats:
        """Return how well each sentence, a range of characters, answers: a logit against no answer."""
        return np.array(
            [
                (_log_sum(self.starts[start:end]) + _log_sum(self.ends[start:end])) / 2 - self.null
                for start, end in spans
            ],
            dtype=np.float32,
        )


class Reader:
    """Reads texts for a question by the network that `yinju train reader` made."""

    def __init__(self, path: Path = SHIPPED) -> None:
        """Read the weights; raises ModelError."""
        self._network = Network.read(path)

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Read each text; one may begin with its heading and a line break."""
        asked = _first(cut(question), _LONGEST_ASKED)
        return [
            self._read(asked, _first(text, _LONGEST_READ), len(original))
            for text, original in zip(cut_all(texts), texts, strict=True)
        ]

    def _read(self, question: Cut, text: Cut, length: int) -> Reading:
        starts = np.full(length, NOWHERE, dtype=np.float32)
        ends = np.full(length, NOWHERE, dtype=np.float32)
        if not len(question) or not len(text):
            return Reading(NOWHERE, starts, ends, 0.0)
        logits = self._network.read_text(question, text)
        starts[text.origin[text.starts]] = logits.starts
        ends[text.origin[text.ends - 1]] = logits.ends
        answerable = (_log_sum(logits.starts) + _log_sum(logits.ends)) / 2 - logits.null
        return Reading(answerable, starts, ends, logits.null)


def _first(text: Cut, most: int) -> Cut:
    return text if len(text) <= most else text.first(most)


def _log_sum(logits: Floats) -> float:
    if not len(logits):
        return NOWHERE
    top = float(logits.max())
    return top + float(np.log(np.exp(logits - top).sum()))


@cache
def shipped_reader() -> Reader:
    """Read the shipped network, once."""
    return Reader()
