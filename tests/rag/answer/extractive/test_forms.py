"""Each form of answer, over documents made by hand."""

import pytest

VILLAGE = """青石镇发展集体经济的经验
近年来，青石镇立足山区实际，走出了一条集体经济发展的路子。
一、建强组织
青石镇成立联合党委，由镇党委书记担任第一书记。每月召开一次联席会议，研究项目和资金。
二、盘活资源
全镇清理闲置校舍十二处，改建为民宿和仓库，年租金收入四十六万元。
三、共享收益
集体收益的六成分给村民，三成留作积累，一成用于救助困难家庭。
"""
TOWN = """柳河乡党员积分管理的做法
柳河乡对党员实行积分管理，每季度公示一次得分。得分最低的党员由支部书记谈话。
"""
STREET = """东关街道党员积分考核办法
东关街道建立党员积分考核制度，满分为一百分。积分在年底作为评先的依据。
"""
TRAVEL = """# 出差办法

## 交通

出差人员按下表乘坐交通工具。

| 级别 | 飞机 | 火车 |
|---|---|---|
| 处长 | 经济舱 | 一等座 |
| 科长 | 经济舱 | 二等座 |
| 科员 | 不得乘坐 | 二等座 |
"""
LEAVE = """职工年休假规定
第一条　职工累计工作满1年的，享受年休假。
第二条　年休假天数按下列标准执行：
（一）累计工作满1年不满10年的，年休假5天；
（二）累计工作满10年不满20年的，年休假10天；
（三）累计工作满20年的，年休假15天。
第三条　年休假由本人提出申请，部门负责人批准。
"""


@pytest.fixture
def answered(pipeline_of):
    def ask(question: str, **texts: str):
        return pipeline_of(
            {name.replace("_", "."): text for name, text in texts.items()}, embedder="static"
        ).ask(question)

    return ask


def test_a_summary_is_the_headings_in_order_each_with_a_sentence_under_whose_it_is(answered):
    answer = answered("简要总结青石镇发展集体经济的经验", a_txt=VILLAGE, b_txt=TOWN)

    lines = answer.answer.splitlines()
    assert answer.form == "summary"
    assert lines[0] == "青石镇发展集体经济的经验："
    assert [line[:7] for line in lines if line[0].isdigit()] == ["1. 建强组织", "2. 盘活资源", "3. 共享收益"]
    assert any(line.startswith("   - ") and "联合党委" in line for line in lines)
    assert all(claim.supported for claim in answer.claims)


def test_which_places_is_one_line_for_each_led_by_its_name(answered):
    answer = answered("哪些地方搞了党员积分？", a_txt=TOWN, b_txt=STREET, c_txt=VILLAGE)

    assert answer.form == "which"
    assert "柳河乡" in answer.answer
    assert "东关街道" in answer.answer
    assert "青石镇" not in answer.answer
    assert {citation.document for citation in answer.citations} == {"a.txt", "b.txt"}


def test_a_row_is_given_with_its_headers_and_cites_its_line(answered):
    answer = answered("科长出差飞机坐什么舱位？", a_md=TRAVEL)

    assert answer.form == "table"
    assert "级别：科长" in answer.answer
    assert "飞机：经济舱" in answer.answer
    assert "科员" not in answer.answer
    assert [citation.quote for citation in answer.citations] == ["| 科长 | 经济舱 | 二等座 |"]


def test_a_case_is_answered_by_the_rule_it_falls_into_with_what_leads_to_it(answered):
    answer = answered("累计工作12年有几天年休假？", a_txt=LEAVE)

    first = answer.answer.splitlines()
    assert any("满10年不满20年" in line and "10天" in line for line in first)
    assert "满1年不满10年" not in answer.answer


def test_two_things_compared_have_a_block_each_from_their_own_article(answered):
    answer = answered("柳河乡和东关街道的党员积分有什么不同？", a_txt=TOWN, b_txt=STREET, c_txt=VILLAGE)

    assert answer.form == "compare"
    left, right = answer.answer.split("东关街道：")
    assert left.startswith("柳河乡：")
    assert "每季度公示" in left or "得分最低" in left
    assert "一百分" in right or "评先" in right


def test_a_sentence_is_never_cut_before_its_end(answered):
    answer = answered("集体收益怎么分？", a_txt=VILLAGE)

    assert "集体收益的六成分给村民，三成留作积累，一成用于救助困难家庭。" in answer.answer


def test_the_words_that_answer_stand_out(answered):
    answer = answered("年休假由谁批准？", a_txt=LEAVE)

    shown = [answer.answer[start:end] for start, end in answer.highlights]
    assert any("部门负责人" in words for words in shown)


def test_of_two_things_the_one_that_no_document_knows_is_named_as_missing(answered):
    answer = answered("柳河乡和南海市的党员积分各是怎么做的？", a_txt=TOWN, b_txt=VILLAGE)

    assert "南海市" in answer.missing
    assert "文档里没有找到" in answer.answer
