import json
import math

import pytest

from rag.support import SUPPORT_MODEL, Signs, SupportModel, load_support_model

MODEL = SupportModel(weights=[-2.0, 1.0, 1.0, 0.0, -1.0], intercept=0.5, threshold=0.4)


def test_the_probability_is_the_logistic_function_of_the_weighed_signs():
    # 0.5 - 2.0*0.25 + 1.0*0.5 + 1.0*0.5 + 0.0*1 - 1.0*1 = 0; 1 / (1 + e^0) = 0.5
    signs = Signs(unseen=0.25, dense=0.5, passage=0.5, english=1.0, no_cue=1.0)

    assert MODEL.probability(signs) == pytest.approx(0.5)


def test_nothing_seen_leaves_the_intercept():
    # 1 / (1 + e^-0.5) = 0.6225
    assert MODEL.probability(Signs(0, 0, 0, 0, 0)) == pytest.approx(1 / (1 + math.exp(-0.5)))


def test_unseen_words_make_an_answer_less_likely_and_near_passages_more():
    model = load_support_model()
    plain = Signs(unseen=0.3, dense=0.4, passage=0.4, english=0.0, no_cue=0.0)

    assert model.probability(plain._replace(unseen=0.9)) < model.probability(plain)
    assert model.probability(plain._replace(dense=0.9)) > model.probability(plain)
    assert model.probability(plain._replace(passage=0.9)) > model.probability(plain)


def test_the_shipped_model_has_a_weight_for_every_sign_and_no_other():
    data = json.loads(SUPPORT_MODEL.read_text(encoding="utf-8"))

    assert set(data["weights"]) == set(Signs._fields)
    assert 0 < load_support_model().threshold < 1


def test_a_question_of_known_words_is_answered_and_one_of_unknown_words_is_not():
    model = load_support_model()

    assert model.probability(Signs(0.0, 0.7, 0.7, 0.0, 0.0)) > model.threshold
    assert model.probability(Signs(1.0, 0.0, 0.0, 0.0, 1.0)) < model.threshold
