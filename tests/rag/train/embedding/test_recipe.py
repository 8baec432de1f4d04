"""The recipe of the shipped model, on a few hundred pairs."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import InputError
from rag.train.data.pairs import is_held_out, read_pairs

pytestmark = pytest.mark.slow

FRUITS = ["苹果", "香蕉", "葡萄", "西瓜", "樱桃", "荔枝", "菠萝", "草莓", "芒果", "石榴"]
VERBS = ["种植", "采摘", "运输", "储藏", "出售", "加工", "检验", "包装", "浇灌", "嫁接"]


def write_pairs(folder: Path) -> Path:
    """Write three hundred pairs: a question on a fruit and what is done with it, and its answer."""
    folder.mkdir(parents=True)
    rows = [
        {"a": f"怎样{verb}{fruit}?{ending}", "b": f"{fruit}的{verb}方法是第{i}种,{ending}由农技站说明。"}
        for ending in ("", "今年", "明年")
        for i, (fruit, verb) in enumerate((fruit, verb) for fruit in FRUITS for verb in VERBS)
    ]
    with gzip.open(folder / "fruit.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return folder


@pytest.fixture(scope="module")
def recipe():
    from rag.train.embedding.recipe import EmbeddingRecipe

    return EmbeddingRecipe(pieces=400, dimensions=16, epochs=12, batch=50, vocabulary_sample=1000)


@pytest.fixture(scope="module")
def trained(tmp_path_factory, recipe):
    from rag.train.embedding.recipe import train_embedding

    folder = tmp_path_factory.mktemp("train")
    reports: list[str] = []
    run = train_embedding(write_pairs(folder / "data"), folder / "model", recipe, reports.append)
    return folder, run, reports


def embedder(folder: Path):
    from rag.models.embedders.static import StaticEmbedder

    return StaticEmbedder(folder / "model")


def test_matched_pairs_are_closer_than_unmatched(trained):
    folder, _, _ = trained
    questions = [f"怎样采摘{fruit}?" for fruit in FRUITS]
    passages = [f"{fruit}的采摘方法,由农技站说明。" for fruit in FRUITS]

    model = embedder(folder)
    cosines = model.embed_passages(questions) @ model.embed_passages(passages).T

    matched = np.diag(cosines).mean()
    assert matched > cosines[~np.eye(len(FRUITS), dtype=bool)].mean() + 0.3


def test_the_run_is_described(trained, recipe):
    folder, run, reports = trained

    assert run["pairs"] == 270
    assert run["recipe"]["seed"] == recipe.seed
    assert embedder(folder).dimensions == 16
    assert reports[0] == "270 pairs from 1 files"


def test_a_tenth_of_the_passages_is_kept_from_the_model(trained):
    folder, run, _ = trained
    [pairs] = read_pairs(folder / "data")

    assert len(pairs.right) == 300
    assert sum(is_held_out(text, has_questions=False) for text in pairs.right) == 300 - run["pairs"] == 30


def trained_tables(data: Path, out: Path, *recipes, vocabulary: Path | None = None) -> list[bytes]:
    from rag.train.embedding.recipe import train_embedding

    tables: list[bytes] = []
    for number, recipe in enumerate(recipes):
        train_embedding(data, out / str(number), recipe, lambda _: None, vocabulary)
        tables.append((out / str(number) / "model.safetensors").read_bytes())
    return tables


def test_one_vocabulary_and_seed_make_one_table_and_another_seed_makes_another(trained, recipe, tmp_path):
    folder, _, _ = trained
    short = replace(recipe, epochs=1)
    recipes = short, short, replace(short, seed=1)

    tables = trained_tables(folder / "data", tmp_path, *recipes, vocabulary=folder / "model")

    assert tables[0] == tables[1]
    assert tables[0] != tables[2]


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="pieces of one score come in any order, so rows belong to others",
)
def test_the_same_seed_makes_the_same_model(trained, recipe, tmp_path):
    folder, _, _ = trained
    short = replace(recipe, epochs=1)

    tables = trained_tables(folder / "data", tmp_path, short, short, short)

    assert len(set(tables)) == 1


def test_a_folder_without_pairs_is_refused(tmp_path, recipe):
    from rag.train.embedding.recipe import train_embedding

    with pytest.raises(InputError, match=r"holds no \*\.jsonl\.gz file"):
        train_embedding(tmp_path, tmp_path / "model", recipe, lambda _: None)
