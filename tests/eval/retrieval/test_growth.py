from itertools import chain

import pytest

from eval.report.growth import growth_markdown, render_growth
from eval.retrieval.growth import PARTS, growth, library_rows
from rag.errors import InputError
from rag.settings import Settings
from tests.doubles import write_files
from tests.eval.retrieval.test_beir import CORPUS, QRELS, QUERIES, lines, tsv

OWN = [("a", "甲", "第一句。第二句！"), ("b", "乙", "第三句？")]
POOL = [*OWN, ("c", "丙", "第四句；第五句。没有句号")]
SENTENCES = {"第一句。", "第二句！", "第三句？", "第四句；", "第五句。", "没有句号"}


@pytest.mark.parametrize("size", [1, 2, 3, 40])
def test_a_library_has_the_sets_own_passages_first_and_is_filled_up(size):
    rows = library_rows(OWN, POOL, size)
    assert len(rows) == size == len({id_ for id_, _, _ in rows})
    assert rows[:2] == OWN[:size]
    assert library_rows(OWN, POOL, size) == rows


def test_made_passages_are_of_sentences_of_the_pool():
    made = library_rows(OWN, POOL, 60)[2:]
    ends = "。！？；"
    cut = chain.from_iterable(_cut(text, ends) for _, _, text in made)
    assert set(cut) == SENTENCES
    assert {title for _, title, _ in made} == {"甲", "乙", "丙"}
    assert len({text for _, _, text in made}) > 20


def _cut(text, ends):
    """Cut after each end, and around the sentence that has none."""
    for end in ends:
        text = text.replace(end, f"{end}|")
    return [piece for piece in text.replace("没有句号", "没有句号|").split("|") if piece]


@pytest.fixture
def folder(tmp_path):
    files = {"corpus.jsonl": lines(CORPUS), "queries.jsonl": lines(QUERIES), "qrels.tsv": tsv(QRELS)}
    return write_files(tmp_path / "a-set", files).parent


@pytest.fixture
def report(folder):
    return growth(folder, Settings.read(embedder="hashing"), sizes=[40, 10])


def test_every_part_is_timed_at_every_size(report):
    assert (report.set, report.questions) == ("a-set", 3)
    assert [size.passages for size in report.sizes] == [10, 40]
    for size in report.sizes:
        assert set(size.ms) == set(size.ratios) == set(PARTS)
        assert all(value > 0 for value in size.ms.values())
        assert max(size.ms[part] for part in PARTS[:-2]) < size.ms["whole"]


def test_ratios_are_to_the_whole_at_the_smallest_size(report):
    first, second = report.sizes
    assert first.ratios["whole"] == 1
    assert second.ratios["dense leg"] == pytest.approx(second.ms["dense leg"] / first.ms["whole"])


def test_the_parts_make_up_the_whole(folder):
    [size] = growth(folder, Settings.read(embedder="hashing"), sizes=[10], most=1).sizes
    assert sum(size.ms[part] for part in PARTS[:-2]) == pytest.approx(size.ms["whole"])


def test_without_a_reranker_next_to_nothing_is_left_for_looking_again(folder):
    [size] = growth(folder, Settings.read(embedder="hashing", reranker="none"), sizes=[10]).sizes
    assert size.ms["looking again"] < size.ms["whole"] / 5


def test_the_table_and_the_markdown_have_a_row_a_size(report):
    assert render_growth(report).row_count == 2
    head, rule, *rows = growth_markdown(report).splitlines()
    assert head == f"| passages | {' | '.join(PARTS)} |"
    assert rule.count("---:") == len(PARTS) + 1
    assert [row.split("|")[1].strip() for row in rows] == ["10", "40"]
    assert rows[0].split("|")[PARTS.index("whole") + 2].strip() == "1.00"


def test_a_folder_without_sets_is_told(tmp_path):
    with pytest.raises(InputError, match="holds no BEIR set"):
        growth(tmp_path, Settings.read(embedder="hashing"))
