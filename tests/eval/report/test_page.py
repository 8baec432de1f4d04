"""The page of an evaluation, as a file: what it shows, what it lets through, what it asks for."""

import re

import pytest
from lxml import html

from eval.answers.baseline import Baseline, Scored
from eval.answers.compare import compare
from eval.answers.run import evaluate
from eval.answers.summary import Report
from eval.data.questions import Question
from eval.metrics import Score
from eval.report.page import render_page, write_page
from eval.report.page.view import marked, pieces
from rag.errors import InputError
from rag.types.query import Turn
from tests.doubles import TEXTS
from tests.eval.doubles import ScriptedPipeline, answer, citation
from tests.libraries import made_library

NASTY = "<img src=x onerror=alert(1)>&\"'</style><script>alert(2)</script>{{7*7}}"
QUESTIONS = [
    Question(
        "fact",
        "白沙渡口每天开行轮船多少班？",
        "zh-Hans",
        "fact",
        "ferry.txt",
        ("每天开行轮船六班",),
        (("六班", "6班"),),
        labels={"method": "渡口"},
    ),
    Question(
        "missed",
        "果园全年卖出苹果多少吨，用了多少颗螺丝钉？",
        "zh-Hans",
        "list",
        ("ferry.txt", "orchard.txt"),
        ("全年卖出苹果3200吨",),
        (("三千颗", "3000颗"), ("苹果",)),
        (Turn("user", "渡口呢？"),),
        {"method": "渡口＋果园"},
    ),
    Question("none", "Who won the FIFA World Cup?", "en", "unanswerable"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Report:
    with made_library(tmp_path_factory.mktemp("page"), TEXTS, embedder="hashing") as pipeline:
        return evaluate(pipeline, QUESTIONS)


@pytest.fixture
def page(report):
    return html.document_fromstring(render_page(report, about=["q.jsonl", "today"]))


def text_of(element) -> str:
    return " ".join(element.text_content().split())


def test_it_is_well_formed_and_every_link_leads_somewhere(page):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = page.xpath("//a/@href")
    assert links
    assert [link for link in links if link.removeprefix("#") not in ids or link[0] != "#"] == []


def test_nothing_is_fetched_and_nothing_runs(page):
    assert (
        page.xpath("//script | //img | //iframe | //object | //link[not(starts-with(@href, 'data:'))]") == []
    )
    assert page.xpath("//@*[starts-with(name(), 'on')] | //@src | //@srcset") == []
    assert not re.search(r"url\(|@import|https?:", html.tostring(page, encoding="unicode"))
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_the_figures_are_those_of_the_report(page, report):
    shown = {
        "_".join(text_of(each.find_class("what")[0][0]).split()): text_of(each.find_class("value")[0])
        for each in page.find_class("figure")
        if each.find_class("value")
    }
    assert shown == {name: "–" if value is None else f"{value:.3f}" for name, value in report.metrics.items()}
    [counts] = page.xpath("//*[@id='figure-fact_recall']//*[@class='of']")
    assert text_of(counts) == f"{report.overall.counts['fact_recall'].hits} / 2"
    assert "3 questions · q.jsonl · today" in text_of(page)


def test_a_dot_lies_where_its_figure_does(page, report):
    [dot] = page.xpath("//*[@id='figure-passage_recall']//*[@class='dot']/@cx")
    assert float(dot.rstrip("%")) == pytest.approx(100 * report.metrics["passage_recall"], abs=0.1)


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("By type", {"fact": 1, "list": 1, "unanswerable": 1}),
        ("By language", {"en": 1, "zh-Hans": 2}),
        ("By method", {"渡口": 2, "果园": 1}),
        ("By document", {"any": 1, "ferry.txt": 2, "orchard.txt": 1}),
    ],
)
def test_every_group_has_a_row_with_its_count(page, title, keys):
    [table] = page.xpath(f"//h3[.='{title}']/following-sibling::div[1]/table")
    rows = table.xpath(".//tbody/tr")
    assert {text_of(row[0]): int(text_of(row[1])) for row in rows} == keys


def test_a_miss_tells_what_was_expected_answered_and_found(page, report):
    [row] = [row for row in report.rows if row.id == "missed"]
    [miss] = page.xpath("//article[@id='miss-missed']")
    said = text_of(miss)
    assert row.question in said
    assert row.understood in said
    assert "三千颗 / 3000颗 missing" in said
    assert "渡口呢？" in said
    given = " ".join(row.answer.split())
    assert re.sub(r"\s", "", given) in re.sub(r"\s", "", said)
    assert len(miss.xpath(".//details//li")) == len(row.passages) > 0
    for passage in row.passages:
        assert " › ".join(passage.heading_path) in said
    assert miss.xpath(".//header/a/@href") == ["#q-missed"]
    assert page.xpath("//tr[@id='q-missed']/th/a/@href") == ["#miss-missed"]


def test_the_words_to_cite_are_marked_in_the_passages(page):
    found = page.xpath("//article[@id='miss-missed']//details//mark")
    assert [text_of(each) for each in found] == ["全年卖出苹果3200吨"]
    assert marked("甲乙\n丙丁戊", ["乙丙丁", "丁戊", " "]) == [
        ("甲", False),
        ("乙\n丙丁", True),
        ("戊", True),
    ]
    assert marked("a.b", ["a+b"]) == [("a.b", False)]


def test_markers_stand_apart_in_an_answer():
    assert pieces("甲。[1]乙[2]。") == [
        ("甲。", False),
        ("1", True),
        ("乙", False),
        ("2", True),
        ("。", False),
    ]
    assert pieces("") == []


def test_questions_can_be_chosen_by_what_they_are(page):
    options = {each.get("id"): each.xpath("./option/text()") for each in page.xpath("//select")}
    assert options["by-type"] == ["all", "fact", "list", "unanswerable"]
    assert options["by-method"] == ["all", "果园", "渡口"]
    # a rule for every choice but the first, and the numbers in it are those of the questions
    style = page.xpath("string(//style)")
    rules = re.findall(
        r"#by-(\w+) option:nth-child\((\d+)\):checked\) \.q:not\(\[data-(\w+)~=\"(\d+)\"\]", style
    )
    assert len(rules) == sum(len(each) - 1 for each in options.values())
    assert all(name == data and int(child) == int(number) + 1 for name, child, data, number in rules)
    [missed] = page.xpath("//article[@id='miss-missed']")
    assert {options["by-method"][int(number)] for number in missed.get("data-method").split()} == {
        "渡口",
        "果园",
    }
    assert options["by-type"][int(missed.get("data-type"))] == "list"


def test_whatever_a_text_holds_it_stays_text():
    name = f"{NASTY}.txt"
    texts = {name: NASTY}
    asked = [
        Question(
            NASTY,
            NASTY,
            NASTY,
            "fact",
            name,
            ("别的",),
            ((NASTY,),),
            (Turn("user", NASTY),),
            {"method": NASTY},
        ),
        Question("'q 2\"", "2?", "en", "unanswerable"),
    ]
    given = answer(f"{NASTY}。[1]", [citation(1, NASTY, name)])
    report = evaluate(ScriptedPipeline(texts, {NASTY: given, "2?": given}), asked)
    before = Baseline(NASTY, {NASTY: Scored("", report.rows[0].scores), f"gone{NASTY}": Scored("", {})})
    page = html.document_fromstring(render_page(report, compare(report.rows, before), [NASTY]))
    assert page.xpath("//script | //img | //@onerror") == []
    assert "49" not in page.xpath("string(//article)")
    assert [text_of(each) for each in page.xpath("//article//h3")] == [NASTY, "2?"]
    assert page.xpath("//select[@id='by-method']") == []  # one value is no choice
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert [link for link in page.xpath("//a/@href") if link[1:] not in ids] == []


def test_the_comparison_has_its_section_and_names_the_questions(report):
    worse = {
        row.id: Scored(row.fingerprint, row.scores | {"fact_recall": Score(1, 1)}) for row in report.rows[:2]
    }
    before = Baseline("before.json", worse | {"gone": Scored("", {})})
    page = html.document_fromstring(render_page(report, compare(report.rows, before)))
    [section] = page.xpath("//section[@id='baseline']")
    said = text_of(section)
    assert "2 questions that are in both, now and in before.json" in said
    assert "fact recall: worse 1 missed" in said
    assert "left out, new 1 none" in said
    assert "left out, gone 1 gone" in said
    assert section.xpath(".//a[.='missed']/@href") == ["#miss-missed"]
    assert page.xpath("//*[@id='figure-fact_recall']//*[@class='before']")


def test_confidence_has_its_plots_where_there_is_any(page, report):
    [section] = page.xpath("//section[@id='confidence']")
    assert len(section.xpath(".//*[name()='svg']")) == 2
    assert f"AURC {report.selective.aurc:.3f}" in text_of(section)
    assert f"expected calibration error {report.selective.ece:.3f}" in text_of(section)
    scripted = ScriptedPipeline(TEXTS, {QUESTIONS[0].question: answer("六班。")})
    without = html.document_fromstring(render_page(evaluate(scripted, QUESTIONS[:1])))
    assert without.xpath("//section[@id='confidence']") == []


def test_faults_of_the_question_file_are_said_first(pipeline_of):
    asked = [Question("q", "班次？", "zh-Hans", "fact", "gone.txt", ("甲",), (("甲",),))]
    page = html.document_fromstring(render_page(evaluate(pipeline_of(TEXTS), asked)))
    assert "no document named 'gone.txt' in the library" in text_of(page.find_class("problems")[0])


def test_no_questions_make_a_page(pipeline_of):
    page = html.document_fromstring(render_page(evaluate(pipeline_of(TEXTS), [])))
    assert "0 questions" in text_of(page)


def test_a_page_that_cannot_be_written_is_named(report, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"page\.html: cannot be written: "):
        write_page(report, tmp_path / "file" / "page.html")
