"""Texts that were wrapped by hand or by a program, and texts that only look like it."""

import pytest

from rag.ingest.outline import find_outline
from rag.text.sentences import clean

RULES = """馆藏图书借阅办法

一、借阅期限
    普通图书每次可以借三册，期限为三十天，期满
前可以续借一次；线装图书只在阅览室内翻阅，不得
带出。
二、逾期处理
    逾期不还的，每册每天收两角钱；逾期超过六十
天的，停止借阅三个月。
"""
MINUTES = (
    "2月份水泵房停电2次，值班员用了17分钟才把备用电源接上，会议要求以后不得超过5分钟，由设备组3月10日前演练一次，"
    "演练的情况在下一次例会上通报。",
    "会议同意为A-12至A-19八个井盖加装报警器，每个井盖630元，从2025年的维修费里列支，4月底以前装完，逾期的按合同扣款。",
    "旧闸门的油漆已经剥落，会议决定请有资质的单位重新喷涂，喷涂期间夜里12点到早上6点关闭北门，通行的车辆从南门绕行。",
    "巡查记录从本月起一律用电子表格填写，纸质记录保存到2026年6月30日为止，之后由档案室统一销毁，不再另行通知各班组。",
)


def blocks_of(text: str) -> list[str]:
    outline = find_outline(text)
    return [clean(outline.shown(text), [block]).text for block in outline.blocks]


def wrapped(paragraph: str, length: int) -> str:
    """Return a paragraph as lines of so many characters, the first set in by two of them."""
    text = "　　" + paragraph
    return "\n".join(text[start : start + length] for start in range(0, len(text), length))


def test_a_text_of_a_few_lines_is_joined_to_its_paragraphs():
    assert blocks_of(RULES) == [
        "馆藏图书借阅办法",
        "一、借阅期限",
        "普通图书每次可以借三册，期限为三十天，期满前可以续借一次；线装图书只在阅览室内翻阅，不得带出。",
        "二、逾期处理",
        "逾期不还的，每册每天收两角钱；逾期超过六十天的，停止借阅三个月。",
    ]


@pytest.mark.parametrize("length", [24, 30, 38])
def test_lines_of_as_many_characters_are_joined_whatever_figures_take(length):
    short = ["出　　席：各组组长", "记　　录：小禾", "一、水泵房", "二、井盖", "三、其他"]
    text = "\n".join(["管理处例会纪要", *short, *(wrapped(paragraph, length) for paragraph in MINUTES)])

    assert blocks_of(text)[-len(MINUTES) :] == list(MINUTES)


def test_an_item_goes_on_in_a_line_that_is_not_set_in():
    items = [f"{number}.{text}" for number, text in enumerate(MINUTES, 1)]
    text = "\n".join(["管理处例会纪要", *(wrapped(item, 30) for item in items)])

    assert blocks_of(text)[1:] == items


@pytest.mark.parametrize(
    "line",
    [
        "东街甲科室{n}号房电话{n}传真{n}",
        "E{n},Zhang San,Purchase,{n},active",
        "{n} 号柜存放卷宗及往来信函目录",
    ],
    ids=["directory", "fields", "inventory"],
)
def test_lines_of_one_length_that_end_no_sentence_are_not_joined(line):
    lines = [line.format(n=n) for n in range(1000, 1040)]

    assert blocks_of("\n".join(["名单", "", *lines]))[-len(lines) :] == lines


def test_english_lines_of_a_short_letter_are_joined():
    text = (
        "Dear tenants,\n\n"
        "the lift in the north wing will be out of service from Monday\n"
        "until Thursday while its cables are replaced. Please use the\n"
        "stairs or the lift in the south wing, which stays in service\n"
        "day and night.\n\n"
        "Kind regards\n"
    )

    assert blocks_of(text)[1].endswith("which stays in service day and night.")
