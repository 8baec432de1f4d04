import json

import pytest

from rag.support import SUPPORT_MODEL, Signs, SupportModel, load_support_model

NONE = Signs(**dict.fromkeys(Signs._fields, 0.0))
WEIGHTS = NONE._replace(unseen=-2.0, dense=1.0, passage=1.0, no_cue=-1.0)
MODEL = SupportModel(weights=list(WEIGHTS), intercept=0.5, threshold=0.4)


def test_the_probability_is_the_logistic_function_of_the_weighed_signs():
    # 0.5 - 2.0*0.25 + 1.0*0.5 + 1.0*0.5 + 0.0*1 - 1.0*1 = 0; 1 / (1 + e^0) = 0.5
    signs = NONE._replace(unseen=0.25, dense=0.5, passage=0.5, english=1.0, no_cue=1.0)

    assert MODEL.probability(signs) == pytest.approx(0.5)


def test_nothing_seen_leaves_the_intercept():
    # 1 / (1 + e^-0.5) = 0.6225
    assert MODEL.probability(NONE) == pytest.approx(0.6225, abs=1e-4)


def test_signs_and_weights_of_another_number_are_no_match():
    with pytest.raises(ValueError, match="zip"):
        MODEL._replace(weights=[1.0]).probability(NONE)


def test_unseen_words_make_an_answer_less_likely_and_near_passages_more():
    model = load_support_model()
    plain = NONE._replace(unseen=0.3, dense=0.4, passage=0.4)

    assert model.probability(plain._replace(unseen=0.9)) < model.probability(plain)
    assert model.probability(plain._replace(dense=0.9)) > model.probability(plain)
    assert model.probability(plain._replace(passage=0.9)) > model.probability(plain)


def test_the_shipped_model_has_a_weight_for_every_sign_and_no_other():
    data = json.loads(SUPPORT_MODEL.read_text(encoding="utf-8"))

    assert set(data["weights"]) == set(Signs._fields)
    assert 0 < load_support_model().threshold < 1


def test_a_question_of_known_words_is_answered_and_one_of_unknown_words_is_not():
    model = load_support_model()

    assert model.probability(NONE._replace(dense=0.7, passage=0.7)) > model.threshold
    assert model.probability(NONE._replace(unseen=1.0, no_cue=1.0)) < model.threshold
