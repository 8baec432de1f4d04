"""What was not done or is left over, in questions, texts and the verdicts of a table."""

import pytest

from rag.text.undone import asks_for_undone, is_affirmed, is_denied, tells_the_rest


@pytest.mark.parametrize(
    ("question", "is_asked"),
    [
        ("危房还剩几户没有改造？", True),
        ("哪些指标没达标？", True),
        ("尚未办结的有几件？", True),
        ("Which goals did the museum miss?", True),
        ("How many repairs have not been carried out?", True),
        ("危房一共有几户？", False),
        ("哪些指标达标了？", False),
        ("How many repairs were carried out?", False),
    ],
)
def test_a_question_asks_for_what_was_not_done(question, is_asked):
    assert asks_for_undone(question) is is_asked


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("剩余7户中，5户已签约。", True),
        ("未改造的7户位于后山。", True),
        ("其余十二件转入下月办理。", True),
        ("The remaining three benches will be repaired in May.", True),
        ("Three of the repairs are outstanding.", True),
        ("未来三年再建5个站点。", False),
        ("标准尚未统一。", False),
        ("已改造39户。", False),
        ("Seventeen were repaired.", False),
    ],
)
def test_a_text_counts_what_is_left(text, is_told):
    assert tells_the_rest(text) is is_told


@pytest.mark.parametrize("verdict", ["No", "否", "未达标", "不合格", "Not met", "×"])
def test_a_verdict_is_denied(verdict):
    assert is_denied(verdict)
    assert not is_affirmed(verdict)


@pytest.mark.parametrize("verdict", ["Yes", "是", "达标", "按期完成", "Met", "√"])
def test_a_verdict_is_affirmed(verdict):
    assert is_affirmed(verdict)
    assert not is_denied(verdict)
