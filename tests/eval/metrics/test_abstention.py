import pytest

from eval.data.questions import Question
from eval.metrics import abstention_recall, false_abstention
from tests.eval.doubles import answer

ANSWERABLE = Question("a", "?", "en", "fact")
UNANSWERABLE = Question("u", "?", "en", "unanswerable")


@pytest.mark.parametrize("abstained", [False, True])
def test_each_measure_counts_its_own_questions(abstained):
    given = answer(abstained=abstained)
    assert abstention_recall(UNANSWERABLE, given, {}) == (int(abstained), 1)
    assert false_abstention(ANSWERABLE, given, {}) == (int(abstained), 1)
    assert abstention_recall(ANSWERABLE, given, {}) is None
    assert false_abstention(UNANSWERABLE, given, {}) is None
