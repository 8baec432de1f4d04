"""tantivy is there without the extra packages; the words are ours here."""

from eval.retrieval.peers.tantivy import index
from rag.text.normalize import terms

PASSAGES = [
    ("ship-and-apple", "", "轮船运走苹果"),
    ("ship", "渡口", "轮船早上出发"),
    ("book", "", "图书馆闭馆"),
]


def test_passages_are_ranked_by_the_words_they_share_with_the_question():
    search = index(PASSAGES, terms)
    assert search("苹果上轮船", 3) == ["ship-and-apple", "ship"]
    assert search("苹果上轮船", 1) == ["ship-and-apple"]
    assert search("渡口", 3) == ["ship"]
    assert search("汽车", 3) == []
    assert search("", 3) == []
