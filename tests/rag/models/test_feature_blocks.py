"""Features stand under their names: what changes places, is missing or is not counted is an error."""

import numpy as np
import pytest

from rag.models.feature_blocks import FeatureBlock, stacked

LEFT = FeatureBlock.of({"covered": [0.25, 1.0], "near": [0.5, 0.75]})
RIGHT = FeatureBlock.everywhere({"english": 1.0}, 2)


def test_blocks_stand_side_by_side():
    rows = stacked(("covered", "near", "english"), LEFT, RIGHT)

    assert rows.tolist() == [[0.25, 0.5, 1.0], [1.0, 0.75, 1.0]]
    assert rows.dtype == np.float64


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("near", "covered", "english"), "feature 0 is 'covered', not 'near'"),
        (("covered", "near"), "3 features, 2 expected"),
        (("covered", "near", "english", "known"), "3 features, 4 expected"),
    ],
)
def test_other_names_than_those_of_the_model_are_an_error(names, told):
    with pytest.raises(ValueError, match=told):
        stacked(names, LEFT, RIGHT)


def test_columns_without_a_name_are_an_error():
    with pytest.raises(ValueError, match=r"2 features named, columns of shape \(4, 3\)"):
        FeatureBlock(("covered", "near"), np.zeros((4, 3)))


def test_some_features_come_in_the_order_they_are_named():
    assert LEFT.only(("near", "covered")).columns.tolist() == [[0.5, 0.25], [0.75, 1.0]]


def test_what_is_made_of_features_has_names_made_of_theirs():
    gap = LEFT.changed(LEFT.columns - LEFT.columns.max(axis=0), "{}_gap".format)

    assert gap.names == ("covered_gap", "near_gap")
    assert gap.columns.tolist() == [[-0.75, -0.25], [0.0, 0.0]]
