"""What the pretrained reader says of the passages, and which of them it reads.

It takes longer over a passage than all else that looks at one, so that it reads what the trees take for
likely without it, best first, and goes on only while a passage it has not read comes near the best.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from rag.answer.extractive.sentence_features import FEATURES, LEAST_READ, look_at
from rag.query.form import asked_form
from rag.retrieve.passages import laid_out
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.types.document import Document
from rag.types.evidence import Passage
from rag.types.query import Form

__all__ = ["CloseReading", "look_closely_at", "read_the_likely"]

Judge = Callable[[Floats], Floats]
"""Gives each row, one a sentence, the logit of its answering."""

_OF_SEVERAL: Final[tuple[Form, ...]] = ("which", "summary", "how", "why", "list")
_FEWEST_OF_SEVERAL: Final = 3  # passages that are read where an answer is put together of several sentences
_MOST: Final = 4  # that are read because they may hold the best sentence
_NEAR: Final = 4.0  # of the best sentence's logit: a passage that comes so near is read as well
_SENTENCE, _BEHIND, _WHOLE, _MOST_WHOLE, _PLACE = (
    FEATURES.index(name)
    for name in (
        *("closely", "closely_behind"),
        *("closely_readable", "closely_readable_most", "closely_place"),
    )
)


class CloseReading:
    """The rows of the passages' sentences, with what the reader says of those passages it has read."""

    def __init__(self, question: Relevance, passages: Sequence[Passage], rows: Floats) -> None:
        """Take the rows as `look_at` returns them; they are changed in place."""
        self.rows = rows
        self._question = question
        self._passages = [passage for passage in passages if passage.sentences]
        ends = accumulate((len(passage.sentences) for passage in self._passages), initial=0)
        self._places = [slice(start, end) for start, end in pairwise(ends)]
        self._read: set[int] = set()
        self._fewest = _FEWEST_OF_SEVERAL if asked_form(question.query) in _OF_SEVERAL else 1

    def read(self, numbers: Iterable[int]) -> None:
        """Read some of the passages that have sentences, by their numbers."""
        new = [number for number in numbers if number not in self._read]
        laid = [laid_out(self._passages[number]) for number in new]
        readings = self._question.read_closely([text for text, _ in laid])
        for number, reading, (_, places) in zip(new, readings, laid, strict=True):
            found = np.maximum(reading.sentence_scores(places), LEAST_READ)
            rows = self._places[number]
            self.rows[rows, _SENTENCE] = found
            self.rows[rows, _WHOLE] = max(reading.answerable, LEAST_READ)
            self.rows[rows, _PLACE] = np.argsort(np.argsort(-found))
        self._read.update(new)
        self._compare()

    def read_all(self) -> None:
        """Read all passages."""
        self.read(range(len(self._passages)))

    def next(self, logits: Floats) -> int | None:
        """Return the passage to read next, None where what was read is enough to tell the best sentence."""
        best = [float(logits[rows].max()) for rows in self._places]
        unread = [number for number in range(len(best)) if number not in self._read]
        if not unread or len(self._read) >= _MOST:
            return None
        likeliest = max(unread, key=lambda number: best[number])
        return likeliest if len(self._read) < self._fewest or best[likeliest] >= max(best) - _NEAR else None

    def _compare(self) -> None:
        """Say of each sentence how it compares with those of all passages."""
        own = self.rows[:, _SENTENCE]
        self.rows[:, _BEHIND] = own.max(initial=LEAST_READ) - own
        read = [self.rows[self._places[number], _WHOLE].max() for number in self._read]
        if read:
            self.rows[:, _MOST_WHOLE] = max(read)


def read_the_likely(
    question: Relevance, passages: Sequence[Passage], rows: Floats, judge: Judge
) -> tuple[Floats, Floats]:
    """Read the passages that may answer; return the rows with what was read, and the sentences' logits."""
    reading = CloseReading(question, passages, rows)
    logits = judge(rows)
    while (number := reading.next(logits)) is not None:
        reading.read([number])
        logits = judge(reading.rows)
    return reading.rows, logits


def look_closely_at(
    question: Relevance,
    passages: Sequence[Passage],
    documents: Mapping[str, Document],
    article_of: Callable[[str], str] | None = None,
) -> Floats:
    """Return the rows of `look_at` with all passages read: what the trees learn from."""
    reading = CloseReading(question, passages, look_at(question, passages, documents, article_of))
    reading.read_all()
    return reading.rows
