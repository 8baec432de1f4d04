"""The recipes of the trees, on a few hundred questions."""

import gzip
import json
from dataclasses import asdict

import pytest

from rag.retrieve.rerank.sentence_selector import SentenceSelector
from rag.retrieve.rerank.trees import TreeReranker
from rag.settings import Settings
from tests.rag.train.reranker.test_judged import rows

pytestmark = pytest.mark.slow
pytest.importorskip("lightgbm")
SETTINGS = Settings.read(reranker="none")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    answers = [asdict_of(row) for row in rows(300)]
    pairs = [{"a": row["question"], "b": row["passage"]} for row in answers]
    for name, lines in (("selector_x", answers), ("qa_x", pairs)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return folder


def asdict_of(row):
    return {
        "question": row.question,
        "passage": row.passage,
        "answer": row.answer,
        "answer_start": row.start,
    }


def test_the_reranker_s_trees_are_made_and_made_the_same_again(data, tmp_path):
    from rag.train.reranker.recipe import RerankerRecipe, train_reranker

    recipe = RerankerRecipe(trees=5, leaf=2)
    reports: list[str] = []
    runs = [
        train_reranker(data, tmp_path / f"{n}.safetensors", recipe, SETTINGS, reports.append)
        for n in ("one", "two")
    ]

    assert runs[0]["sets"][-1] == "qa_x"
    assert runs[0]["recipe"] == asdict(recipe)
    assert reports[0].startswith("parts of 120 characters: ")
    assert (tmp_path / "one.safetensors").read_bytes() == (tmp_path / "two.safetensors").read_bytes()
    assert TreeReranker(tmp_path / "one.safetensors").depth == 20


def test_the_selector_learns_where_the_answer_stands(data, tmp_path):
    from rag.retrieve.rerank.matching import matched_text
    from rag.train.selector.recipe import SelectorRecipe, train_selector
    from tests.rag.retrieve.rerank.sights import asked, weights_of

    out = tmp_path / "new" / "sentences.safetensors"
    run = train_selector(data, out, SelectorRecipe(trees=20, leaf=5), SETTINGS, lambda _: None)

    assert run["questions"] == 300
    row = rows(3)[2]
    question = asked(row.question, weights_of("葡萄园2号建成"))
    text = matched_text("", row.passage)
    assert row.answer in text.text.split("\n")[SentenceSelector(out).scores(question, text).argmax()]
