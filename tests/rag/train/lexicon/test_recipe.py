"""The recipe of the lexicon, on a few sentences."""

import gzip
import json

import pytest

from rag.models.lexicon import Lexicon

pytestmark = pytest.mark.slow

FRUITS = {"apple": "苹果", "banana": "香蕉", "grape": "葡萄", "melon": "西瓜"}
VERBS = {"picked": "采摘", "sold": "出售", "stored": "储藏", "washed": "清洗"}


def write(path, rows):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory):
    from rag.train.lexicon.recipe import LexiconRecipe, train_lexicon

    data = tmp_path_factory.mktemp("data")
    rows = [
        {"a": f"{fruit}s are {verb} in {year}", "b": f"{year}年{chinese}要{done}。"}
        for year in range(1990, 1996)
        for fruit, chinese in FRUITS.items()
        for verb, done in VERBS.items()
    ]
    write(data / "trans_fruit.jsonl.gz", rows)
    write(
        data / "dict_fruit.jsonl.gz",
        [
            {"a": "水库", "b": "reservoir; water tank (on a roof)"},
            {"a": "临泉县", "b": "Linquan, a county in Fuyang City 阜阳市, Anhui"},
        ],
    )
    write(data / "qa_other.jsonl.gz", [{"a": "apple", "b": "水库"}])
    with gzip.open(data / "mono.txt.gz", "wt", encoding="utf-8") as file:
        file.write("水库在苹果园边。\n")
    out = data / "lexicon.safetensors"
    reports: list[str] = []
    run = train_lexicon(data, out, LexiconRecipe(), reports.append)
    assert run["keys"] > 0
    assert "senses of a dictionary" in reports[0]
    return Lexicon(out)


@pytest.mark.parametrize(("word", "meaning"), [*FRUITS.items(), *VERBS.items()])
def test_words_that_stand_together_are_learnt(lexicon, word, meaning):
    assert lexicon.meanings(word)[0][0] in meaning  # may be cut in two: 采, 摘


def test_the_dictionary_is_turned_round(lexicon):
    assert lexicon.meanings("reservoir")[0][0] == "水库"
    assert "临泉" in dict(lexicon.meanings("linquan"))


def test_the_readings_go_along(lexicon):
    assert "果" in lexicon.characters("guo")
