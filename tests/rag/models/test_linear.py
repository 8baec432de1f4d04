"""A linear model is read with the names of what it weighs."""

import json

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models.linear import LinearModel


def test_a_row_is_weighed(tmp_path):
    file = tmp_path / "m.json"
    file.write_text(json.dumps({"features": ["a", "b"], "weights": [2.0, -1.0], "bias": 0.5}))
    model = LinearModel(file, ("a", "b"))

    # 2 x 1 - 1 x 3 + 0.5 = -0.5; the logistic of that is 1 / (1 + e^0.5)
    assert model.logits(np.array([[1.0, 3.0]])).tolist() == [-0.5]
    assert model.probabilities(np.array([[1.0, 3.0]]))[0] == pytest.approx(1 / (1 + np.exp(0.5)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"features": ["b", "a"], "weights": [1, 2], "bias": 0}',
        '{"features": ["a", "b"], "weights": [1], "bias": 0}',
    ],
)
def test_one_of_other_features_or_of_none_is_refused(tmp_path, text):
    file = tmp_path / "m.json"
    file.write_text(text)

    with pytest.raises(ModelError):
        LinearModel(file, ("a", "b"))
