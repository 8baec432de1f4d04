"""Answers that are sections, steps and bylines, over documents made by hand."""

import pytest

from rag.text.sequences import asks_for_course, begins_step

DRAFTING = """青石河水库调度规程修订情况
一、修订的由来
水库原规程已执行十五年，与下游用水不相适应。
二、从建议到印发
3月5日，水库管理处向市水利局提出修订建议；3月20日，市水利局召开专题会议，研究修订范围；4月上旬，初稿书面征求四个灌区的意见；5月12日，局务会议审议通过送审稿；6月1日，新规程正式印发。
三、执行要求
各灌区按照新规程编制用水计划，每旬上报一次。
"""
HOSPITAL = """仁和医院门诊流程改进总结
仁和医院门诊量逐年增加，患者意见较多。
一、存在的问题
（一）挂号慢。窗口只有四个，早高峰排队超过四十分钟。
（二）指引少。标识牌陈旧，老人常常走错楼层。
（三）缴费难。缴费与取药不在同一层，患者往返奔波。
二、主要做法
（一）分时预约。全部号源按半小时分段放出。
（二）增设导诊。每层安排两名导诊员。
三、取得成效
（一）等候缩短。平均等候由四十分钟降到十二分钟。
（二）投诉减少。全年投诉下降六成。
"""
PRESS = """让老手艺活起来
●周明远

老手艺要活在今天，靠的是用。作坊进校园，孩子们学会了竹编、陶艺和剪纸。传承人带徒弟，徒弟再办作坊。
（作者单位：云川市非遗保护中心）
"""
SORTING = """档案室工作说明
档案室实行“随到随办”和“集中归档”两项制度，“随到随办”，即针对个人、但急需使用的材料，当天办结；“集中归档”，即针对全院、且需要核对的材料，每季度末统一整理。
"""
NAMED = """白云乡“一核三联”经验
白云乡推行“一核三联”(“一核”即以联合党委为核心，“三联”即阵地联用、队伍联管、服务联办)模式，推动治安、环境、产业等方面共同进步、整体发展。
"""
OTHER = """南坪街道商户服务做法
一、“三联”服务商户
（一）信息联通。街道每周向商户发布客流信息。
（二）安全联查。每月联合检查消防通道。
（三）活动联办。节日促销由商户轮流承办。
"""
LIBRARY = """霞光街道图书馆简报
霞光街道图书馆设在临街的旺铺里。开馆以来每年少收租金八十万元。街道的账是这样算的：孩子放学有了去处，家长不再提前下班。附近三所学校的晚托班也就不必再办了。
"""


@pytest.fixture
def answered(pipeline_of):
    def ask(question: str, *texts: str):
        named = {f"{number}.txt": text for number, text in enumerate(texts)}
        return pipeline_of(named, embedder="static").ask(question)

    return ask


def test_a_course_of_events_is_given_step_by_step_in_order(answered):
    answer = answered("青石河水库调度规程从建议到印发走了哪些程序？", DRAFTING, HOSPITAL).answer

    places = [answer.find(step) for step in ("3月5日", "3月20日", "4月上旬", "5月12日", "6月1日")]
    assert -1 not in places
    assert places == sorted(places)
    assert "5. 6月1日，新规程正式印发" in answer
    assert "每旬上报" not in answer


def test_both_sides_of_a_thing_that_are_asked_about_are_given_in_order(answered):
    answer = answered("仁和医院门诊流程改进有哪些做法，取得了什么成效？", HOSPITAL, DRAFTING).answer

    assert answer.find("主要做法：") < answer.find("取得成效：")
    assert all(heading in answer for heading in ("分时预约", "增设导诊", "等候缩短", "投诉减少"))
    assert "挂号慢" not in answer


def test_one_side_alone_is_given_where_one_is_asked_about(answered):
    answer = answered("仁和医院门诊流程改进取得了什么成效？", HOSPITAL, DRAFTING)

    assert answer.form == "summary"
    assert "等候缩短" in answer.answer
    assert "分时预约" not in answer.answer


def test_who_wrote_an_article_is_its_bylines_under_its_title(answered):
    answer = answered("讲老手艺的那篇文章是谁写的，哪个单位的？", PRESS, HOSPITAL).answer

    assert answer.startswith("让老手艺活起来：")
    assert "周明远" in answer
    assert "云川市非遗保护中心" in answer
    assert "竹编" not in answer


def test_a_sentence_that_explains_two_names_is_not_cut_at_a_comma_within(answered):
    answer = answered("“随到随办”和“集中归档”分别是什么意思？", SORTING, HOSPITAL).answer

    assert "当天办结；“集中归档”，即针对全院、且需要核对的材料，每季度末统一整理。" in answer


def test_a_name_made_of_several_is_told_whole_by_the_text_that_has_it(answered):
    answer = answered("“一核三联”是什么意思？", NAMED, OTHER).answer

    assert (
        "“三联”即阵地联用、队伍联管、服务联办)模式，推动治安、环境、产业等方面共同进步、整体发展。" in answer
    )
    assert "信息联通" not in answer


def test_a_paragraph_that_goes_on_with_the_reason_is_given_with_it(answered):
    answer = answered("每年少收租金八十万元，霞光街道为什么还把图书馆设在旺铺里？", LIBRARY, HOSPITAL).answer

    assert "孩子放学有了去处" in answer


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("3月5日，水库提出建议", True),
        ("会后，起草组修改了草稿", True),
        ("最后由局长签发", True),
        ("Finally, both sides sign the sheet.", True),
        ("各灌区按照新规程编制用水计划", False),
        ("市水利局与水库管理处商定在6月1日印发新规程", False),
    ],
)
def test_what_begins_a_step(text, begins):
    assert begins_step(text) is begins


def test_the_course_of_a_thing_is_asked_for_by_its_words():
    assert asks_for_course("这份规程是怎么一步步定下来的？")
    assert not asks_for_course("规程什么时候印发？")


YARD = """果园镇粮站改造工作总结

一、基本情况
粮站建于一九七八年，有仓房十二座。

二、主要做法
（一）修仓房
先修屋顶，再铺地面，全年修好仓房九座。
（二）管机器
烘干机每班两人看守，实行“五到位”（人员到位、设备到位、油料到位、记录到位、交接到位）。
（三）暖人心
给看守员配发棉衣，夜班的看守员用姜汤暖身子，家远的住进新宿舍。
"""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("“五到位”是哪五个到位？", "记录到位"),
        ("夜里看机器的人冷，站里怎么让他们身上热起来的？", "姜汤"),
    ],
)
def test_a_section_does_not_answer_what_a_sentence_tells(pipeline_of, question, told):
    answer = pipeline_of({"a.txt": YARD}, embedder="static").ask(question).answer

    assert told in answer
    assert "修仓房" not in answer
