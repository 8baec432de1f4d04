"""The items that one sentence enumerates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.enumerations import enumerations


def items(text: str) -> list[list[str]]:
    return [[text[start:end] for start, end in found.items] for found in enumerations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("果园种有苹果、梨、桃和李子。", ["苹果", "梨", "桃", "李子"]),
        ("将水利、林业、农机等部门的服务纳入一张网", ["水利", "林业", "农机"]),
        ("打造采摘区、加工区及游客休闲区三大板块", ["采摘区", "加工区", "游客休闲区"]),
        ("镇里采取讲座、快板、小戏等村民爱看的形式", ["讲座", "快板", "小戏"]),
        ("从产量、质量、管护、节水四个方面打分", ["产量", "质量", "管护", "节水"]),
        ("以“早修一批、嫁接一批、更新一批”为抓手", ["早修一批", "嫁接一批", "更新一批"]),
        ("果园坚持以改良土壤、更新品种、节约用水为重点", ["改良土壤", "更新品种", "节约用水"]),
        ("开展“比产量”“比质量”“比管护”活动", ["比产量", "比质量", "比管护"]),
        ("订阅《果农报》、《山区新闻》和《农技天地》", ["《果农报》", "《山区新闻》", "《农技天地》"]),
        ("做到育苗与整地同步、施肥与灌水同步", ["育苗与整地同步", "施肥与灌水同步"]),
        ("形成镇里规划、村里落实、农户广泛参与的格局", ["镇里规划", "村里落实", "农户广泛参与"]),
        ("定期抽查“三本台账”、修剪记录、用药记录", ["“三本台账”", "修剪记录", "用药记录"]),
        ("会上决定先在青石峡果园、南坪果园、锦川果园试点", ["青石峡果园", "南坪果园", "锦川果园试点"]),
        ("果农大会，把握关注点、传播好经验、扩大覆盖面。", ["把握关注点", "传播好经验", "扩大覆盖面"]),
        ("帮助全体果农形成加强技术教育的质量自觉、安全自觉和节水自觉", ["质量自觉", "安全自觉", "节水自觉"]),
    ],
)
def test_the_items_are_found_without_what_leads_to_them_and_what_closes_them(text, expected):
    assert items(text)[0] == expected


def test_parallel_clauses_between_semicolons_are_items():
    found = items("三级管护：镇里管规划；村里管用水；农户管修剪。")

    assert found == [["镇里管规划", "村里管用水", "农户管修剪"]]


def test_items_in_brackets_are_an_enumeration_of_their_own():
    found = items("手册分为基本信息(含姓名、地块、树龄)、用药记录、修剪记录")

    assert ["基本信息(含姓名、地块、树龄)", "用药记录", "修剪记录"] in found
    assert ["含姓名", "地块", "树龄"] in found


@pytest.mark.parametrize("text", ["", "、", "果园今年丰收。", "苹果、", "、、、", "他说：“好。”"])
def test_what_is_no_enumeration_gives_none(text):
    assert items(text) == []


@given(st.text(alphabet="果园和及与、，；“”（）：等三个的苹梨桃 a1", max_size=60))
def test_items_are_in_order_inside_the_text_and_not_empty(text):
    for found in enumerations(text):
        borders = [place for item in found.items for place in item]
        assert borders == sorted(borders)
        assert all(0 <= start < end <= len(text) for start, end in found.items)
