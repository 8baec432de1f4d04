"""Of several versions of one document the one asked about is answered from."""

import pytest

from rag.retrieve.versions import versions_among
from tests.doubles import document_of

NEW = "差旅费管理办法\n第一条　本办法自2025年1月1日起施行。\n第二条　住宿费每人每天不超过500元。\n"
OLD = (
    "差旅费管理办法（2022年修订）\n第一条　本办法自2022年3月1日起施行。\n"
    "第二条　住宿费每人每天不超过350元。\n"
)
OTHER = "食堂管理办法\n第一条　本办法自2020年1月1日起施行。\n第二条　早餐每份6元。\n"


@pytest.fixture
def rules(pipeline_of):
    return pipeline_of({"新.txt": NEW, "旧.txt": OLD, "食堂.txt": OTHER}, embedder="static")


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("住宿费每天最多多少元？", "500", "350"),
        ("2022年的办法里住宿费每天最多多少元？", "350", "500"),
        ("早餐每份多少元？", "6元", "500"),
    ],
)
def test_the_newest_is_asked_unless_another_is_named(rules, question, holds, lacks):
    answer = rules.ask(question)

    assert holds in answer.answer
    assert lacks not in answer.answer


def test_who_compares_versions_is_shown_all(rules):
    names = {passage.document for passage in rules.ask("新旧两版住宿费有什么变化？").passages}

    assert {"新.txt", "旧.txt"} <= names


@pytest.mark.parametrize(
    "texts",
    [
        ("2023年培训工作总结\n全年培训十二场。\n", "2024年培训工作总结\n全年培训十八场。\n"),
        ("甲部职工考勤管理办法\n病假每年十天。\n", "乙部职工考勤管理办法\n病假每年八天。\n"),
    ],
)
def test_reports_of_two_years_and_rules_of_two_units_are_no_versions(texts):
    assert versions_among(document_of(text, f"{n}.txt") for n, text in enumerate(texts)) == []


PARKING_OLD = (
    "停车场管理规定（2019年版）\n第一条 小型车每小时收费四元，当日最高收费三十元。\n"
    "第二条 月卡每张二百元，凭单位证明办理。办理月卡须提前五个工作日申请。\n"
    "第三条 违规停放的，拖车费由车主承担。\n第四条 本次修订的主要内容：\n"
    "（一）将月卡价格由一百五十元提高到二百元；\n（二）增加拖车费的规定。\n"
)
PARKING_NEW = (
    "停车场管理规定（2023年版）\n第一条 小型车每小时收费六元，当日最高收费五十元。\n"
    "第二条 月卡每张二百八十元，网上办理。月卡可以跨月转让，每年限一次。\n"
    "第三条 违规停放的，先通知车主，三十分钟内未驶离的拖车，拖车费由车主承担。\n"
)
MANUAL = (
    "# 清河水厂加药系统操作规程\n\n版本：V2.1\n\n## 1 与 V2.0 相比的变化\n\n| 内容 | V2.0 | V2.1 |\n"
    "| --- | --- | --- |\n| 加药泵 | 一用一备 | 两用一备 |\n| 余氯报警下限 | 0.3 mg/L | 0.5 mg/L |\n\n"
    "## 2 操作\n\n开泵前检查阀门。加药泵启动后每两小时巡检一次。\n"
)


@pytest.fixture
def parking(pipeline_of):
    return pipeline_of({"a.txt": PARKING_OLD, "b.txt": PARKING_NEW, "c.md": MANUAL}, embedder="static")


def test_each_version_is_asked_about_the_aspect_alone_and_told_with_its_conditions(parking):
    answer = parking.ask("停车场新旧两版规定在月卡上有什么变化？")

    new, old = answer.answer.split("停车场管理规定（2019年版）：")
    assert "二百八十元" in new
    assert "跨月转让" in new
    assert "每张二百元" in old
    assert "提前五个工作日" in old
    assert "小型车" not in answer.answer
    assert "提高到" not in old  # that is how it differs from one before it


def test_a_version_that_is_not_there_is_said_to_be_missing_with_those_that_are(parking):
    answer = parking.ask("停车场管理规定2021年版里月卡多少钱？")

    assert (answer.abstained, answer.missing, answer.form) == (True, ("2021",), "near-miss")
    assert "停车场管理规定（2023年版）" in answer.answer
    assert "停车场管理规定（2019年版）" in answer.answer


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("V2.1的加药规程和V2.0相比改了什么？", ["两用一备", "0.5 mg/L"]),
        ("停车场管理规定2019年版改了什么？", ["一百五十元提高到二百元", "增加拖车费"]),
    ],
)
def test_a_list_of_changes_is_given_whole(parking, question, holds):
    answer = parking.ask(question)

    assert all(words in answer.answer for words in holds)
    assert "巡检" not in answer.answer
    assert "小型车" not in answer.answer
