import pytest

from eval.retrieval.peers.sqlite_fts5 import create, trigrams

PASSAGES = [("a", "", "渡口的轮船早上出发"), ("b", "", "果园的苹果熟了"), ("c", "", "轮船早上靠岸")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("轮船早上", ["轮船早", "船早上"]),
        ("轮船，早上", []),  # no run of three
        ("ab轮", ["ab轮"]),
        ("果果果果", ["果果果"]),
        ("", []),
    ],
)
def test_a_question_is_cut_into_runs_of_three(text, expected):
    assert trigrams(text) == expected


def test_any_trigram_of_the_question_is_enough():
    search = create().index(PASSAGES)
    assert search("昨天轮船早上靠岸了吗", 3) == [
        "c",
        "a",
    ]
    assert search("昨天轮船早上靠岸了吗", 1) == ["c"]


def test_two_characters_find_nothing():
    assert create().index(PASSAGES)("轮船", 3) == []
