"""The forest that is read without LightGBM gives what LightGBM gives."""

import numpy as np
import pytest
from safetensors.numpy import save_file

from rag.errors import ModelError, UnknownNameError
from rag.models.forest import Trees
from rag.retrieve.rerank import open_reranker

NAMES = ("a", "b", "c")


@pytest.fixture(scope="module")
def booster():
    lightgbm = pytest.importorskip("lightgbm")
    dice = np.random.default_rng(3)
    rows = dice.normal(size=(2000, 3))
    labels = (rows[:, 0] * rows[:, 1] + 0.3 * dice.normal(size=2000) > 0).astype(int)
    options = {"objective": "binary", "num_leaves": 15, "max_depth": 6, "verbosity": -1}
    return lightgbm.train(options, lightgbm.Dataset(rows, labels), 40), rows


def test_the_sums_are_those_of_lightgbm(booster, tmp_path):
    from rag.train.fitting.trees import save_trees

    model, rows = booster
    save_trees(model, NAMES, tmp_path / "trees.safetensors")
    trees = Trees(tmp_path / "trees.safetensors", NAMES)

    assert trees.logits(rows) == pytest.approx(model.predict(rows, raw_score=True), abs=1e-9)
    assert trees.logits(rows[:0]).shape == (0,)


def test_a_tree_without_a_split_adds_its_value(tmp_path):
    lightgbm = pytest.importorskip("lightgbm")
    from rag.train.fitting.trees import save_trees

    rows = np.zeros((60, 3))  # nothing tells these rows apart
    labels = np.arange(60) % 3 == 0
    model = lightgbm.train({"objective": "binary", "verbosity": -1}, lightgbm.Dataset(rows, labels), 2)
    save_trees(model, NAMES, tmp_path / "trees.safetensors")

    logits = Trees(tmp_path / "trees.safetensors", NAMES).logits(rows[:2])

    assert logits == pytest.approx(model.predict(rows[:2], raw_score=True))


def test_a_tree_of_more_leaves_than_bits_is_not_written(tmp_path):
    lightgbm = pytest.importorskip("lightgbm")
    from rag.train.fitting.trees import save_trees

    rows = np.arange(2000.0)[:, None].repeat(3, axis=1)
    labels = np.sin(rows[:, 0] / 30) > 0
    options = {"objective": "binary", "num_leaves": 31, "verbosity": -1}
    model = lightgbm.train(options, lightgbm.Dataset(rows, labels), 3)

    with pytest.raises(ValueError, match="16 at most"):
        save_trees(model, NAMES, tmp_path / "trees.safetensors")


def test_trees_find_their_features_by_name_among_more(booster, tmp_path):
    from rag.train.fitting.trees import save_trees

    model, rows = booster
    save_trees(model, NAMES, tmp_path / "trees.safetensors")

    more = np.column_stack([np.full(len(rows), 7.0), rows[:, ::-1]])
    logits = Trees(tmp_path / "trees.safetensors", ("new", *NAMES[::-1])).logits(more[:5])

    assert logits == pytest.approx(model.predict(rows[:5], raw_score=True))


def test_trees_of_other_features_are_refused(booster, tmp_path):
    from rag.train.fitting.trees import save_trees

    save_trees(booster[0], NAMES, tmp_path / "trees.safetensors")

    with pytest.raises(ModelError, match="was made of other features"):
        Trees(tmp_path / "trees.safetensors", ("a", "b"))


@pytest.mark.parametrize("content", [b"", b"no trees", None])
def test_a_file_of_no_trees_is_refused(tmp_path, content):
    path = tmp_path / "trees.safetensors"
    if content is None:
        save_file({"first": np.zeros(1, dtype=np.int32)}, path)
    else:
        path.write_bytes(content)

    with pytest.raises(ModelError, match="holds no trees"):
        Trees(path, NAMES)


def test_an_unknown_reranker_is_refused_with_the_known_ones():
    with pytest.raises(UnknownNameError, match="trees"):
        open_reranker("forest")


def test_none_looks_at_nothing_again():
    assert open_reranker("none") is None
