"""Questions with the passages that answer, and what the retriever brings for them."""

import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.build import build_pipeline
from rag.ingest.ingest import store_passages
from rag.query.rewrite import rewrite
from rag.retrieve.rerank.features import features
from rag.retrieve.rerank.trees import DEPTH
from rag.retrieve.retriever import Retriever
from rag.settings import Settings
from rag.text.normalize import fold, language_of, normalise
from rag.train.data.pairs import AnswerRow, PairFile, is_held_out
from rag.train.data.parts import cuts, subject_of

__all__ = ["JudgedSet", "QuestionSet", "answer_sets", "judge", "pair_sets"]

_QUESTIONS: Final = 800  # of one kind of pairs
_PASSAGES: Final = 2500
_FEWEST: Final = 50
_SHORTEST_QUESTION, _SHORTEST_PASSAGE = 3, 6
_PART_SIZES: Final = (120, 250, 450)  # characters
_NOT_ASKED: Final = ("dict", "script")  # kinds of pairs that no question is like


class QuestionSet(NamedTuple):
    """Passages as (heading, text), and questions with the numbers of the passages that answer."""

    name: str
    passages: list[tuple[str, str]]
    questions: list[tuple[str, frozenset[int]]]


class JudgedSet(NamedTuple):
    """Features of candidates, shape (n, features); 1 for those that answer; candidates of each question."""

    name: str
    rows: NDArray[np.float64]
    labels: NDArray[np.int8]
    groups: NDArray[np.int32]


def answer_sets(rows: Sequence[AnswerRow], seed: int) -> Iterator[QuestionSet]:
    """Make sets of held-out passages cut into parts: which part of which passage holds the answer?

    Parts of one passage share a subject, as the sections of a document do: that is what whole
    passages drawn from everywhere do not teach.
    """
    held_out = [row for row in rows if is_held_out(normalise(row.passage), has_questions=True)]
    if len(held_out) < _FEWEST:
        return
    for size in _PART_SIZES:
        yield _parts(f"parts of {size} characters", held_out, size, headed=True, seed=seed)
    yield _parts("parts without headings", held_out, _PART_SIZES[1], headed=False, seed=seed)
    longest = max(len(row.passage) for row in held_out)
    yield _parts("whole passages", held_out, longest, headed=True, seed=seed)


def _parts(name: str, rows: Sequence[AnswerRow], size: int, *, headed: bool, seed: int) -> QuestionSet:
    passages: list[tuple[str, str]] = []
    parts_of: dict[str, dict[int, int]] = {}  # of each passage: where each part starts -> its number
    for row in rows:
        if row.passage in parts_of:
            continue
        heading = subject_of(normalise(row.passage)) if headed else ""
        parts_of[row.passage] = {}
        for start, end in cuts(row.passage, size):
            parts_of[row.passage][start] = len(passages)
            passages.append((heading, row.passage[start:end]))
    questions: list[tuple[str, frozenset[int]]] = []
    for row in rows:
        numbers = parts_of[row.passage]
        inside = max((start for start in numbers if start <= row.start), default=0)
        if fold(row.answer) in fold(passages[numbers[inside]][1]):
            questions.append((row.question, frozenset([numbers[inside]])))
    random.Random(seed).shuffle(questions)  # noqa: S311 - a sample, not a secret
    return QuestionSet(name, passages, questions)


def pair_sets(files: Sequence[PairFile], seed: int) -> Iterator[QuestionSet]:
    """Make a set of each file's held-out pairs, two where they cross languages: one each way."""
    for file in files:
        source = random.Random(f"{file.name}-{seed}")  # noqa: S311 - a sample, not a secret
        held_out = file.held_out()
        pairs = [
            (a, b)
            for a, b in zip(held_out.left, held_out.right, strict=True)
            if len(a) >= _SHORTEST_QUESTION and len(b) >= _SHORTEST_PASSAGE
        ]
        if len(pairs) < _FEWEST or file.name.startswith(_NOT_ASKED):
            continue
        source.shuffle(pairs)
        yield _pairs(file.name, pairs)
        if _cross_languages(pairs):
            yield _pairs(f"{file.name}, reversed", [(b, a) for a, b in pairs])


def _pairs(name: str, pairs: Sequence[tuple[str, str]]) -> QuestionSet:
    numbers: dict[str, int] = {}
    for _, passage in pairs:
        if len(numbers) < _PASSAGES:
            numbers.setdefault(passage, len(numbers))
    questions = [(a, frozenset([numbers[b]])) for a, b in pairs if b in numbers]
    return QuestionSet(name, [("", passage) for passage in numbers], questions[:_QUESTIONS])


def _cross_languages(pairs: Sequence[tuple[str, str]]) -> bool:
    few = pairs[:200]
    return sum((language_of(a) == "en") != (language_of(b) == "en") for a, b in few) > len(few) / 2


def judge(asked: QuestionSet, settings: Settings) -> JudgedSet:
    """Ask the questions in a library of the passages; candidates are in the order of the fused scores."""
    rows: list[NDArray[np.float64]] = []
    labels: list[NDArray[np.int8]] = []
    with tempfile.TemporaryDirectory() as library:
        pipeline = build_pipeline(settings.model_copy(update={"library": Path(library)}), create=True)
        store_passages(
            pipeline.corpus,
            ((str(number), heading, text) for number, (heading, text) in enumerate(asked.passages)),
        )
        numbers = {
            pipeline.library.chunks_of(str(number))[0].id: number for number in range(len(asked.passages))
        }
        with pipeline.corpus.indexes.snapshot() as snapshot:
            retriever = Retriever(snapshot, pipeline.corpus.embedder)
            for question, answers in asked.questions:
                query = rewrite(question)
                there, seen, judged, texts = retriever.looked_at(query, retriever.fused(query)[:DEPTH])
                rows.append(features(seen, judged, texts))
                labels.append(
                    np.array([numbers[candidate.id] in answers for candidate in there], dtype=np.int8)
                )
        pipeline.close()
    return JudgedSet(
        asked.name,
        np.concatenate(rows),
        np.concatenate(labels),
        np.array([len(label) for label in labels], dtype=np.int32),
    )
