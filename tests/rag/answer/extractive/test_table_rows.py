"""Rows of tables: found by their keys, codes as a whole, with the columns that are asked for."""

import pytest

from rag.query.keywords import codes_in, holds_code, telling_words

STORE = """# 仓库清单

| 编码 | 名称 | 数量 | 库位 |
|---|---|---|---|
| QX096 | 阀门 | 31 | 东二 |
| QX097 | 垫片 | 45 | 西三 |
| QX197 | 螺栓 | 52 | 北一 |
"""
SICKNESS = """# 病假规定

病假工资和医疗期按下表执行。

| 本厂工龄 | 病假工资比例 | 医疗期（总工龄不满10年） | 医疗期（总工龄满10年） |
|---|---|---|---|
| 不满5年 | 60% | 3个月 | 6个月 |
| 满5年不满10年 | 70% | 6个月 | 9个月 |
| 满10年 | 80% | — | 12个月 |
"""


@pytest.fixture
def answered(pipeline_of):
    def ask(question: str, text: str):
        return pipeline_of({"a.md": text}, embedder="static").ask(question)

    return ask


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("QX097的数量", ["qx097", "数量"]),
        ("合同HT-2024-0137金额", ["合同", "ht-2024-0137", "金额"]),
        ("BOD5检测", ["bod5", "检测"]),
    ],
)
def test_a_code_is_one_word(question, words):
    assert telling_words(question) == words


def test_the_row_of_a_code_is_that_of_no_other_that_shares_its_letters(answered):
    answer = answered("QX097的数量是多少？", STORE)

    assert "QX097" in answer.answer
    assert "45" in answer.answer
    assert "QX096" not in answer.answer
    assert "QX197" not in answer.answer


def test_of_columns_that_are_called_alike_the_one_whose_condition_fits_is_shown(answered):
    answer = answered("总工龄15年、本厂工龄7年的，医疗期是几个月？", SICKNESS)

    assert "满5年不满10年" in answer.answer
    assert "医疗期（总工龄满10年）：9个月" in answer.answer
    assert "6个月" not in answer.answer
    assert "12个月" not in answer.answer


@pytest.mark.parametrize(
    ("question", "is_told"), [("QX097的数量是多少？", True), ("QX907的数量是多少？", False)]
)
def test_a_code_that_no_document_has_is_not_told_of(answered, question, is_told):
    assert answered(question, STORE).abstained is not is_told


def test_all_rows_of_a_key_that_the_question_names_are_given_and_no_others(answered):
    text = """# 收费标准

门诊收费标准如下表，按次收取。

| 科室 | 项目 | 价格 |
|---|---|---|
| 牙科 | 洗牙 | 180元 |
| | 补牙 | 260元 |
| 眼科 | 验光 | 30元 |
"""
    answer = answered("牙科有哪些收费项目？", text)

    assert "洗牙" in answer.answer
    assert "补牙" in answer.answer
    assert "验光" not in answer.answer


@pytest.mark.parametrize(
    ("text", "is_held"),
    [
        ("合同HT-2024-0137，金额1137元", True),
        ("合同HT 2024 0137，金额1137元", True),
        ("合同HT-2024-01371，金额1137元", False),
        ("合同AHT-2024-0137，金额1137元", False),
    ],
)
def test_a_code_is_held_with_its_borders(text, is_held):
    [code] = codes_in("HT-2024-0137的金额是多少")

    assert holds_code(text, code) == is_held


@pytest.mark.parametrize("question", ["2024年5月有几天", "A4纸多少钱", "5G基站", "12mg/L", "2024-05-08"])
def test_a_number_or_a_short_name_is_no_code(question):
    assert codes_in(question) == ()


GOALS = """# 水厂年度指标

各项指标完成情况见下表，由生产科汇总。

| 指标 | 目标 | 实际 | 是否达标 |
|---|---|---|---|
| 管网漏损率 | 9% | 11% | 否 |
| 水质合格率 | 99% | 99.6% | 是 |
| 抢修及时率 | 98% | 95% | 否 |
| 投诉回访率 | 100% | 100% | 是 |
"""
MUSEUM = """# Museum report

Results against goals for the year are shown in the table.

| Goal | Result | Target | Outcome |
|---|---|---|---|
| Visitors | 41,000 | 40,000 | Met |
| School classes | 310 | 400 | Missed |
| Loans | 12 | 10 | Met |
| New members | 75 | 120 | Missed |
"""


@pytest.mark.parametrize(
    ("question", "text", "given", "others"),
    [
        ("水厂哪些指标没有达标？", GOALS, ("漏损率", "抢修"), ("水质", "回访")),
        ("水厂哪些指标达标了？", GOALS, ("水质", "回访"), ("漏损率", "抢修")),
        ("Which goals did the museum fall short of?", MUSEUM, ("School", "members"), ("Visitors", "Loans")),
        ("Which goals were met by the museum?", MUSEUM, ("Visitors", "Loans"), ("School", "members")),
    ],
)
def test_the_rows_are_given_of_which_a_column_says_what_is_asked(answered, question, text, given, others):
    answer = answered(question, text)

    assert answer.form == "table"
    assert [word for word in given if word not in answer.answer] == []
    assert [word for word in others if word in answer.answer] == []


def test_a_row_that_is_named_is_given_whatever_its_verdict(answered):
    answer = answered("水质合格率的实际是什么？没有达标吗？", GOALS)

    assert "99.6%" in answer.answer
    assert "漏损率" not in answer.answer


def test_a_version_and_a_column_are_found_though_nothing_is_asked_in_words(answered):
    text = """# 支持周期

| 版本 | 发布日期 | 停止支持 | Python |
|---|---|---|---|
| 2.1.0 | 2022-01-10 | 2023-01-10 | 3.8 |
| 2.2.0 | 2023-02-11 | 2024-02-11 | 3.9 |
| 2.3.0 | 2024-03-12 | 2025-03-12 | 3.11 |
"""
    answer = answered("2.2 停止支持 Python", text)

    assert not answer.abstained
    assert "2024-02-11" in answer.answer
    assert "2025-03-12" not in answer.answer


def test_a_case_in_english_falls_into_the_row_whose_own_range_fits(answered):
    answer = answered("What is the sick pay 病假工资比例 of a worker with 7 years 工龄?", SICKNESS)

    assert "70%" in answer.answer
    assert "80%" not in answer.answer
