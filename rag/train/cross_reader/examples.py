"""What the pretrained reader learns from: tasks in the pieces of its vocabulary."""

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from tokenizers import Tokenizer

from rag.models.reader.cross import Pieces, heading_of, pair, pieces, windows
from rag.retrieve.passages import laid_out
from rag.text.sentences import sentence_ends
from rag.train.data.own_questions import QuestionsOver
from rag.train.reader.examples import Task

__all__ = [
    "Example",
    "FoundText",
    "example",
    "examples",
    "in_windows",
    "of_questions",
    "of_sentences",
    "read_sentences",
]

_FEWEST_PIECES: Final = 4
_MOST_ASKED: Final = 80  # pieces
_ENOUGH: Final = 8  # pieces of its answers that a window must hold, or all
_AROUND: Final = 4  # rows before and behind, most of the same article
_NO_SENTENCE: Final = 0.3  # how often
_WITHOUT: Final = 3  # passages to learn from that do not answer, of a question without an answer
_ONE_MORE: Final = 0.5  # how often there are two of one with an answer


class Example(NamedTuple):
    """A task in pieces: a question and a text in one sequence."""

    ids: list[int]
    text: range  # the pieces of the text
    starts: Sequence[int]  # where the answer may start, empty if there is none
    ends: Sequence[int]
    sentence: Sequence[int]  # the pieces of its sentence, of all that answer


class FoundText(NamedTuple):
    """A question, a text that a library finds for it, and the places of all its sentences that answer."""

    question: str
    text: str
    answers: Sequence[tuple[int, int]]


def example(task: Task, vocabulary: Tokenizer, most: int) -> Example | None:
    """Return a task in pieces, None if it is too short or long, or its answer is not to be found."""
    question, text = pieces(task.question, vocabulary), pieces(task.text, vocabulary)
    if not 1 <= len(question.ids) <= _MOST_ASKED or not _FEWEST_PIECES <= len(text.ids) <= most:
        return None
    ids, first = pair(question, text)
    within = range(first, first + len(text.ids))
    if task.answer is None:
        return Example(ids, within, *(range(0),) * 3)
    answer = [first + place for place in _within(text, *task.answer)]
    if not answer:
        return None
    if not task.is_exact:
        return Example(ids, within, answer, answer, answer)
    borders = pairwise([0, *sentence_ends(task.text)])
    start, end = next((a, b) for a, b in borders if a <= task.answer[0] < b)
    sentence = [first + place for place in _within(text, start, end)]
    return Example(ids, within, answer[:1], answer[-1:], sentence)


def _within(text: Pieces, start: int, end: int) -> range:
    """Return the places of the pieces that stand for some characters."""
    found = np.flatnonzero((text.starts < end) & (text.ends > start) & text.visible)
    return range(int(found[0]), int(found[-1]) + 1) if len(found) else range(0)


def examples(tasks: Iterable[Task], vocabulary: Tokenizer, most: int) -> list[Example]:
    """Return those of the tasks that can be learnt from, texts of `most` pieces at most."""
    found = (example(task, vocabulary, most) for task in tasks)
    return [row for row in found if row is not None]


def of_questions(over: QuestionsOver, source: random.Random) -> Iterator[FoundText]:
    """Yield what a library finds for its questions: all texts that answer, and some that do not."""
    for asked in over.questions:
        plan = over.pipeline.found_alone(asked.question, asked.history)
        laid = [laid_out(passage) for passage in plan.evidence.passages]
        questions = [question for question, _ in plan.question.put_to([text for text, _ in laid])]
        others = list[FoundText]()
        for passage, (text, places), question in zip(plan.evidence.passages, laid, questions, strict=True):
            spans = asked.answers.get(passage.document, ())
            answers = [
                place
                for sentence, place in zip(passage.sentences, places, strict=True)
                if any(span.start < sentence.span.end and sentence.span.start < span.end for span in spans)
            ]
            if answers:
                yield FoundText(question, text, answers)
            else:
                others.append(FoundText(question, text, ()))
        most = 1 + (source.random() < _ONE_MORE) if asked.answers else _WITHOUT
        yield from others[:1]
        yield from source.sample(others[1:], min(most, len(others)) - 1) if others else ()


def in_windows(found: Iterable[FoundText], vocabulary: Tokenizer, source: random.Random) -> list[Example]:
    """Return examples of texts as they are read: windows that answer, and one that does not."""
    rows = list[Example]()
    for task in found:
        question, text = pieces(task.question, vocabulary), pieces(task.text, vocabulary)
        if not 1 <= len(question.ids) <= _MOST_ASKED or len(text.ids) < _FEWEST_PIECES:
            continue
        holds = np.zeros(len(text.ids), dtype=bool)
        for start, end in task.answers:
            holds[_within(text, start, end)] = True
        without = list[Example]()
        for places in windows(len(text.ids), heading_of(task.text, text)):
            ids, first = pair(question, text.at(places))
            answer = (first + np.flatnonzero(holds[places])).tolist()
            row = Example(ids, range(first, first + len(places)), answer, answer, answer)
            if not answer:
                without.append(row)
            elif len(answer) >= min(_ENOUGH, int(holds.sum())):
                rows.append(row)
        rows += source.sample(without, min(1, len(without)))
    return rows


def of_sentences(rows: Sequence[tuple[str, str]], most: int, source: random.Random) -> Iterator[Task]:
    """Yield tasks of questions and the sentences that answer them, among some that stand near; or without."""
    for at in source.sample(range(len(rows)), min(most, len(rows))):
        question, right = rows[at]
        around = [b for _, b in rows[max(0, at - _AROUND) : at + _AROUND + 1] if b != right]
        near = list(dict.fromkeys(around))
        source.shuffle(near)
        near = near[: source.randint(2, _AROUND)]
        if source.random() < _NO_SENTENCE:
            if near:
                yield Task(question, " ".join(near), None)
            continue
        place = source.randint(0, len(near))
        before = "".join(f"{sentence} " for sentence in near[:place])
        text = before + " ".join([right, *near[place:]])
        yield Task(question, text, (len(before), len(before) + len(right)), is_exact=False)


def read_sentences(folder: Path) -> list[tuple[str, str]]:
    """Return the English questions of a folder, in order, each with the sentence that answers it."""
    found: list[tuple[str, str]] = []
    for path in sorted(folder.glob("qa_*_sentences_en.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            found += [(row["a"], row["b"]) for row in map(json.loads, lines)]
    return found
