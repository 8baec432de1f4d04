"""The form of answer that a question asks for by its words."""

import pytest

from rag.query.form import asked_form
from rag.query.rewrite import rewrite


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("发票最晚什么时候报销？", "fact"),
        ("什么是三色管理？", "definition"),
        ("三色管理是哪三色？", "list"),
        ("有几个试点村？", "count"),
        ("简要总结青石镇的经验", "summary"),
        ("青石鎮有哪些做法？", "summary"),
        ("青石镇是怎么抓果园的", "summary"),
        ("那篇文章主要讲了什么", "summary"),
        ("有什么可以借鉴的", "summary"),
        ("门诊改造取得了什么成效", "summary"),
        ("那份材料讲到由谁来管，全文主要讲了哪几个方面", "summary"),
        ("哪些地方搞了积分管理", "which"),
        ("哪几份文件提到了轮岗", "which"),
        ("甲村和乙村在分红上有何不同？", "compare"),
        ("新旧两版补办期限有什么变化", "compare"),
        ("为什么会停航", "why"),
        ("退票要怎么办", "how"),
        ("可以带宠物吗？", "yes-no"),
        ("谁批准的？", "fact"),
        ("那篇稿子是谁写的，哪个单位的", "fact"),
        ("Summarise the lessons of the project", "summary"),
        ("Which towns introduced points?", "which"),
        ("How do the two versions differ?", "compare"),
        ("What counts as a Level 1 fault?", "definition"),
        ("How many wells were sampled?", "count"),
        ("Why was the bonus cut?", "why"),
    ],
)
def test_the_form_is_told_by_the_words(question, form):
    assert asked_form(rewrite(question)) == form


def test_a_part_of_a_comparison_compares_no_more():
    query = rewrite("甲村的抓法有何不同？")

    assert asked_form(query) == "compare"
    assert asked_form(query, is_part=True) != "compare"
