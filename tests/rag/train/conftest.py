"""What the recipes of several models are tried on."""

import gzip
import json

import pytest

from tests.rag.train.reranker.test_judged import rows


@pytest.fixture(scope="module")
def few_hundred_questions(tmp_path_factory):
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
