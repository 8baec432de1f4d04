"""What the reader learns from: questions with and without their answer's sentence."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from rag.models.embedders.static import shipped
from rag.models.reader.cut import Cut, cut_all
from rag.text.normalize import count_han, normalise, terms
from rag.text.sentences import sentence_ends
from rag.train.data.pairs import AnswerRow

__all__ = [
    "Example",
    "Task",
    "example",
    "examples",
    "neighbours_of",
    "of_answers",
]

_MOST_PIECES: Final = 400
_WHOLE: Final = 0.4  # how often a passage is read as it is
_WITHOUT, _ANOTHER, _SWAPPED = 0.4, 0.25, 0.15  # how often
_RARE: Final = 3000  # the pieces before this one are common
_LONGEST_WHOLE: Final = 640  # characters


class Task(NamedTuple):
    """A question and a text; the answer's place in it, None where it has none."""

    question: str
    text: str
    answer: tuple[int, int] | None
    is_exact: bool = True  # if not, the answer is somewhere in there


class Example(NamedTuple):
    """A task in pieces."""

    question: Cut
    text: Cut
    first: int  # piece of the answer, -1 where there is none
    last: int


def example(task: Task, question: Cut, text: Cut) -> Example | None:
    """Return a task in pieces, None if it is too short or long, or its answer is not to be found."""
    if not 1 <= len(question) <= 60 or not 4 <= len(text) <= _MOST_PIECES:
        return None
    if task.answer is None:
        return Example(question, text, -1, -1)
    start, end = np.searchsorted(text.origin, task.answer, side="left")
    first = int(np.searchsorted(text.starts, start, side="right")) - 1
    last = int(np.searchsorted(text.starts, end, side="left")) - 1
    return Example(question, text, first, last) if 0 <= first <= last else None


def examples(tasks: Sequence[Task]) -> list[Example]:
    """Return those of the tasks that can be learnt from."""
    questions = cut_all([task.question for task in tasks])
    texts = cut_all([task.text for task in tasks])
    found = (example(*row) for row in zip(tasks, questions, texts, strict=True))
    return [row for row in found if row is not None]


def of_answers(
    rows: Sequence[AnswerRow],
    neighbours: Callable[[int], Sequence[int]],
    source: random.Random,
    whole: float = _WHOLE,
) -> Iterator[Task]:
    """Yield for each row a stretch of its passage with the answer, and for most something that has none.

    That is the stretch without the answer's sentence, another passage, or a question with a word swapped.
    """
    for number, row in enumerate(rows):
        borders = [(a, b) for a, b in pairwise([0, *sentence_ends(row.passage)]) if b > a]
        right = next((i for i, (a, b) in enumerate(borders) if a <= row.start < b), None)
        if right is None:
            continue
        is_whole = source.random() < whole and len(row.passage) < _LONGEST_WHOLE
        length = len(borders) if is_whole else source.randint(2, 9)
        first = max(0, min(right - source.randrange(length), len(borders) - length))
        some = borders[first : first + length]
        start = row.start - some[0][0]
        text = row.passage[some[0][0] : some[-1][1]]
        yield Task(row.question, text, (start, start + len(row.answer)))
        kind = source.random()
        if kind < _WITHOUT and len(some) > 1:
            left = "".join(row.passage[a:b] for a, b in some if not a <= row.start < b)
            if row.answer not in left:
                yield Task(row.question, left, None)
        elif _WITHOUT <= kind < _WITHOUT + _ANOTHER:
            others = list(neighbours(number))
            stretch = _stretch(rows[source.choice(others)].passage, source) if others else ""
            if row.answer not in stretch:
                yield Task(row.question, stretch, None)
        elif kind >= 1 - _SWAPPED:
            asked = _swapped(row.question, source.choice(rows).question, text)
            if asked is not None:
                yield Task(asked, text, None)


def neighbours_of(rows: Sequence[AnswerRow], source: random.Random) -> Callable[[int], Sequence[int]]:
    """Return what finds, for a question, rows of other passages that share its words."""
    holders: dict[str, list[int]] = {}
    passages: dict[str, int] = {}
    for number, row in enumerate(rows):
        if row.passage not in passages:
            passages[row.passage] = number
            for term in set(terms(row.passage)):
                if len(term) > 1:
                    holders.setdefault(term, []).append(number)

    def near(number: int) -> Sequence[int]:
        counts: dict[int, float] = {}
        for term in set(terms(rows[number].question)):
            found = holders.get(term, ())
            if len(found) < 200:
                for other in found:
                    counts[other] = counts.get(other, 0.0) + 1 / (5 + len(found))
        counts.pop(passages[rows[number].passage], None)
        best = sorted(counts, key=counts.__getitem__, reverse=True)[:4]
        return best or [source.randrange(len(rows))]

    return near


def _stretch(passage: str, source: random.Random) -> str:
    """Return some neighbouring sentences of a passage."""
    cuts = [0, *sentence_ends(passage)]
    at = source.randrange(max(1, len(cuts) - 5))
    return passage[cuts[at] : cuts[min(at + source.randint(3, 8), len(cuts) - 1)]]


def _swapped(question: str, other: str, text: str) -> str | None:
    """Return a question about something that the text does not speak of, None if there is none.

    The rarest word that question and text share gives way to the rarest of another question.
    """
    folded, read = normalise(question), normalise(text)
    own = [word for word in _names(folded) if word in read]
    new = [word for word in _names(normalise(other)) if word not in read and word not in folded]
    return folded.replace(own[0], new[0]) if own and new else None


def _names(folded: str) -> list[str]:
    """Return the pieces of a text that may name something, the rarest first."""
    ids = sorted({id_ for id_ in shipped().pieces([folded])[0] if id_ >= _RARE}, reverse=True)
    words = [shipped().piece(id_) for id_ in ids]
    return [word for word in words if len(word) > 1 and count_han(word) == len(word)]
