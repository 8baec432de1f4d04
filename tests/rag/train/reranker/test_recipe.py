"""The recipe of the reranker's trees, on a few hundred questions."""

from dataclasses import asdict

import pytest

from rag.retrieve.rerank.trees import TreeReranker
from rag.settings import Settings

pytestmark = pytest.mark.slow
pytest.importorskip("lightgbm")
SETTINGS = Settings.read(reranker="none")


def test_the_reranker_s_trees_are_made_and_made_the_same_again(few_hundred_questions, tmp_path):
    from rag.train.reranker.recipe import RerankerRecipe, train_reranker

    recipe = RerankerRecipe(trees=5, leaf=2)
    reports: list[str] = []
    runs = [
        train_reranker(few_hundred_questions, tmp_path / f"{n}.safetensors", recipe, SETTINGS, reports.append)
        for n in ("one", "two")
    ]

    assert runs[0]["sets"][-1] == "qa_x"
    assert runs[0]["recipe"] == asdict(recipe)
    assert reports[0].startswith("parts of 120 characters: ")
    assert (tmp_path / "one.safetensors").read_bytes() == (tmp_path / "two.safetensors").read_bytes()
    assert TreeReranker(tmp_path / "one.safetensors").depth == 20
