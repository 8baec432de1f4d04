import pytest

from rag.errors import InputError
from rag.query.rewrite import rewrite, without_ordinals
from rag.types.query import Turn

TOPIC = "青石镇果园有哪些品种的苹果？"
HISTORY = (
    Turn("user", TOPIC),
    Turn("assistant", "果园有三个品种：\n1. 红富士[1]\n2. 金帅[2]\n3. 国光[3]"),
)


@pytest.mark.parametrize("question", ["", "  \n", "　"])
def test_an_empty_question_is_refused(question):
    with pytest.raises(InputError, match="empty") as caught:
        rewrite(question)
    assert caught.value.field == "question"


def test_a_question_of_the_longest_length_is_taken_and_one_more_is_refused():
    assert rewrite("问" * 50, longest=50).asked == "问" * 50
    with pytest.raises(InputError, match="has 51 characters, 50 at most"):
        rewrite("问" * 51, longest=50)


def test_white_space_around_a_question_does_not_count():
    assert rewrite(f"  {'问' * 50}\n", longest=50).asked == "问" * 50


@pytest.mark.parametrize("question", ["果园\ud800", "\udfff有多少人"])
def test_half_of_a_character_is_refused(question):
    with pytest.raises(InputError, match="no valid Unicode"):
        rewrite(question)


def test_a_question_without_history_is_searched_for_as_it_is():
    query = rewrite("它有多少棵果树？")

    assert (query.text, query.focus, query.asked) == ("它有多少棵果树？",) * 3


@pytest.mark.parametrize(
    "question",
    [
        "它的产量是多少？",
        "那职工呢？",
        "这些苹果卖到哪里？",
        "上述品种什么时候成熟？",
        "產量呢？",
        "价格多少？",
        "And what about their price?",
        "How many of them are exported?",
    ],
)
def test_a_question_that_leans_on_the_one_before_takes_its_topic_along(question):
    query = rewrite(question, HISTORY)

    assert query.text == f"{TOPIC} {question}"
    assert query.focus == question
    assert query.asked == question


@pytest.mark.parametrize(
    "question",
    [
        "雲山圖書館每週從星期幾開放到星期幾？",
        "白沙渡口每天开行多少班轮船，末班是几点？",
        "红星社区的人口和面积分别是多少、什么时候统计的？",
        "Which books may a reader borrow from the county library?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question):
    assert rewrite(question, HISTORY).text == question


@pytest.mark.parametrize(
    "question",
    [
        "第一议题制度要求各级党组织怎样落实学习安排？",
        "第三方评估机构在项目验收中承担哪些具体工作？",
        "其他单位在推进老旧小区改造时采用了哪些做法？",
        "Which IT projects were chosen for the pilot programme?",
        "How many sections are there in the 2019 regulation?",
    ],
)
def test_a_word_that_only_looks_like_a_reference_is_none(question):
    assert rewrite(question, HISTORY).text == question


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("第三个呢？", "国光"),
        ("第一个品种什么时候成熟？", "红富士"),
        ("What about the second one?", "金帅"),
    ],
)
def test_an_ordinal_points_to_the_item_of_the_last_answer(question, item):
    assert rewrite(question, HISTORY).text == f"{TOPIC} {item} {question}"


def test_an_ordinal_beyond_the_list_points_to_nothing():
    assert rewrite("第四个呢？", HISTORY).text == f"{TOPIC} 第四个呢？"


def test_the_items_of_one_sentence_are_counted_too():
    history = (Turn("user", TOPIC), Turn("assistant", "红富士、金帅、国光"))

    assert rewrite("第二个呢？", history).focus == "金帅 第二个呢？"


def test_a_marker_is_no_part_of_an_item():
    history = (Turn("user", TOPIC), Turn("assistant", "红富士、金帅、国光[1]"))

    assert rewrite("第三个呢？", history).focus == "国光 第三个呢？"


def test_a_follow_up_of_a_follow_up_reaches_the_first_question():
    history = (*HISTORY, Turn("user", "那产量呢？"), Turn("assistant", "3200吨[1]"))

    assert rewrite("收入呢？", history).text == f"{TOPIC} 那产量呢？ 收入呢？"


def test_a_short_question_takes_the_script_of_the_one_before():
    history = (Turn("user", "圖書館幾點開門？"), Turn("assistant", "九點。"))

    assert rewrite("人口", history).language == "zh-Hant"
    assert rewrite("人口").language == "zh-Hans"


def test_the_documents_it_is_limited_to_are_kept():
    assert rewrite("产量", documents=["a.txt"]).documents == ("a.txt",)
    assert rewrite("产量", documents=[]).documents == ()
    assert rewrite("产量").documents is None


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("四步工作法的第三步是什么？", 3),
        ("三项措施里的第二项具体是什么内容", 2),
        ("四步工作法的第三步由谁负责？", 0),
        ("第三方评估是什么？", 0),
    ],
)
def test_an_item_of_a_list_that_the_question_names_needs_no_turns_before(question, item):
    assert rewrite(question).item == item


def test_without_its_ordinal_a_question_asks_for_the_list():
    assert without_ordinals("四步工作法的第三步是什么？") == "四步工作法"
    assert without_ordinals("第三步由谁负责？") == "由谁负责？"


@pytest.mark.parametrize(
    ("before", "asked", "understood"),
    [
        ("红色工单多长时间办结？", "那蓝色的呢？", "蓝色工单多长时间办结？"),
        ("紅色工單多長時間辦結？", "那藍色的呢？", "藍色工單多長時間辦結？"),
        ("果园2018年收入多少？", "2019年呢", "果园2019年收入多少？"),
        ("果园有多少名职工？", "那负责人呢？", "果园有多少名职工？ 那负责人呢？"),
        ("红色工单和蓝色工单多久办结？", "蓝色的呢？", "红色工单和蓝色工单多久办结？ 蓝色的呢？"),
    ],
)
def test_what_is_asked_of_another_takes_its_place(before, asked, understood):
    history = (Turn("user", before), Turn("assistant", "好。[1]"))

    assert rewrite(asked, history).text == understood
