import pytest

from eval.data.questions import Question
from eval.metrics import passage_recall
from tests.eval.doubles import answer, passage

#        0123456789
TEXTS = {"a.txt": "甲乙丙\n丁戊己庚辛壬", "b.txt": "丁戊"}


def question(*spans: str, doc: str | tuple[str, ...] | None = "a.txt") -> Question:
    return Question("q", "?", "zh-Hans", "fact", doc, spans)


def score(asked: Question, *passages):
    return passage_recall(asked, answer(passages=passages), TEXTS)


def test_all_spans_must_lie_in_the_passages():
    both = question("甲乙", "庚辛")
    assert score(both, passage("a.txt", (0, 3)), passage("a.txt", (7, 10))) == (1, 1)
    assert score(both, passage("a.txt", (0, 3))) == (0, 1)  # 1 of 2 spans is none of the question


def test_the_union_of_touching_passages_counts():
    assert score(question("丁戊己庚"), passage("a.txt", (6, 10)), passage("a.txt", (4, 6))) == (1, 1)


def test_a_line_break_between_two_spans_does_not_break_coverage():
    assert score(question("丙\n丁"), passage("a.txt", (0, 3), (4, 10))) == (1, 1)


def test_a_character_left_out_breaks_coverage():
    assert score(question("丁戊己"), passage("a.txt", (4, 5), (6, 10))) == (0, 1)


def test_only_the_named_documents_count():
    elsewhere = passage("b.txt", (0, 2))
    assert score(question("丁戊"), elsewhere) == (0, 1)
    assert score(question("丁戊", doc=("a.txt", "b.txt")), elsewhere) == (1, 1)
    assert score(question("丁戊", doc=None), elsewhere) == (1, 1)


def test_any_occurrence_will_do():
    texts = {"a.txt": "同词。同词。"}
    found = answer(passages=[passage("a.txt", (3, 6))])
    assert passage_recall(question("同词"), found, texts) == (1, 1)


@pytest.mark.parametrize("kind", ["unanswerable", "fact"])
def test_does_not_apply_without_spans(kind):
    assert passage_recall(Question("q", "?", "en", kind), answer(), {}) is None
