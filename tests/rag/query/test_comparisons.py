"""The things that one question asks the same about."""

import pytest

from rag.query.comparisons import readings
from rag.query.rewrite import rewrite


def asked(question: str) -> list[list[str]]:
    """Return the first way to ask about each thing, for every reading."""
    return [[conjunct.questions[0] for conjunct in reading] for reading in readings(rewrite(question))]


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        (
            "柳滩和青坪在灌溉经费、人手保障上各是怎么做的？",
            ["柳滩在灌溉经费、人手保障上是怎么做的？", "青坪在灌溉经费、人手保障上是怎么做的？"],
        ),
        ("东村和西村的果园各有多少亩？", ["东村的果园有多少亩？", "西村的果园有多少亩？"]),
        ("东村的果园跟西村的茶场分别归谁管？", ["东村的果园归谁管？", "西村的茶场归谁管？"]),
        ("說到灌溉，東村與西村各用什麼辦法？", ["說到灌溉，東村用什麼辦法？", "說到灌溉，西村用什麼辦法？"]),
        (
            "果业公司、渡口站和茶叶公司的经理分别是谁",
            ["果业公司的经理是谁", "渡口站的经理是谁", "茶叶公司的经理是谁"],
        ),
        ("东村修渠的钱，和西村买船的钱，各是多少？", ["东村修渠的钱，是多少？", "西村买船的钱，是多少？"]),
        (
            "“三查”和“两看、一记”各指什么？",
            ["“三查”指什么？", "“两看、一记”指什么？"],
        ),
        ("首都果园和成都茶场都有几座？", ["首都果园有几座？", "成都茶场有几座？"]),
        ("果园和茶场，哪个办得早？", ["果园，办是什么时候？", "茶场，办是什么时候？"]),
        ("果园和茶场谁的产量更高？", ["果园产量是多少？", "茶场产量是多少？"]),
        ("果园的奖金跟茶场的奖金，差多少？", ["果园的奖金，是多少？", "茶场的奖金，是多少？"]),
        ("东村的做法和西村的做法有什么不同？", ["东村的做法是什么？", "西村的做法是什么？"]),
        (
            "东村和西村的合作社，前者有多少户，后者投了多少钱？",
            ["东村的合作社，有多少户？", "西村的合作社，投了多少钱？"],
        ),
        (
            "东村和西村往镇里派人帮忙，人数各是多少？",
            ["东村往镇里派人帮忙，人数是多少？", "西村往镇里派人帮忙，人数是多少？"],
        ),
        (
            "Which has more trees, the East orchard or the West orchard?",
            ["how many trees: the East orchard?", "how many trees: the West orchard?"],
        ),
        (
            "Which opened earlier: the East pier or the West pier?",
            ["when opened: the East pier?", "when opened: the West pier?"],
        ),
        (
            "What prizes went to the orchard and to the pier respectively?",
            ["What prizes went to the orchard ?", "What prizes went to the pier ?"],
        ),
        (
            "What colours do Dongcun's lists and Xicun's maps use?",
            ["What colours do Dongcun's lists use?", "What colours do Xicun's maps use?"],
        ),
    ],
)
def test_each_of_several_things_is_asked_about_alone(question, alone):
    assert alone in asked(question)


@pytest.mark.parametrize(
    "question",
    [
        "西村的果园有多少亩？",
        "果园和茶场的合作社叫什么名字？",  # one thing, as far as can be told
        "从制度、内容、队伍三方面各突出什么？",
        "他们同各家签了什么合同？",
        "为了改良土壤和水质，果园采取了哪些措施？",
        "“守正和创新”分别是谁提的？",
        f"东村和西村的{'果' * 300}园各有多少亩？",  # a text, not a question
        "Who joined the celebration and why?",
        "What do workers and managers of the orchard learn?",
    ],
)
def test_a_question_about_one_thing_is_left_whole(question):
    assert asked(question) == []


def test_what_the_last_of_them_shares_with_the_first_is_open():
    one, _ = readings(rewrite("果园产量和茶场的收入，哪个更高？"))[0]

    assert one.questions == ("果园产量的收入，是多少？", "果园产量，是多少？")


def test_a_long_name_is_cut_in_the_label_alone():
    first, _ = readings(rewrite("东村去年秋天新修的那一座又长又宽的大水库和西村的小水库各能蓄多少水？"))[0]

    assert first.label == "东村去年秋天新修的那一座又长又宽…"
    assert "大水库能蓄多少水" in first.questions[0]


def test_a_name_is_not_cut_at_the_ending_of_another_kind():
    (reading, *_) = readings(rewrite("青山镇和里河林业公司有何不同？"))

    assert [conjunct.label for conjunct in reading] == ["青山镇", "里河林业公司"]


def test_a_clause_that_begins_with_a_pronoun_is_no_name():
    question = "It's 9 pm and one of the boats at Lowen Pier leaks. How soon must a crew come?"

    assert all("It's" not in conjunct.label for one in readings(rewrite(question)) for conjunct in one)
