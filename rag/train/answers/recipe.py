"""The recipe of what answers: trees that rank sentences, cut them, choose a way to answer, and say how sure.

Public questions stand in a library of their passages, each asked up to three times: as it is; with
its passage left out, or the sentence that answers cut out of it; and about another subject. Reference
questions come as they are. Confidence is fitted to what rankers say that have not seen the question.
"""

import json
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray

from rag.answer.extractive.answerability import SIGNS, signs, signs_of_question
from rag.answer.extractive.sentence_features import FEATURES, look_at
from rag.build import build_pipeline
from rag.ingest.ingest import store_passages
from rag.models.reader import CrossReader
from rag.pipeline import Pipeline
from rag.retrieve.relevance import Lens
from rag.retrieve.rerank.matching import Floats
from rag.settings import Settings
from rag.text.normalize import fold, normalise
from rag.text.sentences import sentence_ends
from rag.train.answers.candidates import Ranked, fit_candidates
from rag.train.answers.clauses import Clauses, Facts, clauses_told, fit_clauses
from rag.train.data.own import Asked, QuestionsOver, asked_elsewhere
from rag.train.data.pairs import AnswerRow, is_kept_back, read_answers
from rag.train.fitting.trees import ForestRecipe, fit_trees, save_trees
from rag.train.reranker.judged import cuts, subject_of
from rag.types.evidence import Evidence, Sentence

__all__ = ["AnswersRecipe", "train_answers"]

Report = Callable[[str], None]
Variant = Literal["as it is", "without its passage", "without its sentence", "of another"]
Outcome = Literal["answered", "not told", "not treated"]
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
_FOLDS: Final = 6
# More of what speaks for an answer never makes it less likely: that keeps the trees from learning accidents.
_RISING: Final = (
    *("best", "second", "mean", "own", "near", "wide", "cosine", "fit", "read", "readable", "readable_most"),
    *("shape", "beside", "right_by", "which", "explains", "cue", "span", "span_shape", "seen_noun"),
    *("named", "named_in_path", "named_in_article"),
    *("words_here", "words_near", "words_wide", "words_in_article"),
    *("most_shape", "most_beside", "most_cosine", "dense_most", "listing"),
    *("meaning", "meaning_path", "most_meaning"),
    *("closely", "closely_readable", "closely_readable_most", "most_closely"),
)
_FALLING: Final = (
    *("unseen", "missing_here", "missing_near", "missing_in_article", "seen_rarest_missing"),
    *("word_missing_here", "word_missing_near", "word_missing_in_article", "other_year", "beyond"),
)
# Shares of answerable questions that may be refused, for their subject and of the others for the detail.
_NOT_TREATED, _NOT_TOLD = 0.005, 0.05


@dataclass(frozen=True, slots=True)
class AnswersRecipe:
    """The settings of one training run; the defaults made the shipped trees."""

    questions: int = 600  # public ones
    elsewhere: int = 260  # own ones that are asked over another library as well
    weight: float = 5.0  # of a reference question, where a public one weighs 1
    weight_of_confidence: float = 50.0  # the same, for the trees that say how sure
    of_judged: float = 2.0  # times that of a question that the thresholds are judged on
    ranker: ForestRecipe = field(
        default_factory=lambda: ForestRecipe(300, 16, 40, learning_rate=0.06, features=0.5, seed=1)
    )
    confidence: ForestRecipe = field(
        default_factory=lambda: ForestRecipe(
            *(250, 10, 20),
            learning_rate=0.04,
            features=0.3,
            seed=1,
            extra=True,
            rising=_RISING,
            falling=_FALLING,
        )
    )
    candidates: ForestRecipe = field(
        default_factory=lambda: ForestRecipe(150, 8, 20, learning_rate=0.05, features=0.3, seed=1)
    )
    clauses: ForestRecipe = field(
        default_factory=lambda: ForestRecipe(120, 6, 30, learning_rate=0.05, features=0.3, seed=1)
    )
    seed: int = 20261121


class _Judged(NamedTuple):
    """One question: a row a sentence, 1 for those that answer, and what its signs are made of."""

    rows: Floats
    labels: NDArray[np.int8]
    of_question: Floats  # what is seen of the question as a whole
    outcome: Outcome
    is_reference: bool
    told: Sequence[Clauses] = ()  # the sentences that answer, clause by clause
    is_judged_on: bool = False  # the threshold and the figures are made for questions like it
    seen: tuple[Lens, Evidence, Facts] | None = None  # of a reference question


def train_answers(
    data: Path, own: Sequence[QuestionsOver], out: Path, recipe: AnswersRecipe, report: Report
) -> dict[str, Any]:
    """Train on public answers under `data` and on own questions, one set at least; return what it was.

    The threshold and the figures are those of the first set: the others may be harder than what is asked.
    """
    return fit_answers(list(_judge(data, own, recipe, report)), out, recipe)


def _judge(
    data: Path, own: Sequence[QuestionsOver], recipe: AnswersRecipe, report: Report
) -> Iterator[_Judged]:
    """Yield all questions of which there is any sentence to judge."""
    judged = [
        _reference(asked, pipeline, reader)._replace(is_judged_on=number == 0)
        for number, (pipeline, questions, reader) in enumerate(own)
        for asked in questions
    ]
    judged += [_reference(*asked) for asked in asked_elsewhere(own, recipe.elsewhere, recipe.seed)]
    report(f"{len(judged):,} own questions")
    with tempfile.TemporaryDirectory() as library:
        settings = own[0].pipeline.settings.model_copy(update={"library": Path(library)})
        public = _Public(read_answers(data), settings, recipe) if recipe.questions else None
        for question in public.questions() if public else ():
            judged.append(question)
            if len(judged) % 500 == 0:
                report(f"{len(judged):,} questions")
        if public:
            public.close()
    yield from (question for question in judged if len(question.rows))


def fit_answers(judged: Sequence[_Judged], out: Path, recipe: AnswersRecipe) -> dict[str, Any]:
    """Fit the forests and the threshold, write them, and return the figures."""
    fold_of = np.random.default_rng(recipe.seed).integers(0, _FOLDS, len(judged))
    logits = _out_of_fold(judged, fold_of, recipe)
    seen = np.array([signs(q.of_question, found, q.rows) for q, found in zip(judged, logits, strict=True)])
    figures, thresholds = _fit_confidence(judged, seen, fold_of, recipe, out)
    save_trees(_fit_ranker(judged, recipe), FEATURES, out / "sentences.safetensors")
    own = [number for number, question in enumerate(judged) if question.seen]
    questions = [
        Ranked(*looked_up, q.rows, found)
        for q, found in zip(judged, logits, strict=True)
        if (looked_up := q.seen)
    ]
    figures["ways"] = fit_candidates(
        questions, fold_of[own], recipe.candidates, out / "candidates.safetensors"
    )
    figures["clauses"] = fit_clauses(
        [q.told for q in judged],
        [q.is_reference for q in judged],
        fold_of,
        recipe.clauses,
        recipe.weight,
        out / "clauses.safetensors",
    )
    told = json.dumps(thresholds | {"cross_validated": figures, "recipe": asdict(recipe)}, indent=1)
    (out / "confidence.json").write_text(told + "\n", encoding="utf-8")
    return figures


def _fit_ranker(judged: Sequence[_Judged], recipe: AnswersRecipe) -> lightgbm.Booster:
    weights = [np.full(len(q.rows), _weight(q, recipe.weight, recipe)) for q in judged]
    rows, labels = [q.rows for q in judged], [q.labels for q in judged]
    return fit_trees(rows, labels, FEATURES, recipe.ranker, np.concatenate(weights))


def _weight(question: _Judged, of_own: float, recipe: AnswersRecipe) -> float:
    own = of_own * (recipe.of_judged if question.is_judged_on else 1.0)
    return own if question.is_reference else 1.0


def _out_of_fold(
    judged: Sequence[_Judged], fold_of: NDArray[np.int64], recipe: AnswersRecipe
) -> list[Floats]:
    """Return the logits of each question's sentences by trees that have not seen the question."""
    logits: list[Floats] = [np.zeros(0)] * len(judged)
    for fold_number in range(_FOLDS):
        model = _fit_ranker([q for q, f in zip(judged, fold_of, strict=True) if f != fold_number], recipe)
        for index in np.flatnonzero(fold_of == fold_number).tolist():
            logits[index] = np.asarray(model.predict(judged[index].rows, raw_score=True))
    return logits


def _fit_confidence(
    judged: Sequence[_Judged],
    seen: Floats,
    fold_of: NDArray[np.int64],
    recipe: AnswersRecipe,
    out: Path,
) -> tuple[dict[str, Any], dict[str, float]]:
    """Fit and write both forests; return figures, cross-validated, and the thresholds chosen."""
    reference = np.array([q.is_reference for q in judged])
    weights = np.array([_weight(q, recipe.weight_of_confidence, recipe) for q in judged])
    treated = np.array([q.outcome != "not treated" for q in judged])
    labels = np.array([q.outcome == "answered" for q in judged])
    everything = np.ones(len(judged), dtype=bool)
    found: list[Floats] = []
    # Whether the subject is treated is learnt of all, whether the detail is told of those where it is.
    for name, right, among in (("subject", treated, everything), ("detail", labels, treated)):
        fit = partial(_fit_signs, seen, right, weights, recipe.confidence)
        told = np.zeros(len(judged))
        for fold_number in range(_FOLDS):
            inside = fold_of == fold_number
            told[inside] = fit(among & ~inside).predict(seen[inside])
        save_trees(fit(among), SIGNS, out / f"{name}.safetensors")
        found.append(told)
    judged_on = np.array([q.is_judged_on for q in judged])
    answerable, subject = labels[judged_on], found[0][judged_on]
    told = subject * found[1][judged_on]
    least_subject = float(np.quantile(subject[answerable], _NOT_TREATED))
    kept = subject >= least_subject
    threshold = float(np.quantile(told[answerable & kept], _NOT_TOLD))
    refused = ~kept | (told < threshold)
    figures = {
        "questions": int(judged_on.sum()),
        "unanswerable": int((~answerable).sum()),
        "refused_of_unanswerable": round(float(refused[~answerable].mean()), 3),
        "refused_of_answerable": round(float(refused[answerable].mean()), 3),
        "own_questions": int(reference.sum()),
        "public_questions": int((~reference).sum()),
    }
    return figures, {"threshold": round(threshold, 4), "subject": round(least_subject, 4)}


def _fit_signs(
    seen: Floats,
    right: NDArray[np.bool_],
    weights: Floats,
    recipe: ForestRecipe,
    among: NDArray[np.bool_],
) -> lightgbm.Booster:
    labels = right[among].astype(np.int8)
    return fit_trees([seen[among]], [labels], SIGNS, recipe, weights[among])


def _reference(asked: Asked, pipeline: Pipeline, reader: CrossReader | None) -> _Judged:
    lens, evidence = pipeline.looked_up(asked.question, asked.history)
    if reader:
        lens.cross_reader = reader
    sentences = [sentence for passage in evidence.passages for sentence in passage.sentences]
    labels = [
        any(span.start < sentence.span.end and sentence.span.start < span.end for span in spans)
        for passage in evidence.passages
        for spans in [asked.answers.get(passage.document, ())]
        for sentence in passage.sentences
    ]
    rows = look_at(lens, evidence.passages, evidence.documents)
    return _Judged(
        rows,
        np.array(labels, np.int8),
        signs_of_question(lens, evidence),
        "answered" if asked.answers else "not told" if asked.near_miss else "not treated",
        is_reference=True,
        told=_told(lens, sentences, labels, asked.facts),
        seen=(lens, evidence, asked.facts),
    )


def _told(lens: Lens, sentences: Sequence[Sentence], labels: Sequence[int], facts: Facts) -> list[Clauses]:
    answering = {s.text for s, label in zip(sentences, labels, strict=True) if label}
    found = (clauses_told(lens, text, facts) for text in sorted(answering))
    return [clauses for clauses in found if clauses]


class _Public:
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

    def questions(self) -> Iterator[_Judged]:
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

    def _judged(self, question: str, row: AnswerRow, variant: Variant) -> _Judged:
        lens, evidence = self._pipeline.looked_up(question)
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
        rows = look_at(lens, evidence.passages, evidence.documents, self._article(row, variant))
        sentences = [sentence for passage in evidence.passages for sentence in passage.sentences]
        return _Judged(
            rows,
            np.array(labels, np.int8),
            signs_of_question(lens, evidence),
            "answered" if any(labels) else _OUTCOME[variant] if variant != "as it is" else "not told",
            is_reference=False,
            told=_told(lens, sentences, labels, [[row.answer]]),
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
