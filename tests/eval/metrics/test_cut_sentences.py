import pytest

from eval.data.questions import Question
from eval.metrics import cut_sentences
from eval.metrics.cut_sentences import sentences_cut
from rag.types.answer import Citation
from tests.eval.doubles import answer

QUESTION = Question("q", "?", "zh-Hans", "unanswerable")
TEXT = """湿地保护条例
第一章 总则
湿地保护应当坚持生态优先，经主管部门批准的除外。
级别 | 舱位
科长 | 经济舱
The pump stops when the level falls, unless it is set to manual."""


def cited(quote: str, marker: int = 1) -> Citation:
    start = TEXT.index(quote)
    path = ("湿地保护条例", "第一章 总则")
    return Citation(marker, "a.txt", path[0], path, quote, start, start + len(quote), 1.0)


def cut(text: str, *quotes: str) -> tuple[str, ...]:
    citations = [cited(quote, number) for number, quote in enumerate(quotes, 1)]
    return sentences_cut(answer(text, citations), {"a.txt": TEXT})


@pytest.mark.parametrize(
    ("text", "quote", "said"),
    [
        ("湿地保护应当坚持生态优先[1]", "湿地保护应当坚持生态优先", "湿地保护应当坚持生态优先"),
        ("湿地保护应当坚持生态优先，[1]", "湿地保护应当坚持生态优先，", "湿地保护应当坚持生态优先，"),
        (
            "The pump stops when the level falls[1]",
            "The pump stops when the level falls",
            "The pump stops when the level falls",
        ),
        ("湿地保护应当", "湿地", "湿地保护应当"),  # a language model's, which cites nothing
    ],
)
def test_a_sentence_that_goes_on_in_the_document_is_cut(text, quote, said):
    assert cut(text, quote) == (said,)
    assert cut_sentences(QUESTION, answer(text, [cited(quote)]), {"a.txt": TEXT}) == (1, 1)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (
            "湿地保护应当坚持生态优先，经主管部门批准的除外。[1]",
            "湿地保护应当坚持生态优先，经主管部门批准的除外。",
        ),
        ("他说：“停航。”[1]", "湿地"),
        ("湿地保护应当……[1]", "湿地"),
        ("应当坚持：[1]\n1. 生态优先[1]\n   - 批准的除外[1]", "湿地"),  # a lead, an item, one set in
        ("应当坚持\n- 生态优先", "湿地"),  # a heading above a list
        ("第一章 总则[1]", "第一章 总则"),
        ("级别：科长 · 舱位：经济舱[1]", "科长 | 经济舱"),
        ("它是生态优先。[1]\n（另有3项未列出）", "湿地"),
    ],
)
def test_what_has_no_end_of_its_own_is_not_cut(text, quote):
    assert cut(text, quote) == ()
    assert cut_sentences(QUESTION, answer(text, [cited(quote)]), {"a.txt": TEXT}) == (0, 1)


def test_the_lines_before_the_last_are_looked_at_too():
    assert cut("湿地保护应当坚持[1]\n经批准的除外。[1]", "湿地保护应当坚持") == ("湿地保护应当坚持",)


def test_a_refusal_says_nothing_that_could_be_cut():
    refused = answer("没有找到", abstained=True)
    assert cut_sentences(QUESTION, refused, {}) is None
    assert sentences_cut(refused, {}) == ()
