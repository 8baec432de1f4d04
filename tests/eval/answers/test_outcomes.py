import pytest

from eval.answers.outcomes import Outcome, count_outcomes, outcome
from eval.answers.run import evaluate
from eval.data.questions import Question
from tests.eval.doubles import ScriptedPipeline, answer, citation, passage

TEXTS = {"a.txt": "党员109名。一是抓学习。"}
ASKED = Question("q", "?", "zh-Hans", "fact", "a.txt", ("党员109名",), (("109",),))
NOWHERE = Question("q", "?", "zh-Hans", "unanswerable")
CITED = [citation(1, "党员109名。")]
FOUND = [passage("a.txt", (0, 7))]


def row_of(question, given):
    return evaluate(ScriptedPipeline(TEXTS, {"?": given}), [question]).rows[0]


@pytest.mark.parametrize(
    ("question", "given", "expected"),
    [
        (ASKED, answer("109名。[1]", CITED, FOUND), Outcome.RIGHT),
        (ASKED, answer("109名。", [], FOUND), Outcome.NOT_CITED),
        (ASKED, answer("109名。", [], []), Outcome.NOT_CITED),  # said all the same
        (ASKED, answer("很多。", [], FOUND), Outcome.FACTS_MISSING),
        (ASKED, answer("很多。", [], []), Outcome.NOT_FOUND),
        (ASKED, answer("没有。", [], FOUND, abstained=True), Outcome.REFUSED),
        (ASKED, answer("没有。", [], [], abstained=True), Outcome.NOT_FOUND),
        (NOWHERE, answer("没有。", abstained=True), Outcome.RIGHTLY_REFUSED),
        (NOWHERE, answer("109名。[1]", CITED), Outcome.WRONGLY_ANSWERED),
    ],
)
def test_a_question_is_lost_at_the_first_step_that_fails(question, given, expected):
    row = row_of(question, given)
    assert outcome(row) is expected
    counted = count_outcomes([row])
    assert counted[expected] == sum(counted.values()) == 1
    assert list(counted) == list(Outcome)


def test_every_outcome_is_explained():
    assert all(each.meaning for each in Outcome)
    assert [each for each in Outcome if each.is_right] == [Outcome.RIGHT, Outcome.RIGHTLY_REFUSED]
