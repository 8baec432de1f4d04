"""Names that are asked for nearly as they are written."""

import pytest

from rag.query.near_names import AskedName, most_like, names_asked_about

CLASSES = ["街道办起“三类驿站”：田头驿站、桥头驿站、云驿站。", "驿站每月开一次。"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("“一带四帮”是什么？", AskedName("一带四帮", "coined")),
        ("「三類驛亭」分別是哪三類？", AskedName("三類驛亭", "measured")),
        ("石樑镇有多少人？", AskedName("石樑镇", "proper")),
    ],
)
def test_names_are_told_by_their_shape_and_stand_as_they_were_asked(question, name):
    assert name in list(names_asked_about(question))


def test_what_counts_no_name_is_none():
    assert not list(names_asked_about("水费要在几天内交？"))


@pytest.mark.parametrize(
    ("name", "text", "like"),
    [
        (AskedName("一带四帮", "coined"), "支部推行“一带五帮”。", "一带五帮"),
        (AskedName("三类驿亭", "measured"), CLASSES[0], "三类驿站"),
        (AskedName("青岩街道", "proper"), "青崖街道召开会议。", "青崖街道"),
    ],
)
def test_a_name_that_differs_in_one_character_is_found(name, text, like):
    assert most_like(name, [text]) == like


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (AskedName("一轴双驱", "coined"), "全县按“一轴多驱”布局。"),  # two, or many
        (AskedName("四类驿站", "measured"), CLASSES[0]),  # another number of things
        (AskedName("江北街道", "proper"), "江南街道召开会议。"),  # across the river
        (AskedName("苏州供电公司", "proper"), "杭州供电公司召开会议。"),  # the name of another place
        (AskedName("青岩街道", "proper"), "红岩街道召开会议。"),  # another name begins it
        (AskedName("三类驿亭", "measured"), "三类驿馆和三类驿站都办了起来。"),  # which of both?
        (AskedName("石樑镇", "proper"), "石桥镇召开会议。"),  # too little is left of it
    ],
)
def test_what_is_another_thing_is_not_taken_for_it(name, text):
    assert not most_like(name, [text])
