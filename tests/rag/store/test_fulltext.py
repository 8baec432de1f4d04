import math
import shutil
import stat

import numpy as np
import pytest

from rag.store.fulltext import FullText
from rag.text.normalize import terms
from vectorstore import NOTHING, DamagedError, State


@pytest.fixture
def index(tmp_path):
    index = FullText(tmp_path / "fulltext")
    index.update([], [(1, "苹果", "果园种苹果"), (2, "轮船", "渡口开轮船"), (3, "图书", "館裡有書")], at(1))
    return index


def at(change: int) -> State:
    return State(change, f"{change:032x}")


def found(index: FullText, words: str, k: int = 10, allowed: list[int] | None = None) -> list[int]:
    only = None if allowed is None else np.array(allowed, dtype=np.int64)
    return [hit.id for hit in index.search(terms(words), k, only)]


def test_a_new_index_is_empty_and_finds_nothing(tmp_path):
    index = FullText(tmp_path / "fulltext")

    assert (index.state, index.count(), index.ids().tolist()) == (NOTHING, 0, [])
    assert found(index, "苹果") == []
    assert not (tmp_path / "fulltext").exists()


def test_words_find_the_chunks_that_hold_them(index):
    assert found(index, "轮船") == [2]
    assert found(index, "梅雨") == []


def test_traditional_and_simplified_words_find_each_other(index):
    assert found(index, "輪船") == [2]
    assert found(index, "馆") == [3]


def test_a_word_in_the_heading_counts_less_than_one_in_the_text(tmp_path):
    index = FullText(tmp_path / "fulltext")
    index.update([], [(1, "苹果", "别的文字"), (2, "别的", "苹果文字")], at(1))

    assert found(index, "苹果") == [2, 1]


def test_at_most_k_are_found_the_best_first(index):
    assert found(index, "种苹果开轮船的渡口", k=1) == [2]


def test_allowed_limits_the_search(index):
    assert found(index, "苹果轮船", allowed=[1, 3]) == [1]
    assert found(index, "苹果轮船", allowed=[]) == []


def test_no_words_find_nothing(index):
    assert index.search([], 5) == []


@pytest.mark.parametrize("term", ["AND", "(", "text:苹果", '"', "*"])
def test_signs_of_a_query_language_mean_nothing(index, term):
    assert index.search([term], 5) == []


def test_an_update_replaces_and_removes(index):
    index.update([2], [(1, "梨", "果园种梨")], at(2))

    assert (index.state, index.ids().tolist()) == (at(2), [1, 3])
    assert found(index, "苹轮船") == []
    assert found(index, "梨") == [1]


def test_a_reopened_index_finds_the_same(index, tmp_path):
    before = index.search(terms("果园的苹果"), 5)

    again = FullText(tmp_path / "fulltext")

    assert (again.state, again.ids().tolist()) == (at(1), [1, 2, 3])
    assert again.search(terms("果园的苹果"), 5) == before


def test_statistics_are_bm25s_inverse_document_frequency(index):
    found = index.statistics(["轮船", "没有"])

    # ln(1 + (3 - 1 + 0.5) / (1 + 0.5)) for one chunk of three, ln(1 + (3 + 0.5) / 0.5) for none
    assert found["轮船"] == (1, pytest.approx(math.log(1 + 2.5 / 1.5)))
    assert found["没有"] == (0, pytest.approx(math.log(8)))


def test_a_damaged_file_is_told(index, tmp_path):
    (tmp_path / "fulltext" / "meta.json").write_bytes(b"{}")

    with pytest.raises(DamagedError, match=r"meta\.json"):
        FullText(tmp_path / "fulltext")


def test_what_was_removed_makes_no_term_commoner_than_all_chunks(tmp_path):
    index = FullText(tmp_path / "fulltext")
    rows = [(number, "果园", "苹果") for number in range(20)]
    index.update([], rows, at(1))
    index.update(range(19), [], at(2))

    assert index.statistics(["苹果"])["苹果"].idf > 0


@pytest.mark.parametrize("few", [0, 2000])
def test_what_else_is_asked_for_comes_behind_the_best_if_it_holds_a_term(index, monkeypatch, few):
    monkeypatch.setattr("rag.store.fulltext._FEW", few)
    everything = index.search(terms("种苹果开轮船的渡口"), 10)

    hits = index.search(terms("种苹果开轮船的渡口"), 1, also=np.array([1, 2, 3]))

    assert [hit.id for hit in hits] == [2, 1]
    assert hits == everything


def test_a_fork_and_what_it_came_of_do_not_notice_each_other(index, tmp_path):
    before = index.search(terms("果园的苹果"), 5)

    fork = index.fork(tmp_path / "fork")
    assert (fork.state, fork.search(terms("果园的苹果"), 5)) == (at(1), before)
    fork.update([1], [(4, "梨", "果园种梨")], at(2))

    assert index.search(terms("果园的苹果"), 5) == before
    assert (fork.state, fork.ids().tolist()) == (at(2), [2, 3, 4])
    again = FullText(tmp_path / "fulltext")
    assert (again.state, again.search(terms("果园的苹果"), 5)) == (at(1), before)


def test_an_index_answers_as_before_when_its_files_are_gone(index, tmp_path):
    before = index.search(terms("果园的苹果"), 5)
    shutil.rmtree(tmp_path / "fulltext")

    assert index.search(terms("果园的苹果"), 5) == before


def test_an_index_is_for_its_owner_alone(index, tmp_path):
    files = list((tmp_path / "fulltext").iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "fulltext").stat().st_mode) == 0o700
