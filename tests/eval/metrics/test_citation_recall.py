from eval.data.questions import Question
from eval.metrics import citation_recall
from tests.eval.doubles import answer, citation, passage

TEXTS = {"a.txt": "一是抓学习。二是抓队伍。"}
ASKED = Question("q", "?", "zh-Hans", "list", "a.txt", ("抓学习", "抓队伍"))


def test_all_spans_must_lie_in_the_citations():
    first, second = citation(1, "一是抓学习。"), citation(2, "二是抓队伍。", start=6)
    assert citation_recall(ASKED, answer(citations=[first, second]), TEXTS) == (1, 1)
    assert citation_recall(ASKED, answer(citations=[first]), TEXTS) == (0, 1)


def test_a_passage_is_not_a_citation():
    assert citation_recall(ASKED, answer(passages=[passage("a.txt", (0, 12))]), TEXTS) == (0, 1)


def test_does_not_apply_without_spans():
    assert citation_recall(Question("q", "?", "en", "unanswerable"), answer(), {}) is None
