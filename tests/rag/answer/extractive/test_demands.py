"""What a question demands of the place that answers it."""

import pytest

from rag.answer.extractive.constraint_features import FEATURES, look_at_demands
from rag.text.normalize import fold

REPORT = """白茅村工作总结
一、集体经济
2021年，白茅村集体收入30万元。2023年，白茅村集体收入92万元。
二、调解工作
村里推行“听、辨、劝、回”四步调解法，调解纠纷12起。
"""


@pytest.fixture
def seen(pipeline_of):
    """Look at a question: a dictionary of features for each sentence that holds the given words."""
    pipeline = pipeline_of({"village.txt": REPORT})

    def look(question: str, words: str) -> dict[str, float]:
        plan = pipeline.found_alone(question)
        for passage in plan.evidence.passages:
            rows = look_at_demands(plan.question, passage, fold(REPORT))
            for sentence, row in zip(passage.sentences, rows, strict=True):
                if words in sentence.text:
                    return dict(zip(FEATURES, row.tolist(), strict=True))
        raise AssertionError(f"no passage holds {words!r}")

    return look


def test_words_count_whole_however_they_are_joined(seen):
    told = seen("白茅村的集体一共收入多少？", "92万元")

    assert told["words_near"] == pytest.approx(1)
    assert told["word_missing_near"] == pytest.approx(0)


def test_a_word_that_stands_elsewhere_in_the_article_alone_is_missing_here(seen):
    told = seen("白茅村的集体收入调解了多少？", "92万元")

    assert told["word_missing_here"] > 0
    assert told["words_in_article"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("question", "other"),
    [("白茅村2023年集体收入多少？", 0), ("白茅村2022年集体收入多少？", 1), ("集体收入多少？", 0)],
)
def test_a_figure_of_another_year_is_told(seen, question, other):
    assert seen(question, "92万元")["other_year"] == other


@pytest.mark.parametrize(
    ("question", "beyond"),
    [("四步调解法的第五步是什么？", 1), ("四步调解法的第三步是什么？", 0), ("第五条措施是什么？", 0)],
)
def test_one_more_than_there_are_is_told(seen, question, beyond):
    assert seen(question, "调解法")["beyond"] == beyond
