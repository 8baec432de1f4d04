import pytest

from rag.query.answer_type import asks_for
from rag.query.counted_names import asked_count, coined_name, counted_names, name_to_explain
from rag.query.keywords import content_terms, content_words


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("这篇文章的作者是谁？", "author"),
        ("Who wrote this article?", "author"),
        ("果园始建于哪一年？", "time"),
        ("圖書館什麼時候開門？", "time"),
        ("When does the library open?", "time"),
        ("果园的负责人是谁？", "person"),
        ("Who runs the orchard?", "person"),
        ("果园有多少名职工？", "count"),
        ("新建了几座蓄水池？", "count"),
        ("How many ponds were built?", "count"),
        ("小区装了几部电梯？", "count"),
        ("宁波的社区工作者怎么培训？", "fact"),
        ("果园采取了哪三项措施？", "list"),
        ("制度包括哪几个方面？", "list"),
        ("“五查”分别查什么？", "list"),
        ("What are the three measures?", "list"),
        ("“三看两查”里的三看指什么？", "list"),
        ("果园抓的四个环节是什么？", "list"),
        ("三看两查是什么？", "overview"),
        ("三园一站是什么？", "overview"),
        ("图书馆在哪里？", "place"),
        ("Where is the library?", "place"),
        ("轮船为什么停航？", "reason"),
        ("Why was the ferry stopped?", "reason"),
        ("渡口的工程卡在哪儿？", "reason"),
        ("果园的问题出在哪里？", "reason"),
        ("可以退票吗？", "yes-no"),
        ("Is the library open on Monday?", "yes-no"),
        ("果园的土壤怎么样？", "fact"),
        ("", "fact"),
    ],
)
def test_what_kind_of_answer_a_question_wants(question, kind):
    assert asks_for(question) == kind


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("采取了哪三项措施？", 3),
        ("有哪12条经验？", 12),
        ("分为哪两个方面？", 2),
        ("哪十二种水果？", 12),
        ("哪兩個方面？", 2),
        ("What are the five steps?", 5),
        ("采取了哪些措施？", None),
        ("2024年有哪些措施？", None),
        ("", None),
    ],
)
def test_how_many_things_a_question_says_there_are(question, count):
    assert asked_count(question) == count


@pytest.mark.parametrize("question", ["党的二十大报告强调了哪些要求？", "十九大精神包括哪些内容？"])
def test_the_number_of_a_party_congress_is_no_count(question):
    assert asked_count(question) is None


def test_an_ordinal_is_no_count():
    assert asked_count("第三个是什么？") is None


def test_content_terms_leave_out_the_words_that_only_ask():
    assert content_terms("请问东风社区什么时候成立？") == [
        *("东", "东风", "风", "风社", "社", "社区", "区"),
        *("成", "成立", "立"),
    ]


def test_content_terms_of_an_english_question_leave_out_its_function_words():
    assert content_terms("What is the ERP budget of the ERP team?") == ["erp", "budget", "team"]


def test_content_terms_are_in_simplified_script():
    assert content_terms("黨員") == ["党", "党员", "员"]


def test_a_question_of_nothing_but_asking_words_has_no_content():
    assert content_terms("是什么？") == []
    assert content_words("什么").strip() == ""


@pytest.mark.parametrize(
    ("question", "name", "number"),
    [
        ("要做到哪五个“坚持”？", "坚持", 5),
        ("“三个一批”是哪三个？", "一批", 3),
        ("「四本台帳」是哪四本？", "台帐", 4),
        ("好干部“四铁”是什么？", "铁", 4),
    ],
)
def test_a_name_that_counts_is_known_with_what_it_counts(question, name, number):
    found = counted_names(question)

    assert (found[0].name, found[0].number, found[0].quoted) == (name, number, True)
    assert found[0].stems == [name]


def test_a_counted_name_without_marks_may_end_at_any_of_its_characters():
    (found,) = counted_names("四个突出一线是什么？")

    assert "突出一线" in found.stems
    assert found.stems[-1] == "突"


@pytest.mark.parametrize(
    "question", ["2018年3月发生了什么？", "第三个呢？", "党的十九大讲了什么？", "有一个问题"]
)
def test_a_date_an_ordinal_and_one_thing_count_nothing(question):
    assert counted_names(question) == []


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("三亲工作法是什么？", "三亲工作法"),
        ("什么是错时服务", "错时服务"),
        ("請問什麼是錯時服務？", "錯時服務"),
        ("錯時服務指的是什麼？", "錯時服務"),
        ("介绍一下石桥夜校", "石桥夜校"),
        ("石桥夜校到底是什么意思？", "石桥夜校"),
        ("三心三力里的三心分别指什么？", "三心"),
        ("紅石鎮的兩查指的是什麼？", "兩查"),
    ],
)
def test_the_name_that_a_question_wants_explained(question, topic):
    found = name_to_explain(question)

    assert found
    assert question[slice(*found)] == topic


@pytest.mark.parametrize(
    "question",
    [
        "果园的负责人是什么？",
        "“三亲”是什么？",
        "是什么？",
        "果园的三项制度是什么？",
        "果园的三月是什么？",
        "果园是什么时候建的？",
        "What is it?",
        "",
    ],
)
def test_a_question_about_more_than_a_bare_name_names_no_topic(question):
    assert name_to_explain(question) is None


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("五线三岗是什么？", "五线三岗"),
        ("什麼是五線三崗？", "五线三岗"),
        ("红石镇的“一轴双驱三提升”指什么？", None),
        ("红石镇的“一轴双驱”指什么？", "一轴双驱"),
        ("张湾的五线三岗有哪些内容", "五线三岗"),
        ("What is 五线三岗?", "五线三岗"),
        ("三心是什么？", None),
        ("一月三日的会议是什么内容？", None),
        ("两个五年规划是什么？", None),
        ("党员一心一意为群众做了什么？", None),
        ("", None),
    ],
)
def test_a_name_that_nobody_puts_in_other_words(question, name):
    assert coined_name(question) == name
