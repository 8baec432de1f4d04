"""Whether something may be: the rule that decides, with its exception, or the item that fits."""

import pytest

PARK = """青河市湖滨公园管理规定
第一条　为了加强公园管理，制定本规定。
第二条　公园每日六时开放，二十二时关闭。
第三条　游客不得携带犬只进入公园。公园入口应当设置提示标志。
视力残疾人携带的导盲犬，不受前款限制，但应当佩戴导盲鞍。
第四条　公园内不得燃放烟花爆竹。
"""
HANDBOOK = """青河厂考勤规定
第一条　本规定适用于全体职工。
第二条　有下列情形之一的，不发放当年全勤奖：
（一）工龄满1年不满8年，请事假累计2个月以上的；
（二）工龄满8年不满16年，请事假累计3个月以上的；
（三）工龄满16年以上，请事假累计5个月以上的。
第三条　考勤由车间登记。
"""


@pytest.fixture
def answered(pipeline_of):
    def ask(question: str, text: str):
        return pipeline_of({"a.txt": text}, embedder="static").ask(question).answer

    return ask


def test_an_exception_is_given_with_its_rule(answered):
    answer = answered("携带犬只可以进入湖滨公园吗？", PARK)

    assert "不得携带犬只" in answer
    assert "导盲犬，不受前款限制" in answer
    assert "烟花" not in answer


def test_of_two_items_that_hold_a_case_the_nearer_is_given(answered):
    answer = answered("工龄10年、进厂5年，今年请了三个半月事假，还有全勤奖吗？", HANDBOOK)

    assert "3个月以上" in answer
    assert "2个月以上" not in answer
    assert "5个月以上" not in answer
