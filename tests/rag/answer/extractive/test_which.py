"""Which of them: every article that shows it, one line each, and no other."""

import pytest

from rag.query.form import asked_form, asked_kind
from rag.query.rewrite import rewrite

TOWNS = ("青石镇", "柳河乡", "石桥镇", "白沙镇", "南岭乡", "东塘镇", "古渡镇", "云峰乡", "大湾镇")


@pytest.fixture
def answered(pipeline_of):
    def ask(question: str, texts: dict[str, str]):
        return pipeline_of(texts, embedder="static").ask(question)

    return ask


def _shop(town: str) -> str:
    return f"{town}办积分超市的做法\n{town}在村里办起积分超市，村民凭积分兑换日用品。超市每月公布一次账目。\n"


def test_all_are_named_though_they_are_more_than_the_passages_that_are_ranked(answered):
    texts = {f"{number}.txt": _shop(town) for number, town in enumerate(TOWNS)}
    texts["x.txt"] = "红岩镇修路的做法\n红岩镇修通了十二公里山路，村民出行方便了。\n"

    answer = answered("哪些地方办了积分超市？", texts)

    assert answer.form == "which"
    assert [town for town in TOWNS if town not in answer.answer] == []
    assert "红岩镇" not in answer.answer


def test_one_that_shares_a_word_alone_is_not_named(answered):
    texts = {
        "a.txt": _shop("青石镇"),
        "b.txt": _shop("柳河乡"),
        "c.txt": "红岩厂的生产积分\n红岩厂按生产积分排定班组名次，积分高的班组先选设备。\n",
    }

    answer = answered("哪些乡镇给村民办了积分超市？", texts)

    assert "青石镇" in answer.answer
    assert "柳河乡" in answer.answer
    assert "红岩厂" not in answer.answer


def test_a_document_that_the_question_names_is_the_only_one_that_is_looked_at(answered):
    texts = {
        "a.txt": "《河东工作简报》\n" + _shop("青石镇"),
        "b.txt": "《河西工作简报》\n" + _shop("柳河乡"),
    }

    answer = answered("《河西工作简报》里哪些地方办了积分超市？", texts)

    assert {citation.document for citation in answer.citations} == {"b.txt"}


@pytest.mark.parametrize(
    ("question", "form", "is_one"),
    [
        ("哪些单位办了书屋？", "which", False),
        ("书屋是哪个单位办的？", "which", True),
        ("这里面哪些是第一批推广的？", "which", False),
        ("那四个乡镇，哪几个先推开了？", "which", False),
        ("办法里哪些行为是禁止的？", "list", False),
    ],
)
def test_which_of_some_is_told_from_what_is_listed(question, form, is_one):
    query = rewrite(question)

    assert asked_form(query) == form
    assert asked_kind(query).is_one == is_one
