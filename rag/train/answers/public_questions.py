"""Public questions with answers, asked over a library of their passages, in several variants."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal

import numpy as np

from rag.answer.extractive.answerability import signs_of_question
from rag.answer.extractive.close_reading import look_closely_at
from rag.build import build_pipeline
from rag.ingest.ingest import store_passages
from rag.settings import Settings
from rag.text.normalize import fold, normalise
from rag.text.sentences import sentence_ends
from rag.train.answers.judged import Judged, Outcome
from rag.train.answers.settings import AnswersRecipe
from rag.train.data.pairs import AnswerRow, is_kept_back
from rag.train.data.parts import cuts, subject_of

__all__ = ["PublicQuestions"]

Variant = Literal["as it is", "without its passage", "without its sentence", "of another"]
_OUTCOME: Final[Mapping[Variant, Outcome]] = {
    "as it is": "answered",
    "without its sentence": "not told",
    "without its passage": "not treated",
    "of another": "not treated",
}
_PART_SIZES: Final = (120, 250, 450, 2000)  # characters
_HEADED: Final = 0.6  # of the passages stand under their subject
_WITHOUT_PASSAGE, _WITHOUT_SENTENCE, _OF_ANOTHER = 0.25, 0.7, 0.5  # shares: up to; up to; of those that can
_LONGEST_SUBJECT: Final = 12


class PublicQuestions:
    """The public questions, in a library of their passages cut into parts."""

    def __init__(self, rows: Sequence[AnswerRow], settings: Settings, recipe: AnswersRecipe) -> None:
        self._random = random.Random(recipe.seed)  # noqa: S311 - a sample, not a secret
        passages = list(dict.fromkeys(row.passage for row in rows))
        self._subjects = {passage: subject_of(normalise(passage)) for passage in passages}
        self._parts: dict[str, tuple[str, int]] = {}  # of each document: its passage, where it starts there
        chunks: list[tuple[str, str, str]] = []
        for passage in passages:
            heading = self._subjects[passage] if self._random.random() < _HEADED else ""
            for start, end in cuts(passage, self._random.choice(_PART_SIZES)):
                self._parts[str(len(chunks))] = (passage, start)
                chunks.append((str(len(chunks)), heading, passage[start:end]))
        self._pipeline = build_pipeline(settings, create=True)
        store_passages(self._pipeline.corpus, chunks)
        # Of a question that the readers learnt from, they are surer than of any that they will be asked.
        unread = [row for row in rows if is_kept_back(row.passage)] or list(rows)
        self._rows = self._random.sample(unread, min(recipe.questions, len(unread)))
        self._names = [s for s in self._subjects.values() if 2 <= len(s) <= _LONGEST_SUBJECT]

    def close(self) -> None:
        """Close the library."""
        self._pipeline.close()

    def questions(self) -> Iterator[Judged]:
        """Yield each question in up to three variants."""
        for row in self._rows:
            yield self._judged(row.question, row, "as it is")
            drawn = self._random.random()
            if drawn < _WITHOUT_PASSAGE:
                yield self._judged(row.question, row, "without its passage")
            elif drawn < _WITHOUT_SENTENCE:
                yield self._judged(row.question, row, "without its sentence")
            subject, other = self._subjects[row.passage], self._random.choice(self._names)
            question = normalise(row.question)
            if subject and subject != other and subject in question and self._random.random() < _OF_ANOTHER:
                yield self._judged(question.replace(subject, other), row, "of another")

    def _judged(self, question: str, row: AnswerRow, variant: Variant) -> Judged:
        plan = self._pipeline.found_alone(question)
        evidence = plan.evidence
        answer, end = fold(row.answer), row.start + len(row.answer)
        passages, labels = [], []
        for passage in evidence.passages:
            whole, offset = self._parts[passage.document]
            if whole != row.passage:
                passages.append(passage)
                labels += [0] * len(passage.sentences)
                continue
            if variant == "without its passage":
                continue
            kept = []
            for sentence in passage.sentences:
                holds = sentence.span.start + offset < end and row.start < sentence.span.end + offset
                if variant == "without its sentence" and (holds or answer in fold(sentence.text)):
                    continue
                kept.append(sentence)
                labels.append(int(holds and variant == "as it is"))
            passages.append(replace(passage, sentences=tuple(kept)))
        evidence = replace(evidence, passages=[passage for passage in passages if passage.sentences])
        rows = look_closely_at(
            plan.question, evidence.passages, evidence.documents, self._article(row, variant)
        )
        return Judged(
            rows,
            np.array(labels, np.int8),
            signs_of_question(plan.question, evidence),
            "answered" if any(labels) else _OUTCOME[variant] if variant != "as it is" else "not told",
            is_reference=False,
        )

    def _article(self, row: AnswerRow, variant: Variant) -> Callable[[str], str]:
        """Return what gives the passage that a part was cut from, in place of its article."""
        answer = fold(row.answer)

        def article(name: str) -> str:
            whole = self._parts[name][0]
            if whole != row.passage or variant != "without its sentence":
                return fold(whole)
            ends = sentence_ends(whole)
            sentences = [fold(whole[a:b]) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
            return "".join(sentence for sentence in sentences if answer not in sentence)

        return article
