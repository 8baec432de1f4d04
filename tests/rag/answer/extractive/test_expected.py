"""What a question asks for, and whether a sentence holds one of it."""

import pytest

from rag.query.expected_answer import expected, meets


def beside(question: str, sentence: str) -> bool:
    return meets(expected(question), sentence).beside == 1


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("修蓄水池花了多少钱？", "镇里投入80余万元修蓄水池。", "镇里修了3座蓄水池。"),
        ("果园的面积有多大？", "果园占地1200亩。", "果园有3名技术员。"),
        ("青年果农占到百分之几？", "青年果农占38%。", "青年果农有38人。"),
        ("蓄水池是哪一年修的？", "2019年修成蓄水池。", "蓄水池在三天内修成。"),
        ("例会多久开一次？", "例会每月召开一次。", "例会由镇里召开。"),
        ("果园热线的号码是多少？", "果园热线0539-1234567全天有人接。", "果园热线24小时有人接。"),
        ("果园的场长叫什么名字？", "果园场长李秀兰说，今年丰收。", "果园场长说，今年丰收。"),
        ("“三查”是哪三查？", "落实查虫害、查水分、查肥力“三查”。", "继续落实“三查”，今年丰收。"),
        ("果园有多少名技术员？", "果园有12名技术员。", "果园有12名工人，技术员都很年轻。"),
        ("果园装了几部电梯？", "果园装了电梯14台。", "果园装了电梯。"),
        ("果园在哪里办采摘节？", "采摘节在山下的青石镇举办。", "采摘节办得热闹，来的人很多。"),
        ("镇里的培训班叫什么？", "镇里开办“田间夜校”。", "镇里开办培训班。"),
        ("那位“快递哥”叫什么名字？", "人称“快递哥”的党员孙大海。", "人称“快递哥”。"),
        ("商户一共贷了多少钱？", "商户贷款23亿。", "商户23万人贷款。"),
        ("小邱的丈夫叫什么名字？", "小邱的丈夫叫李明。", "小邱认识王春梅书记。"),
        ("Who took over from Ann Hale?", "Ann Hale handed over to Piet Moor.", "Ann Hale left early."),
        ("Who decides on a ban?", "It is decided by the head of services.", "A ban lasts for good."),
        ("When does the pool open?", "The pool opens on 3 May.", "The pool has two lanes."),
        ("How much does a swim cost?", "A swim costs £4.", "A swim does you good."),
    ],
)
def test_the_kind_of_thing_that_is_asked_for_is_told_from_others(question, holds, lacks):
    assert beside(question, holds)
    assert not beside(question, lacks)


def test_a_figure_that_was_taken_out_is_none():
    assert not beside("修蓄水池花了多少钱？", "镇里投入xx余万元修蓄水池。")


def test_what_the_question_says_is_no_answer_to_it():
    wanted = expected("这3家果园一共有多少名职工？")

    assert meets(wanted, "这3家果园离镇里不远。").shape == 0
    assert meets(wanted, "这3家果园有职工62名。").shape == 1


def test_an_amount_right_by_what_is_counted_is_told_from_one_in_the_same_clause():
    wanted = expected("果园有多少名技术员？")

    assert meets(wanted, "果园有12名技术员。").right_by == 1
    assert meets(wanted, "果园有12名修剪和喷药的工人和技术员。").right_by == 0


@pytest.mark.parametrize(
    ("sentence", "which"), [("他在农林学院任教。", 1), ("他在果园任教。", -1), ("他在这所学院任教。", -1)]
)
def test_one_of_what_is_asked_for_is_another_than_the_question_names(sentence, which):
    assert meets(expected("他在这所学院之前，是哪所学院的？"), sentence).which == which


def test_a_counting_name_is_explained_by_as_many_things_right_by_it():
    wanted = expected("“三查”具体查什么？是哪三查？")

    assert meets(wanted, "坚持“三查”，即查虫害、查水分、查肥力。").defines == 1
    assert meets(wanted, "坚持“三查”，今年果园卖出了苹果、梨、桃，收入比去年多出一倍有余。").defines == -1
    assert meets(wanted, "今年卖出苹果、梨、桃。").defines == 0


@pytest.mark.parametrize("question", ["为什么今年丰收？", "土壤怎么改良？", "果园的口号是什么"])
def test_where_nothing_in_particular_is_expected_any_sentence_meets_it(question):
    assert expected(question).anything
    assert meets(expected(question), "今年丰收。")[:2] == (1, 1)
