"""What an article is called whose title says nothing."""

import pytest

from rag.answer.extractive.naming import name_of
from rag.types.document import Section, Span
from tests.doubles import document_of

TITLE = "案例一"


def name_of_article(text: str) -> str:
    whole = f"{TITLE}\n{text}\n"
    section = Section(TITLE, "article", 1, 0, len(whole), Span(0, len(TITLE)))
    return name_of(document_of(whole), [section])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("近年来，江北省云川市湖岸区办起夜校，湖岸区的夜校有三所。", "江北省云川市湖岸区"),
        # Most of the article is about the town, whose street only opens it.
        (
            "清晨，江北省云川市湖岸区柳巷社区的灯亮了。云川开设夜校三所，云川的夜校不收学费，云川人爱上夜校。",
            "江北省云川市",
        ),
        ("北塞云中县办起夜校，有三所。", "北塞云中县"),
        ("夜校怎么办？有人来问。柳巷社区先办了一所，柳巷社区又办了一所，柳巷社区还要办。", "柳巷社区"),
    ],
)
def test_it_is_called_by_the_place_it_is_about(text, name):
    assert name_of_article(text) == name


def test_one_that_names_nobody_keeps_its_title():
    assert name_of_article("夜校办起来了，有三所，不收学费。") == TITLE
