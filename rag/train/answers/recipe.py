"""The recipe of what answers: trees that rank sentences, choose a way to answer, and say how sure.

Public questions stand in a library of their passages, each asked up to three times: as it is; with
its passage left out, or the sentence that answers cut out of it; and about another subject. Reference
questions come as they are. Confidence is fitted to what rankers say that have not seen the question.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from rag.answer.extractive.answerability import signs
from rag.answer.extractive.sentence_features import FEATURES
from rag.retrieve.rerank.matching import Floats
from rag.train.answers.candidates import Ranked, fit_candidates
from rag.train.answers.confidence import fit_confidence
from rag.train.answers.judged import Judged, of_own_question
from rag.train.answers.public_questions import PublicQuestions
from rag.train.answers.settings import FOLDS, AnswersRecipe
from rag.train.data.own_questions import QuestionsOver, asked_elsewhere
from rag.train.data.pairs import read_answers
from rag.train.fitting.trees import fit_trees, save_trees
from rag.train.report import Report

__all__ = ["AnswersRecipe", "train_answers"]


def train_answers(
    data: Path, own: Sequence[QuestionsOver], out: Path, recipe: AnswersRecipe, report: Report
) -> dict[str, Any]:
    """Train on public answers under `data` and on own questions, one set at least; return what it was.

    The threshold and the figures are those of the first set: the others may be harder than what is asked.
    """
    return fit_answers(list(_judge(data, own, recipe, report)), out, recipe)


def _judge(
    data: Path, own: Sequence[QuestionsOver], recipe: AnswersRecipe, report: Report
) -> Iterator[Judged]:
    """Yield all questions of which there is any sentence to judge."""
    judged = [
        of_own_question(asked, pipeline, reader)._replace(is_judged_on=number == 0)
        for number, (pipeline, questions, reader) in enumerate(own)
        for asked in questions
    ]
    judged += [of_own_question(*asked) for asked in asked_elsewhere(own, recipe.elsewhere, recipe.seed)]
    report(f"{len(judged):,} own questions")
    with tempfile.TemporaryDirectory() as library:
        settings = own[0].pipeline.settings.model_copy(update={"library": Path(library)})
        public = PublicQuestions(read_answers(data), settings, recipe) if recipe.questions else None
        for question in public.questions() if public else ():
            judged.append(question)
            if len(judged) % 500 == 0:
                report(f"{len(judged):,} questions")
        if public:
            public.close()
    yield from (question for question in judged if len(question.rows))


def fit_answers(judged: Sequence[Judged], out: Path, recipe: AnswersRecipe) -> dict[str, Any]:
    """Fit the forests and the threshold, write them, and return the figures."""
    fold_of = np.random.default_rng(recipe.seed).integers(0, FOLDS, len(judged))
    logits = _out_of_fold(judged, fold_of, recipe)
    seen = np.array([signs(q.of_question, found, q.rows) for q, found in zip(judged, logits, strict=True)])
    figures, thresholds = fit_confidence(judged, seen, fold_of, recipe, out)
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
    told = json.dumps(thresholds | {"cross_validated": figures, "recipe": asdict(recipe)}, indent=1)
    (out / "confidence.json").write_text(told + "\n", encoding="utf-8")
    return figures


def _fit_ranker(judged: Sequence[Judged], recipe: AnswersRecipe) -> lightgbm.Booster:
    weights = [np.full(len(q.rows), q.weight(recipe.weight, recipe.of_judged)) for q in judged]
    rows, labels = [q.rows for q in judged], [q.labels for q in judged]
    return fit_trees(rows, labels, FEATURES, recipe.ranker, np.concatenate(weights))


def _out_of_fold(judged: Sequence[Judged], fold_of: NDArray[np.int64], recipe: AnswersRecipe) -> list[Floats]:
    """Return the logits of each question's sentences by trees that have not seen the question."""
    logits: list[Floats] = [np.zeros(0)] * len(judged)
    for fold_number in range(FOLDS):
        model = _fit_ranker([q for q, f in zip(judged, fold_of, strict=True) if f != fold_number], recipe)
        for index in np.flatnonzero(fold_of == fold_number).tolist():
            logits[index] = np.asarray(model.predict(judged[index].rows, raw_score=True))
    return logits
