"""What is named by a code, a year or a number."""

import pytest

from rag.query.identifiers import identifiers


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("水泵报E-07是什么意思？", ["e-07"]),
        ("故障代码12怎么处理？", ["12"]),
        ("办法（2021年修订）里补助多少？", ["2021"]),
        ("二〇二一年办了几场？", ["2021"]),
        ("What does Annex 4 say of the fee?", ["4"]),
        ("工龄12年有几天年假？", []),  # an amount names nothing
        ("Where is part number 40 kept?", ["40"]),
        ("What is due after work with 12 years of service?", []),
        ("3万元以上要谁批？", []),
    ],
)
def test_a_number_that_names_is_told_from_an_amount(question, found):
    assert identifiers(question) == found
