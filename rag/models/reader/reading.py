"""What a reader says of a text, on the characters of the original."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOWHERE", "Answer", "Reading", "nothing_read", "reading_of"]

NOWHERE: Final = -1e4
"""The logit of a character at which no piece begins (or ends), and of a text without pieces."""
_LONGEST_ANSWER: Final = 60  # characters

Floats = NDArray[np.float32]
Logits = tuple[NDArray[np.int64], Floats]  # where pieces start, or the last characters of pieces; of each


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


def reading_of(length: int, starts: Logits, ends: Logits, null: float) -> Reading:
    """Return a reading of so many characters; no two pieces may start, or end, at the same one."""
    rows = [_nowhere(length) for _ in range(2)]
    for row, (places, logits) in zip(rows, (starts, ends), strict=True):
        row[places] = logits
    return Reading((_log_sum(starts[1]) + _log_sum(ends[1])) / 2 - null, rows[0], rows[1], null)


def nothing_read(length: int) -> Reading:
    """Return the reading of a text without pieces, or for a question without any."""
    return Reading(NOWHERE, _nowhere(length), _nowhere(length), 0.0)


def _nowhere(length: int) -> Floats:
    return np.full(length, NOWHERE, dtype=np.float32)


def _log_sum(logits: Floats) -> float:
    if not len(logits):
        return NOWHERE
    top = float(logits.max())
    return top + float(np.log(np.exp(logits - top).sum()))
