"""Which sentences answer, and how many of them."""

from dataclasses import replace

import numpy as np
import pytest

from rag.answer.extractive.sentence_ranker import Choice, choose, ranked
from rag.types.document import Span
from rag.types.evidence import Sentence

SENTENCES = tuple(
    Sentence(f"第{number}句讲果园的事。", Span(10 * number, 10 * number + 9), number) for number in range(6)
)


@pytest.fixture
def question(small):
    return small.found_alone("果园有多少职工？").question


@pytest.fixture
def passage(small):
    evidence = small.found_alone("果园有多少职工？").evidence
    return evidence.passages[0]


def chosen(question, passage, *probabilities: float) -> list[int]:
    whole = replace(passage, sentences=SENTENCES)
    choices = [
        Choice(whole, index, float(np.log(p / (1 - p))), np.zeros(0)) for index, p in enumerate(probabilities)
    ]
    return [choice.index for choice in choose(question, choices)]


@pytest.mark.parametrize(
    ("probabilities", "indices"),
    [
        ((0.9, 0.05, 0.02), [0]),  # sure
        ((0.3, 0.28, 0.01, 0.01), [0, 1]),  # one of two
        ((0.2, 0.19, 0.18, 0.17, 0.16, 0.15), [0, 1, 2, 3]),  # no more than four
        ((0.6, 0.04, 0.04, 0.04, 0.04, 0.04), [0]),  # none that is far less likely
    ],
)
def test_the_less_sure_the_best_sentence_the_more_are_given(question, passage, probabilities, indices):
    assert chosen(question, passage, *probabilities) == indices


def test_without_a_sentence_nothing_is_chosen(question):
    assert choose(question, []) == []


def test_what_stands_in_brackets_under_a_title_answers_nothing(passage):
    texts = ("（三篇）", "果园有800亩。", "（果园去年请来的技术员有十二名）")
    whole = replace(passage, sentences=tuple(Sentence(t, Span(0, len(t)), 0) for t in texts))
    alone = replace(passage, sentences=whole.sentences[:1])

    assert [c.index for c in ranked([whole], np.zeros((3, 1)), np.array([3.0, 1.0, 2.0]))] == [2, 1]
    assert [c.index for c in ranked([alone], np.zeros((1, 1)), np.array([3.0]))] == [0]


def test_what_a_definition_asks_for_is_a_name_only_where_the_library_has_it_word_for_word(pipeline_of):
    pipeline = pipeline_of(
        {"a.txt": "石桥镇夜校\n石桥镇办起邻里“互助社”，老人白天有人照看。\n"}, embedder="static"
    )

    assert pipeline.found_alone("邻里互助社是什么？").question.analysis.quoted_names == ("邻里互助社",)
    assert pipeline.found_alone("鄰里互助社指的是什麼？").question.analysis.quoted_names == ("邻里互助社",)
    assert pipeline.found_alone("邻里合作社是什么？").question.analysis.quoted_names == ()
