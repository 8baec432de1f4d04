"""The chain of recipes: its order, its files, and that `make models` follows it."""

import re
import subprocess
from pathlib import Path

import pytest

from rag.models.manifest import read_manifest
from rag.resources import MODELS
from rag.train.chain import CHAIN

ROOT = Path(__file__).parents[3]


def test_each_step_comes_after_those_it_listens_to():
    names = list(CHAIN)

    assert all(
        names.index(before) < names.index(name) for name, step in CHAIN.items() for before in step.after
    )


def test_the_steps_make_every_file_that_ships():
    made = {(step.folder, file) for step in CHAIN.values() for file in step.files}
    shipped = {
        (path.parent.name, name)
        for path in MODELS.glob("*/manifest.json")
        for name in read_manifest(path.parent).files()
    }

    assert made == shipped


def test_make_runs_every_step_after_those_it_listens_to():
    line = ["make", "-n", "models", "DATA=data"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    order = re.findall(r"yinju train (\S+) --data data", done.stdout)

    assert sorted(order) == sorted(CHAIN)
    assert all(order.index(before) < order.index(name) for name in order for before in CHAIN[name].after)


@pytest.mark.parametrize(
    ("name", "learnt_from"),
    [
        ("selector", ["selector_x.jsonl.gz"]),
        ("embedding", ["mono_zh.txt.gz", "qa_x.jsonl.gz", "trans_x.jsonl.gz"]),
        ("lexicon", ["mono_zh.txt.gz", "trans_x.jsonl.gz"]),
        ("reranker", ["qa_x.jsonl.gz", "selector_x.jsonl.gz", "trans_x.jsonl.gz"]),
    ],
)
def test_a_step_names_the_files_it_learns_from(tmp_path, name, learnt_from):
    for file in ("mono_zh.txt.gz", "qa_x.jsonl.gz", "selector_x.jsonl.gz", "trans_x.jsonl.gz", "README.md"):
        (tmp_path / file).touch()

    assert [path.name for path in CHAIN[name].data_files(tmp_path)] == learnt_from
