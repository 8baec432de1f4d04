import json

import pytest

from eval.retrieval.growth import PARTS, GrowthReport, Size
from tests.command_line import assert_clear
from tests.doubles import TEXTS, write_files


@pytest.fixture
def sets(tmp_path):
    rows = [{"id": name, "title": "", "text": text} for name, text in TEXTS.items()]
    files = {
        "corpus.jsonl": "\n".join(json.dumps(row) for row in rows),
        "queries.jsonl": json.dumps({"id": "q", "text": "白沙渡口每天开行轮船几班"}),
        "qrels.tsv": "q\tferry.txt\t1\n",
    }
    return write_files(tmp_path / "sets" / "texts", files).parent


def test_the_tables_are_shown_and_written(yinju, sets, tmp_path):
    out, page = tmp_path / "out.json", tmp_path / "out.md"
    outcome = yinju("bench", sets, "--peers", "sqlite_fts5", "--json", out, "--markdown", page)
    assert outcome.status == 0
    assert "texts: 1 questions, 3 passages" in outcome.out
    assert "texts: sqlite_fts5" in outcome.err
    [found] = json.loads(out.read_text(encoding="utf-8"))["sets"]
    assert [entry["name"] for entry in found["entries"]][-1] == "sqlite_fts5"
    assert found["entries"][-1]["figures"]["metrics"]["recall@1"] == 1
    assert page.read_text(encoding="utf-8").startswith("| retriever | texts (1 questions) |")


def test_no_peers_may_be_wanted(yinju, sets):
    outcome = yinju("bench", sets, "--peers", "")
    assert outcome.status == 0
    assert outcome.err == "texts: yinju\n"


@pytest.mark.parametrize(
    ("given", "said"), [(["--peers", "nobody"], "nobody"), (["--questions", "0"], ""), (["--nope"], "")]
)
def test_what_cannot_be_measured_is_told(yinju, sets, given, said):
    outcome = yinju("bench", sets, *given)
    assert outcome.status == (1 if said else 2)
    if said:
        assert_clear(outcome, said)


def test_a_folder_without_sets_is_told(yinju, tmp_path):
    assert_clear(yinju("bench", tmp_path / "nowhere"), "nowhere", "corpus.jsonl")


def test_growth_is_shown_and_written(yinju, sets, tmp_path, monkeypatch):
    given = []

    def growth(folder, settings, most, told):
        given.append((folder, settings.embedder, most))
        ones = dict.fromkeys(PARTS, 1.0)
        return GrowthReport("texts", 1, (Size(1000, ones, ones),))

    monkeypatch.setattr("eval.retrieval.growth.growth", growth)
    out, page = tmp_path / "out.json", tmp_path / "out.md"
    outcome = yinju("bench", sets, "--growth", "--questions", "7", "--json", out, "--markdown", page)
    assert (outcome.status, given) == (0, [(sets, "hashing", 7)])
    assert "1,000" in outcome.out
    assert json.loads(out.read_text(encoding="utf-8"))["sizes"][0]["passages"] == 1000
    assert page.read_text(encoding="utf-8").startswith("| passages |")
