"""Weights of what speaks for an answer, fitted to rows made by hand."""

import json

import numpy as np
import pytest

from rag.answer.extractive.answerability_features import FEATURES
from rag.errors import InputError
from rag.models.linear import LinearModel
from rag.train.answerability.recipe import AnswerabilityRecipe, Shown, fit_answerability

BEST = FEATURES.index("best")


def shown(count: int) -> list[Shown]:
    """Make questions of ten documents, one in four without answer, whose sentences are worse."""
    source = np.random.default_rng(3)
    made = []
    for number in range(count):
        answerable = number % 4 > 0
        row = np.zeros((1, len(FEATURES)))
        row[0, BEST] = source.normal(1.0 if answerable else -3.0)
        made.append(Shown(row, f"{number % 10}.txt", answerable, is_judged_on=True))
    return made


def test_the_threshold_refuses_the_share_that_may_be_and_most_that_have_no_answer(tmp_path):
    figures = fit_answerability(shown(200), tmp_path / "weights.json", AnswerabilityRecipe())

    assert figures["refused_of_answerable"] == pytest.approx(0.05, abs=0.01)
    assert figures["refused_of_unanswerable"] > 0.8
    assert (figures["questions"], figures["unanswerable"]) == (200, 50)


def test_better_sentences_make_an_answer_likelier_and_what_never_changes_weighs_nothing(tmp_path):
    fit_answerability(shown(200), tmp_path / "weights.json", AnswerabilityRecipe())

    told = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    rows = np.zeros((2, len(FEATURES)))
    rows[:, BEST] = (-3.0, 1.0)
    low, high = LinearModel(tmp_path / "weights.json", FEATURES).probabilities(rows)
    assert low < told["threshold"] < high
    assert [weight for name, weight in zip(FEATURES, told["weights"], strict=True) if name != "best"] == [
        0.0
    ] * (len(FEATURES) - 1)


@pytest.mark.parametrize("questions", [shown(8), [one for one in shown(80) if one.is_answerable]])
def test_too_few_questions_or_of_one_kind_are_refused(tmp_path, questions):
    with pytest.raises(InputError):
        fit_answerability(questions, tmp_path / "weights.json", AnswerabilityRecipe())
