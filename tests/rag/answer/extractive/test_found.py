"""A question that asks the same of several things is answered for each of them."""

from dataclasses import replace

import pytest

from rag.answer.backends.extractive import ExtractiveBackend

EAST = "东坪村果园\n东坪村果园种植苹果。东坪村果园的面积有800亩，技术员有12名。果农每月学习一次。\n"
WEST = "西岭村茶场\n西岭村茶场种植绿茶。西岭村茶场的面积有450亩，技术员有7名。茶农每周学习一次。\n"


@pytest.fixture
def villages(pipeline_of):
    return pipeline_of({"east.txt": EAST, "west.txt": WEST}, embedder="static")


@pytest.mark.parametrize(
    "question",
    ["东坪村果园和西岭村茶场的面积各有多少亩？", "东坪村果園與西嶺村茶場的面積各有多少畝？"],
)
def test_each_side_is_answered_from_its_own_article_under_its_name(villages, question):
    answer = villages.ask(question)

    assert "800" in answer.answer
    assert "450" in answer.answer
    assert answer.answer.index("800") < answer.answer.index("450")
    assert {citation.document for citation in answer.citations} == {"east.txt", "west.txt"}
    assert all(claim.supported for claim in answer.claims)


def parts_found(pipeline, question):
    with pipeline.planner() as planner:
        return planner.in_parts(planner.question(planner.understood(question, (), None)), 8).parts


def test_the_sides_are_named(villages):
    lines = villages.ask("东坪村果园和西岭村茶场的面积各有多少亩？").answer.splitlines()

    assert lines[::2] == ["东坪村果园：", "西岭村茶场："]


def test_each_side_is_asked_in_whole_words(villages):
    parts = parts_found(villages, "东坪村果园和西岭村茶场的面积各有多少亩？")

    left, right = (part.question.query.asked for part in parts)
    assert left in ("东坪村果园的面积有多少亩？", "东坪村果园有多少亩？", "面积有多少亩")
    assert right in ("西岭村茶场的面积有多少亩？", "西岭村茶场有多少亩？", "面积有多少亩")


def test_a_question_about_one_of_them_has_no_sides(villages):
    answer = villages.ask("西岭村茶场的面积有多少亩？")

    assert "450" in answer.answer
    assert "800" not in answer.answer


def test_a_name_in_quotation_marks_keeps_both_of_them(pipeline_of):
    texts = {
        "east.txt": "东坪村果园\n东坪村果园推行“三看”，看花、看叶、看果。\n",
        "west.txt": "西岭村茶场\n西岭村茶场推行“两查”，查苗、查土。\n",
    }
    pipeline = pipeline_of(texts, embedder="static")
    parts = parts_found(pipeline, "东坪村的“三看”和西岭村的“两查”各是什么？")

    assert [part.label for part in parts] == ["东坪村的“三看”", "西岭村的“两查”"]


def test_a_question_as_long_as_one_may_be_is_taken_apart(pipeline_of):
    question = "东坪村果园的果和果农谁早"  # 东坪村果园的果农是什么时候 is longer
    pipeline = pipeline_of({"east.txt": EAST}, embedder="static", max_question=len(question))

    assert pipeline.ask(question).answer


def test_a_thing_that_nothing_is_found_about_is_said_to_be_missing(villages):
    lines = villages.ask("东坪村果园和南海潜水队的技术员各有多少名？").answer.splitlines()

    assert "12" in lines[1]
    assert lines[-2:] == ["南海潜水队：", "文档里没有找到。"]


def test_where_nothing_is_called_by_any_of_the_names_nothing_is_answered(villages):
    answer = villages.ask("重庆和成都的技术员各有多少名？")

    assert (answer.abstained, answer.citations) == (True, ())
    assert answer.confidence == 0.0


def test_a_thing_of_which_all_is_said_under_another_is_said_to_be_missing(villages):
    plan = villages.found_alone("东坪村果园的技术员有多少名？")
    parts = tuple(replace(plan, label=label) for label in ("东坪村", "东坪村果园"))

    pieces = list(ExtractiveBackend().write(replace(plan, parts=parts)))

    assert "".join(piece for piece in pieces if isinstance(piece, str)).splitlines()[-2:] == [
        "东坪村果园：",
        "文档里没有找到。",
    ]


def test_of_two_that_rest_on_one_sentence_the_less_sure_is_looked_for_elsewhere(pipeline_of):
    texts = {
        "east.txt": "东坪村\n东坪村推行“三亮”做法：亮身份、亮职责、亮承诺。西岭商户也来学习。\n",
        "west.txt": "西岭街\n西岭商户党员亮身份、亮服务、亮价格，经营更加规范。\n",
    }

    answer = pipeline_of(texts, embedder="static").ask("东坪村的“三亮”跟西岭商户党员亮的三样，各是什么？")

    assert {citation.document for citation in answer.citations} == {"east.txt", "west.txt"}


def test_what_one_sentence_says_of_all_is_answered_once(pipeline_of):
    text = "果园简报\n果园的苹果园和梨园分布在东坪、西岭两村，共有120亩。\n"

    answer = pipeline_of({"a.txt": text}, embedder="static").ask("苹果园和梨园各有多少亩？")

    assert len(answer.citations) == 1
    assert "：" not in answer.answer.splitlines()[0]


@pytest.mark.parametrize(("head", "told"), [("，由场长佟静怡负责", True), ("，由三名技术员照看", False)])
def test_who_somebody_is_is_not_answered_where_nobody_is_named(pipeline_of, head, told):
    text = f"东坪村果园\n东坪村果园种植苹果，面积有800亩{head}。果农每月学习一次，互相查看果树。\n"

    answer = pipeline_of({"a.txt": text}, embedder="static").ask("东坪村果园的场长叫什么名字？")

    assert answer.abstained is not told
    assert ("佟静怡" in answer.answer) is told


@pytest.mark.parametrize(
    "question",
    [
        "红石镇的三心和三力分别指什么？",
        "三心三力里的三心和三力分别指什么？",
        "三心三力中的三心、三力各是什么",
    ],
)
def test_one_sentence_may_name_two_lists(pipeline_of, question):
    text = (
        "红石镇的“三心三力”工作法\n红石镇推行“三心三力”工作法，“三心”暖民，“三力”兴业。\n"
        "一、以“三心”暖民\n（一）用爱“心”送温暖\n干部每月走访困难户。\n（二）用细“心”解难题\n干部记下每件难事。\n"
        "（三）用恒“心”抓落实\n干部年底回访。\n二、以“三力”兴业\n（一）凝聚人才“力”\n镇里请来技术员。\n"
        "（二）激发创新“力”\n镇里奖励新办法。\n（三）挖掘发展“力”\n镇里修了两条路。\n"
    )
    other = "青石镇工作总结汇编\n红石镇“三心三力”工作法介绍了经验。青石镇修了两条路。\n"
    pipeline = pipeline_of({"red.txt": text, "green.txt": other})
    lines = pipeline.ask(question).answer.splitlines()

    assert [line[:2] for line in lines if line[0].isdigit()] == ["1.", "2.", "3."] * 2
    for number, said in ((2, "爱“心”"), (3, "细“心”"), (4, "恒“心”"), (7, "人才“力”"), (9, "发展“力”")):
        assert said in lines[number]


def test_each_article_is_asked_what_is_asked_of_both_without_their_names(pipeline_of):
    texts = {
        "a.txt": "谈社区图书室的管理\n●郭长青\n社区图书室是居民读书的地方，管理图书室要靠大家。\n"
        "选聘志愿者要张榜公布，由居民投票产生。\n（作者单位：青浦区文化馆）\n",
        "b.txt": "小区图书室管理札记\n●冯秋实\n小区图书室要管好，图书室的书要常换常新。\n"
        "选聘志愿者看平时表现，由馆员逐级推荐。\n（作者单位：柳塘镇文化站）\n",
    }
    answer = pipeline_of(texts, embedder="static").ask(
        "郭长青和冯秋实都写图书室管理，两人在选聘志愿者上的做法有什么不同？"
    )

    lines = answer.answer.splitlines()
    assert lines[0] == "郭长青："
    assert "居民投票" in lines[1]
    other = lines.index("冯秋实：")
    assert "逐级推荐" in lines[other + 1]
    assert "作者单位" not in answer.answer
    assert "●" not in answer.answer
