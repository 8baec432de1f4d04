import pytest

from eval.data.questions import Question
from eval.metrics import noise
from eval.metrics.noise import unneeded
from tests.eval.doubles import answer


def question(*facts: tuple[str, ...]) -> Question:
    return Question("q", "?", "zh-Hans", "list", facts=facts)


DUTIES = question(("巡堤",), ("报汛", "報汛"))


def test_a_statement_that_holds_no_fact_is_noise():
    said = answer("值班人员每两小时巡堤一次。[1]食堂照常供餐。[2]汛情随时報汛。[3]")
    assert noise(DUTIES, said, {}) == (1, 3)
    assert unneeded(DUTIES, said) == ("食堂照常供餐。",)


def test_what_leads_to_a_needed_item_is_needed():
    said = answer("值班人员应当做到：[1]\n1. 每两小时巡堤[2]\n2. 及时报汛[3]\n3. 保持通信畅通[4]")
    assert unneeded(DUTIES, said) == ("保持通信畅通",)
    assert noise(DUTIES, said, {}) == (1, 4)


def test_what_leads_to_nothing_needed_is_noise():
    said = answer("食堂供应：\n1. 早餐[1]\n2. 晚餐[2]\n值班人员巡堤、报汛。[3]")
    assert unneeded(DUTIES, said) == ("食堂供应：", "早餐", "晚餐")


def test_a_heading_with_a_needed_line_set_in_below_it_is_needed():
    said = answer("值班办法：\n1. 落实责任[1]\n   - 每两小时巡堤。[2]\n2. 保障生活[3]\n   - 食堂供餐。[4]")
    assert unneeded(DUTIES, said) == ("保障生活", "食堂供餐。")


def test_the_name_of_a_block_is_needed_with_it_alone():
    said = answer(
        "甲站：\n每两小时巡堤一次。[1]\n乙站：\n值班职责：[2]\n1. 报汛[3]\n丙站：\n文档里没有找到。"
    )
    assert unneeded(DUTIES, said) == ("丙站：", "文档里没有找到。")


@pytest.mark.parametrize("text", ["用3吨。[1]", "用2.3吨。[1]"])
def test_a_fact_is_found_as_fact_recall_finds_it(text):
    assert noise(question(("3",)), answer(text), {}) == (int("2.3" in text), 1)


def test_only_answers_to_questions_with_facts_count():
    assert noise(question(), answer("甲。"), {}) is None
    assert noise(DUTIES, answer("没有找到。", abstained=True), {}) is None
    assert noise(DUTIES, answer(""), {}) is None
    assert unneeded(DUTIES, answer("没有找到。", abstained=True)) == ()
