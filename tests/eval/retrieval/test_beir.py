import json
from math import log2

import pytest
from rich.console import Console

from eval.report.beir import render_beir, write_beir
from eval.retrieval.beir import evaluate_beir
from rag.errors import InputError
from rag.settings import Settings
from tests.doubles import write_files

MEASURES = ["recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"]
LEGS = ["dense", "lexical", "full"]
CORPUS = [
    {"id": "tree", "title": "果园", "text": "苹果树在果园里生长。"},
    {"id": "ship", "title": "渡口", "text": "轮船从渡口出发。"},
    {"id": "book", "title": "", "text": "图书馆周一闭馆。"},
    {"id": "load", "text": "轮船从渡口运走苹果。"},
]
QUERIES = [
    {"id": "q1", "text": "苹果树在果园里生长"},  # ranks tree first
    {"id": "q2", "text": "轮船从渡口出发"},  # ranks ship first, load second
    {"id": "q3", "text": "轮船从渡口出发"},
    {"id": "q4", "text": "图书馆哪天闭馆"},
]
# q1: the first is relevant. q2: the second. q3: both, the second more so. q4: none, it is left out.
QRELS = [("q1", "tree", 1), ("q2", "load", 1), ("q3", "ship", 1), ("q3", "load", 2), ("q4", "book", 0)]


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def tsv(rows):
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path):
    return write_files(
        tmp_path / "small-set",
        {"corpus.jsonl": lines(CORPUS), "queries.jsonl": lines(QUERIES), "qrels.tsv": tsv(QRELS)},
    )


def measure(folder, legs="full", **settings):
    return evaluate_beir(folder, legs, Settings.read(embedder="hashing", **settings))


@pytest.mark.parametrize("legs", LEGS)
def test_the_figures_are_those_worked_out_by_hand(folder, legs):
    report = measure(folder, legs)
    assert (report.set, report.documents, report.queries, report.retriever) == ("small-set", 4, 3, legs)
    assert report.metrics == pytest.approx(
        {
            "recall@1": (1 + 0 + 1 / 2) / 3,
            "recall@5": (1 + 1 + 1) / 3,
            "recall@10": (1 + 1 + 1) / 3,
            "mrr@10": (1 / 1 + 1 / 2 + 1 / 1) / 3,
            "ndcg@10": (
                1 / log2(2)  # of 1 / log2(2)
                + 1 / log2(3)  # of 1 / log2(2)
                + (1 / log2(2) + 2 / log2(3)) / (2 / log2(2) + 1 / log2(3))
            )
            / 3,
        }
    )


def test_the_intervals_lie_around_the_figures(folder):
    report = measure(folder)
    assert list(report.ci95) == MEASURES
    for name, (low, high) in report.ci95.items():
        assert 0 <= low <= report.metrics[name] <= high <= 1
    assert report.ci95["recall@5"] == (1, 1)  # the same for every query: nothing to vary


@pytest.mark.parametrize(("legs", "recall"), [("dense", 1), ("lexical", 0), ("full", 1)])
def test_the_retriever_is_the_one_that_was_named(folder, legs, recall):
    # No word of the question stands anywhere: only vectors, which rank every passage, can bring one.
    write_files(folder, {"queries.jsonl": lines([{"id": "q1", "text": "departures"}])})
    assert measure(folder, legs).metrics["recall@5"] == recall / 1


def test_a_set_is_measured_apart_from_the_library_in_use(folder, tmp_path):
    measure(folder, library=tmp_path / "library")
    assert not (tmp_path / "library").exists()


def test_the_file_has_the_promised_shape(folder, tmp_path):
    write_beir(measure(folder, "dense"), tmp_path / "new" / "out.json")
    written = json.loads((tmp_path / "new" / "out.json").read_text(encoding="utf-8"))
    assert list(written) == ["set", "documents", "queries", "retriever", "metrics", "ci95"]
    assert (written["set"], written["documents"], written["queries"]) == ("small-set", 4, 3)
    assert written["retriever"] == "dense"
    assert list(written["metrics"]) == list(written["ci95"]) == MEASURES  # no answers: no answer_sentence@1
    assert all(type(value) is float for value in written["metrics"].values())
    assert all([type(bound) for bound in bounds] == [float, float] for bounds in written["ci95"].values())


def test_the_table_names_the_set_and_every_measure(folder):
    console = Console(width=100)
    with console.capture() as shown:
        console.print(render_beir(measure(folder)))
    for words in ["small-set", "3 queries", "4 passages", "full", *MEASURES]:
        assert words in shown.get()


def test_a_head_of_the_qrels_and_other_line_ends_are_read(folder):
    plain = measure(folder).metrics
    table = "query-id\tcorpus-id\tscore\n" + tsv(QRELS)
    write_files(folder, {"qrels.tsv": table.replace("\n", "\r\n")})
    assert measure(folder).metrics == plain


def test_given_the_passage_the_first_ranked_sentence_is_looked_at_for_an_answer(folder):
    text = "果园里有苹果树。图书馆周一闭馆。轮船八点从渡口出发。"
    write_files(
        folder,
        {
            "corpus.jsonl": lines([{"id": "all", "title": "", "text": text}]),
            "queries.jsonl": lines(
                [{"id": "q1", "text": "轮船几点从渡口出发"}, {"id": "q2", "text": "图书馆周几闭馆"}]
            ),
            "qrels.tsv": tsv([("q1", "all", 1), ("q2", "all", 1)]),
            "answers.jsonl": lines(
                [
                    {"query_id": "q1", "doc_id": "all", "answers": [{"text": "八点", "start": 18}]},
                    # None of these stands in the sentence about the library: q2 is not answered.
                    {"query_id": "q2", "doc_id": "all", "answers": [{"text": "苹果树", "start": 4}]},
                ]
            ),
        },
    )
    report = measure(folder)
    assert report.metrics["answer_sentence@1"] == (1 + 0) / 2
    assert "answer_sentence@1" in report.ci95


# What is wrong with a folder


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_file_that_is_missing_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(InputError, match=name):
        measure(folder)
    (folder / name).mkdir()
    with pytest.raises(InputError, match=name):
        measure(folder)


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        measure(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
@pytest.mark.parametrize(
    "row",
    [
        "not JSON",
        "[1]",
        "5",
        '{"id": "x"}',
        '{"text": "x"}',
        '{"id": 5, "text": "x"}',
        '{"id": "x", "text": null}',
        pytest.param('{"id": "x", "text": ' + "1" * 5000 + "}", id="a number of 5,000 digits"),
        pytest.param("[" * 100_000, id="100,000 brackets"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(folder, name, row):
    (folder / name).write_bytes(row if isinstance(row, bytes) else row.encode())
    with pytest.raises(InputError, match=name):
        measure(folder)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"id": "x", "title": 5, "text": "字"}, id="a title that is no text"),
        pytest.param({"id": "x", "title": "", "text": "字\ud800"}, id="a lone surrogate in a text"),
        pytest.param({"id": "\ud800", "title": "", "text": "字"}, id="a lone surrogate in an id"),
    ],
)
def test_a_passage_that_cannot_be_stored_is_named(folder, row):
    (folder / "corpus.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(InputError, match=r"corpus.jsonl"):
        measure(folder)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("字" * 5000, id="too long"),
        pytest.param("\ud800", id="surrogate"),
    ],
)
def test_a_query_that_cannot_be_asked_is_named(folder, text):
    (folder / "queries.jsonl").write_text(json.dumps({"id": "q1", "text": text}), encoding="utf-8")
    with pytest.raises(InputError, match=r"queries.jsonl|q1"):
        measure(folder)


@pytest.mark.parametrize(
    "row",
    [
        "q1 tree 1",
        "q1\ttree",
        "q1\ttree\tmuch",
        "q1\ttree\t1\t2",
        pytest.param("q1\ttree\t--1"),
        pytest.param("q1\ttree\t" + "1" * 5000, id="a grade of 5,000 digits"),
    ],
)
def test_a_line_of_the_qrels_that_cannot_be_used_is_named(folder, row):
    (folder / "qrels.tsv").write_text(f"q1\ttree\t1\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"qrels.tsv, line 2"):
        measure(folder)


def test_qrels_that_are_no_text_are_named(folder):
    (folder / "qrels.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"qrels.tsv"):
        measure(folder)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="no qrels"),
        pytest.param([("q1", "tree", 0)], id="a grade of 0"),
        pytest.param([("q9", "tree", 1)], id="of another query"),
        pytest.param([("q1", "tree", -1)], id="a grade below 0"),
    ],
)
def test_a_set_without_a_relevant_passage_is_refused(folder, rows):
    write_files(folder, {"qrels.tsv": tsv(rows)})
    with pytest.raises(InputError, match="no query has a relevant passage"):
        measure(folder)


def test_a_report_that_cannot_be_written_is_named(folder, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_beir(measure(folder), tmp_path)


def test_nothing_is_left_behind(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    measure(folder)
    assert list((tmp_path / "tmp").iterdir()) == []
