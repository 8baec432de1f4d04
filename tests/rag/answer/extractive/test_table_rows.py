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
