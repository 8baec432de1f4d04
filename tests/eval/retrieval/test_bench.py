"""Yinju beside peers made for the purpose; what real ones give is in tests/eval/peers."""

import json
from importlib.metadata import EntryPoint
from importlib.metadata import entry_points as entry_points_of
from io import StringIO

import pytest
from rich.console import Console

import rag.registry
from eval.report.bench import as_data, as_markdown, render
from eval.retrieval.bench import OWN, bench
from eval.retrieval.peers import NOT_INSTALLED, Peer
from rag.errors import InputError, UnknownNameError
from rag.settings import Settings
from tests.doubles import write_files
from tests.eval.retrieval.test_beir import CORPUS, QRELS, QUERIES, lines, tsv

# Yinju's recall@1 by hand, as in test_beir: q1 1, q2 0, q3 1 of 2. The right answers: q1 1, q2 1, q3 1 of 2.
RIGHT = {"苹果树在果园里生长": ["tree"], "轮船从渡口出发": ["load", "ship"]}
FULL = (1 + 0 + 1 / 2) / 3
PERFECT = (1 + 1 + 1 / 2) / 3


def perfect():
    return Peer("", "knows the answers", lambda passages: lambda question, k: RIGHT[question][:k])


def blind():
    return Peer("", "finds nothing", lambda passages: lambda question, k: [])


def broken():
    def index(passages):
        raise OSError("no such\ndisk")

    return Peer("", "cannot index", index)


def breaks_when_asked():
    def search(question, k):
        raise KeyError(question)

    return Peer("", "cannot search", lambda passages: search)


def needs_more():
    def index(passages):
        import no_such_module_anywhere  # noqa: F401

    return Peer("", "wants another package", index)


def missing():
    return Peer("no-such-package-anywhere", "is not there", lambda passages: lambda question, k: ["tree"])


@pytest.fixture(autouse=True)
def _peers_from_outside(monkeypatch):

    def entry_points(group):
        here = ("perfect", "blind", "broken", "breaks_when_asked", "missing", "needs_more")
        if group != "yinju.peers":
            return entry_points_of(group=group)
        return [EntryPoint(name, f"{__name__}:{name}", group) for name in here]

    monkeypatch.setattr(rag.registry, "entry_points", entry_points)


@pytest.fixture
def folder(tmp_path):
    files = {"corpus.jsonl": lines(CORPUS), "queries.jsonl": lines(QUERIES), "qrels.tsv": tsv(QRELS)}
    for name in ("a-set", "b-set"):
        write_files(tmp_path / "sets" / name, files)
    return tmp_path / "sets"


def measured(folder, *peers, **given):
    return bench(folder, Settings.read(embedder="hashing"), peers, **given)


def entries(folder, *peers):
    return {entry.name: entry for entry in measured(folder, *peers)[0].entries}


def shown(reports):
    shown = StringIO()
    Console(width=300, file=shown).print(render(reports))
    return shown.getvalue()


def test_every_set_is_measured_with_yinju_by_its_legs_and_every_peer(folder):
    reports = measured(folder, "perfect", "blind")
    assert [report.set for report in reports] == ["a-set", "b-set"]
    for report in reports:
        assert (report.documents, report.queries, report.asked) == (4, 3, 3)
        assert [entry.name for entry in report.entries] == [*OWN, "perfect", "blind"]
        assert all(entry.figures and not entry.problem for entry in report.entries)


def test_peers_and_yinju_are_measured_alike(folder):
    found = entries(folder, "perfect", "blind")
    assert found["yinju"].figures.metrics["recall@1"] == pytest.approx(FULL)
    assert found["perfect"].figures.metrics["recall@1"] == pytest.approx(PERFECT)
    assert found["perfect"].figures.metrics["mrr@10"] == pytest.approx(1)
    assert found["blind"].figures.metrics == dict.fromkeys(found["yinju"].figures.metrics, 0)


def test_the_difference_is_how_much_better_yinju_is_on_the_same_questions(folder):
    found = entries(folder, "perfect", "blind")
    perfect, blind = (found[name].figures.behind["recall@1"] for name in ("perfect", "blind"))
    assert perfect.mean == pytest.approx((0 - 1 + 0) / 3)
    assert perfect.low == pytest.approx(-1)  # of the draws of three questions that are q2 each time
    assert perfect.high == pytest.approx(0)
    assert blind.mean == pytest.approx(FULL)
    assert blind.low <= blind.mean <= blind.high
    assert found["yinju"].figures.behind == {}


def test_times_are_told_as_ratios_to_yinjus(folder):
    found = entries(folder, "perfect")
    own, other = found["yinju"].figures, found["perfect"].figures
    assert (own.build_ratio, own.query_ratio) == (1, 1)
    assert other.build_ratio == pytest.approx(other.build_seconds / own.build_seconds)
    assert other.query_ratio == pytest.approx(other.query_ms / own.query_ms)
    assert 0 < other.query_ratio < 1  # a look into a dictionary


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("missing", NOT_INSTALLED),
        ("needs_more", f"no_such_module_anywhere is {NOT_INSTALLED}"),
        ("broken", "OSError: no such disk"),
        ("breaks_when_asked", "KeyError: '苹果树在果园里生长'"),
    ],
)
def test_a_peer_that_cannot_be_measured_is_told_and_stops_nothing(folder, name, problem):
    reports = measured(folder, name, "perfect")
    failed, after = reports[0].entries[-2:]
    assert (failed.name, failed.figures, failed.problem) == (name, None, problem)
    assert after.figures is not None
    assert f"{name}: {problem}" in shown(reports)
    assert problem in as_markdown(reports)


def test_an_unknown_peer_is_told_before_anything_is_measured(folder):
    told: list[str] = []
    with pytest.raises(UnknownNameError, match="nobody"):
        measured(folder, "perfect", "nobody", told=told.append)
    assert told == []


def test_what_is_being_measured_is_told(folder):
    told: list[str] = []
    measured(folder, "perfect", told=told.append)
    assert told == ["a-set: yinju", "a-set: perfect", "b-set: yinju", "b-set: perfect"]


def test_fewer_questions_can_be_asked(folder):
    report = measured(folder, "perfect", most=2)[0]
    assert (report.queries, report.asked) == (3, 2)
    assert "2 of 3 questions" in shown([report])
    assert "2 of 3 questions" in as_markdown([report])


def test_annotated_answers_are_looked_for_in_the_first_sentence(folder):
    row = {"query_id": "q1", "doc_id": "tree", "answers": [{"text": "果园"}]}
    write_files(folder / "a-set", {"answers.jsonl": lines([row])})
    with_answers, without = measured(folder)
    assert (with_answers.answer_sentence, without.answer_sentence) == (1, None)
    assert "answer first for 1.000" in shown([with_answers])
    assert "answer first" not in shown([without])


def test_a_folder_without_sets_is_told(tmp_path):
    with pytest.raises(InputError, match="holds no BEIR set"):
        measured(tmp_path)


def test_the_tables_show_every_retriever_with_its_figures(folder):
    said = shown(measured(folder, "perfect", "blind"))
    assert said.count("3 questions, 4 passages") == 2
    [row] = [line for line in said.partition("b-set")[0].splitlines() if "perfect" in line]
    assert "0.833 (0.500 to 1.000)" in row
    assert "-0.333 (-1.000 to +0.000)" in row


def test_the_markdown_is_one_table_with_a_column_a_set(folder):
    table, legend = as_markdown(measured(folder, "perfect", "missing")).split("\n\n")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    assert rows[0] == ["retriever", "a-set (3 questions)", "b-set (3 questions)", "build", "question"]
    assert {len(row) for row in rows} == {5}
    named = {row[0]: row[1:] for row in rows[2:]}
    assert named["perfect"][0] == "0.833 (0.500 to 1.000); -0.333 (-1.000 to +0.000)"
    assert named["missing"] == [NOT_INSTALLED, NOT_INSTALLED, "–", "–"]
    assert "paired bootstrap" in legend


def test_the_data_holds_everything_and_is_json(folder):
    data = json.loads(json.dumps(as_data(measured(folder, "perfect", "missing")), allow_nan=False))
    [first, _] = data["sets"]
    found = {entry["name"]: entry for entry in first["entries"]}
    behind = found["perfect"]["figures"]["behind"]["recall@1"]
    assert behind == {"mean": pytest.approx(-1 / 3), "low": -1, "high": pytest.approx(0)}
    assert found["perfect"]["setup"] == "knows the answers"
    assert found["missing"]["figures"] is None
    assert found["missing"]["problem"] == NOT_INSTALLED
