import re

import pytest

from tests.ui.page.doubles import visible
from ui.page.markup import answer_markup, inert, plain_block


@pytest.mark.parametrize(
    "nasty",
    [
        "<img src=x onerror=alert(1)>",
        "![图](http://x/a.png)",
        "[链接](http://x)",
        "**粗** _斜_ `码` ~~删~~ # 题",
        "$x^2$ \\(y\\) http://x.example",
        "${1+1} {{7*7}} &lt;b&gt;",
    ],
)
def test_nothing_in_a_text_acts(nasty):
    assert visible(inert(nasty)) == nasty
    assert not re.search(r"[<>\[\]()*_`$\\!]", inert(nasty))


def test_markers_with_a_source_are_links_and_others_are_not():
    html = answer_markup("一句。[1]又一句。[2]", 3, {1})
    assert '<a class="marker" href="#source-3-1">1</a>' in html
    assert '<span class="marker">2</span>' in html


def test_a_numbered_list_keeps_its_numbers():
    html = answer_markup("如下：[1]\n1. 甲[2]\n2. 乙[3]", 1, {1, 2, 3})
    assert html.count('<div class="item">') == 2
    assert re.findall(r'<span class="number">(\d)&#46;</span>', html) == ["1", "2"]


def test_a_decimal_is_no_list_number():
    assert "item" not in answer_markup("3.5亿元", 1)


def test_masked_names_keep_their_stars():
    assert visible(answer_markup("**集团与**公司", 1)) == "**集团与**公司"


def test_an_answer_is_one_line_so_that_no_blank_line_ends_its_html():
    assert "\n" not in answer_markup("一\n\n\n# 二\n\n- 三", 1)
    assert "\n" not in plain_block("一\n\n二", "asked")
