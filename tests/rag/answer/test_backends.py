"""What the backends write, and that it can be checked."""

import re

import pytest

from rag.answer.extractive.answerability import threshold
from rag.answer.extractive.writer import CitedText
from rag.text.normalize import convert, language_of
from rag.types.document import Span
from tests.doubles import READY_BACKENDS, TEXTS


def markers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\[(\d+)\]", text)]


# Every backend that needs no setting up


@pytest.mark.parametrize("backend", READY_BACKENDS)
@pytest.mark.parametrize(
    "question", ["轮船末班是几点？", "青石镇采取了哪三项措施改良土壤？", "有多少颗卫星？"]
)
def test_markers_and_citations_match_one_to_one_and_quotes_are_exact(small, backend, question):
    answer = small.ask(question, backend=backend)

    assert list(dict.fromkeys(markers(answer.answer))) == [citation.marker for citation in answer.citations]
    for citation in answer.citations:
        assert TEXTS[citation.document][citation.start : citation.end] == citation.quote != ""
    assert answer.backend == backend


@pytest.mark.parametrize("backend", READY_BACKENDS)
def test_the_pieces_of_a_stream_are_the_answer(small, backend):
    passages, *pieces, answer = small.stream("轮船末班是几点？", backend=backend)

    assert passages == answer.passages
    assert "".join(pieces).strip() == answer.answer


@pytest.mark.parametrize("backend", READY_BACKENDS)
def test_from_no_passages_every_backend_abstains(small, backend):
    answer = small.ask("轮船末班是几点？", documents=[], backend=backend)

    assert answer.abstained
    assert (answer.passages, answer.citations) == ((), ())


# Echo


def test_echo_says_what_it_was_asked_and_cites_the_first_sentence(small):
    answer = small.ask("轮船？", backend="echo")

    assert answer.answer == "轮船？[1]"
    first = answer.passages[0]
    assert (answer.citations[0].document, answer.citations[0].start) == (
        first.document,
        first.sentences[0].span.start,
    )


# Extractive


def test_a_question_is_answered_with_the_sentence_that_holds_the_answer(small):
    answer = small.ask("轮船末班是几点？")

    assert answer.answer == "白沙渡口每天开行轮船六班，首班早上七点，末班晚上八点。[1]"
    assert not answer.abstained


def test_a_list_question_is_answered_with_the_lead_and_the_items(small):
    answer = small.ask("青石镇采取了哪三项措施改良土壤？")

    assert answer.answer == (
        "镇里把改良土壤作为头等大事，采取三项措施：[1]\n1. 施用有机肥[2]\n2. 修建蓄水池[3]\n3. 轮作绿肥[4]"
    )
    assert answer.citations[1].quote == "一是施用有机肥。"
    assert answer.citations[1].heading_path[-1] == "施用有机肥"


def test_a_name_in_quotes_is_answered_with_what_defines_it(small):
    assert "查虫害、查水分、查肥力、查枝条、查果实" in small.ask("“五查”是指查什么？").answer


def test_a_traditional_question_is_answered_in_traditional_and_the_quote_stays_as_it_is(small):
    answer = small.ask("青石鎮採取了哪三項措施改良土壤？")

    assert answer.language == "zh-Hant"
    assert answer.answer == convert(small.ask("青石镇采取了哪三项措施改良土壤？").answer, "zh-Hant")
    assert answer.citations[0].quote == "镇里把改良土壤作为头等大事，采取三项措施。"


def test_a_simplified_question_about_a_traditional_document_is_answered_in_simplified(small):
    answer = small.ask("图书馆每次可以借几本书？")

    assert "每次可以借五本书" in answer.answer
    assert "每次可以借五本書" in answer.citations[0].quote


def test_an_english_question_is_answered_in_the_documents_words_and_says_so(small):
    answer = small.ask("How many tons of apples did the orchard sell?")

    assert answer.language == "en"
    assert answer.answer.startswith("Quoted in Chinese: ")
    assert "3200吨" in answer.citations[0].quote


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("月球基地的火箭燃料由哪家公司供应？", "zh-Hans"),
        ("月球基地的火箭燃料由哪家公司供應？", "zh-Hant"),
        ("Who supplies the rocket fuel of the moon base?", "en"),
    ],
)
def test_what_is_not_known_is_said_in_the_askers_language_with_the_nearest_passages(
    small, question, language
):
    answer = small.ask(question)

    assert answer.abstained
    assert answer.citations == ()
    assert answer.passages
    assert answer.language == language_of(answer.answer) == language


@pytest.mark.parametrize(
    ("question", "fact"), [("青石镇果园全年卖出多少吨苹果？", "3200吨"), ("图书馆的馆长是谁？", "陈美玲")]
)
def test_a_plain_question_about_a_plain_sentence_is_answered(small, question, fact):
    assert fact in small.ask(question).answer


def test_an_answer_says_how_sure_it_is_that_the_passages_hold_one(small):
    sure, unsure = small.ask("轮船末班是几点？"), small.ask("有多少颗卫星？")

    assert 0 <= unsure.confidence < threshold() <= sure.confidence <= 1
    assert (sure.abstained, unsure.abstained) == (False, True)
    assert small.ask("轮船末班是几点？", documents=[]).confidence == 0.0
    assert small.ask("轮船末班是几点？", backend="echo").confidence is None


@pytest.mark.parametrize(
    "question", ["今天天气怎么样？", "每天坐飞船去火星要多少钱？", "苹果手机每台多少钱？"]
)
def test_a_common_word_that_the_text_has_as_well_is_no_answer(small, question):
    assert small.ask(question).abstained


@pytest.mark.parametrize(
    ("question", "says"),
    [("轮船末班是几点？", "请核对"), ("輪船末班是幾點？", "請核對"), ("When is the last ferry?", "check")],
)
def test_an_answer_that_is_not_sure_says_so_beside_it(small, monkeypatch, question, says):
    sure = 0.99
    monkeypatch.setattr("rag.answer.plan.confidence", lambda *_: sure)
    assert small.ask(question).notice is None

    sure = threshold()
    answer = small.ask(question)
    assert not answer.abstained
    assert says in answer.notice


@pytest.mark.parametrize(
    "text",
    ["推行“三线一岗”工作法", "推行“三线”“一岗”工作法", "推行“三线、一岗”工作法", "推行三線\n一崗工作法"],
)
def test_a_coined_name_is_answered_where_it_is_written(pipeline_of, text):
    pipeline = pipeline_of(
        {"a.txt": f"干部培养\n青石镇{text}，在基层一线、项目一线、维稳一线和急难岗位上培养干部。\n"}
    )

    for name in ("三线一岗", "三線一崗"):
        assert not pipeline.ask(f"{name}是什么？").abstained
        assert not pipeline.ask(f"What is {name}?").abstained
    for name in ("四线一岗", "三线两岗", "四線一崗"):
        for question in (f"{name}是什么？", f"青石镇的{name}有哪些内容？", f"What is {name}?"):
            answer = pipeline.ask(question)
            assert (answer.form, answer.missing) == ("near-miss", (name,))
            assert f"“{name}”" in answer.answer.split("\n")[0]
    assert pipeline.ask("五网两格是什么？").abstained


def test_a_question_that_asks_for_nothing_is_not_answered(small):
    assert small.ask("的").abstained


def test_a_number_in_brackets_in_the_document_is_no_marker(pipeline_of):
    text = "新城街道简介\n据统计[7]，新城街道共有三个社区，常住人口为两万人，其中党员有315名[8]。\n"
    answer = pipeline_of({"a.txt": text}, embedder="static").ask("新城街道共有几个社区？")

    assert answer.citations
    assert set(markers(answer.answer)) == {citation.marker for citation in answer.citations}


def test_a_sentence_that_announces_a_list_takes_its_items_along(pipeline_of):
    text = (
        "白石渡口管理办法\n白石渡口的渡船在开船以前必须做好下列检查:\n一是查船体。看有没有渗水的地方。\n"
        "二是查救生衣。看是不是每人一件。\n"
    )
    answer = pipeline_of({"a.txt": text}, embedder="static").ask("渡船在开船以前必须做好什么？").answer

    assert "下列检查:[1]" in answer
    assert "1. 查船体[2]\n2. 查救生衣[3]" in answer


# The writer


def test_a_source_that_is_cited_again_keeps_its_marker():
    text = CitedText()

    assert text.add("甲", "a.txt", Span(0, 1)) == "甲[1]"
    assert text.add("乙", "b.txt", Span(0, 1)) == "乙[2]"
    assert text.add("又是甲", "a.txt", Span(0, 1)) == "又是甲[1]"
    assert text.add("。") == "。"

    draft = text.draft()
    assert draft.text == "甲[1]乙[2]又是甲[1]。"
    assert draft.sources == (("a.txt", Span(0, 1)), ("b.txt", Span(0, 1)))
    assert not draft.abstained
