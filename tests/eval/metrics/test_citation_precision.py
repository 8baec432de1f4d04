import pytest

from eval.data.questions import Question
from eval.metrics import citation_precision
from eval.metrics.citation_precision import Support, judge, supports, uncited
from tests.eval.doubles import answer, citation

ASKED = Question("q", "?", "zh-Hans", "fact")


def test_counts_pairs_of_sentence_and_citation():
    given = answer(
        "党员109名。[1]天气很好。[1]\n1. 抓学习[2]",
        [citation(1, "现有党员109名"), citation(2, "一是抓学习。"), citation(3, "没有人引用")],
    )
    assert judge(given) == (
        Support(1, "党员109名。", True),
        Support(1, "天气很好。", False),
        Support(2, "抓学习", True),
        Support(3, "", False),
    )
    assert citation_precision(ASKED, given, {}) == (1 + 0 + 1 + 0, 4)


def test_needs_six_tenths_of_the_bigrams():
    # 甲乙 乙丙 丙丁 丁戊 戊己: the quote 甲乙丙丁 holds 3 of 5 = 0.6, 甲乙丙 only 2 of 5 = 0.4
    assert supports("甲乙丙丁", "甲乙丙丁戊己。", "zh-Hans")
    assert not supports("甲乙丙", "甲乙丙丁戊己。", "zh-Hans")


def test_whole_words_count_as_bigrams_do():
    # 5g, 建网: 1 of 2 = 0.5
    assert not supports("建网", "5G 建网", "zh-Hans")


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        pytest.param("黨員隊伍", "党员队伍", id="script"),
        pytest.param("党员\n队伍", "党员队伍", id="line break"),
        pytest.param("Deep Learning 平台", "Deep Learning平台", id="words stay apart"),
        pytest.param("ＡＩ平台", "AI平台", id="width"),
        pytest.param("是", "是。", id="a single character"),
    ],
)
def test_folds(quote, sentence):
    assert supports(quote, sentence, "zh-Hans")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It has 109 Party members.", True),
        ("It has 1,190 staff and 109 members.", True),
        ("It has 110 Party members.", False),
        ("It runs the 信息化中心 with 109 members.", True),
        ("It runs the 财务部门 with 109 members.", False),
        ("It does well.", True),  # nothing here that words could tell
    ],
)
def test_an_english_sentence_on_chinese_words_is_held_to_its_numbers_and_han(sentence, expected):
    assert supports("信息化中心现有职工1190名,党员109名", sentence, "en") is expected


def test_an_english_sentence_on_english_words_is_held_to_its_words():
    # the, index, is, rebuilt: the quote holds 4 of 4; then 2 of 4 = 0.5
    assert supports("The index is rebuilt on open.", "The index is rebuilt.", "en")
    assert not supports("The index was dropped; it is gone.", "An index gets rebuilt, is that it?", "en")


def test_an_empty_sentence_is_supported_by_nothing():
    assert not supports("甲乙", "。", "zh-Hans")


def test_does_not_apply_without_citations():
    assert citation_precision(ASKED, answer("无人引用。"), {}) is None


def test_a_sentence_without_a_citation_is_told_apart():
    given = answer("党员109名。[1]天气很好。\n1. 抓学习[7]", [citation(1, "现有党员109名")])
    assert uncited(given) == ("天气很好。", "抓学习")  # no citation is the seventh
    assert uncited(answer("文档里没有。", abstained=True)) == ()
