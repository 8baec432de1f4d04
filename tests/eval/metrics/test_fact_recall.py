import pytest

from eval.data.questions import Question
from eval.metrics import fact_recall
from eval.metrics.fact_recall import missing_facts
from tests.eval.doubles import answer


def question(*facts: tuple[str, ...]) -> Question:
    return Question("q", "?", "zh-Hans", "fact", facts=facts)


def test_every_group_needs_one_alternative():
    both = question(("109名", "一百零九名"), ("190多名",))
    assert fact_recall(both, answer("职工190多名，党员一百零九名。"), {}) == (1, 1)
    assert fact_recall(both, answer("党员109名。"), {}) == (0, 1)
    assert missing_facts(both, answer("党员109名。")) == [("190多名",)]


@pytest.mark.parametrize("text", ["ＡＩ 平台", "ai平臺", "AI\n平台"])
def test_folds_width_case_script_and_white_space(text):
    assert fact_recall(question(("AI平台",)), answer(text), {}) == (1, 1)


def test_a_marker_is_no_fact():
    assert fact_recall(question(("3",)), answer("三篇。[3]"), {}) == (0, 1)


def test_does_not_apply_without_facts():
    assert fact_recall(question(), answer("甲"), {}) is None


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("党员109名。", True),
        ("党员 1 0 9 名。", True),
        ("109。", True),
        ("职工1090名。", False),
        ("职工2109名。", False),
        ("共109.5亿。", False),
        ("共3,109名。", False),
        ("2019 109名。", True),
    ],
)
def test_a_number_is_not_found_in_a_longer_one(text, held):
    assert fact_recall(question(("109",)), answer(text), {}) == (int(held), 1)


def test_a_refusal_says_no_fact_whatever_its_words():
    assert fact_recall(question(("没有",)), answer("文档里没有。", abstained=True), {}) == (0, 1)
