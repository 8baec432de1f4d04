"""What a reader does with the page, in a real browser over the seeds."""

import re
import time

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from rag.build import build_pipeline
from rag.ingest.ingest import ingest
from rag.settings import Settings
from rag.text.normalize import fold
from tests.local_server import served
from tests.ui.page.browser import watched
from ui.page import mount_page
from ui.page.chat import converse

pytestmark = pytest.mark.browser

QUESTION = "三正三创里的三正分别指什么？"
NASTY = """关于开展安全测试的通知

一、网络安全管理要求
各单位应当使用<img src=x onerror=alert(1)>与![图](http://evil.example/a.png)及[链接](http://evil.example/)开展网络安全检查，模板${1+1}与{{7*7}}照原样显示。
"""


@pytest.fixture(scope="module")
def address(pipeline):
    with served(mount_page(FastAPI(), pipeline)) as address:
        yield address


def test_a_question_gets_an_answer_with_its_sources(browser, address, pipeline):
    answer = pipeline.ask(QUESTION)
    with watched(browser, address) as reader:
        page = reader.page
        expect(page.locator("#header")).to_contain_text("文档库")
        expect(page.locator("#chat .example")).to_have_count(6)
        reader.picture("page-start")

        reader.ask(QUESTION)
        markers = page.locator("#chat a.marker").all_inner_texts()
        assert list(dict.fromkeys(markers)) == [str(citation.marker) for citation in answer.citations]
        for citation in answer.citations:
            card = page.locator(".card", has=page.locator(f"#source-1-{citation.marker}"))
            marked = "".join(card.locator(".excerpt mark").all_text_contents())
            assert fold(citation.quote) in fold(marked)
            expect(card.locator(".path h3")).to_have_text(citation.heading_path[0])
            expect(card.locator(".document")).to_have_text(citation.document)
        expect(page.locator(".card .path ol").first).to_be_visible()
        reader.picture("page-answer")

        reader.ask("第二个具体怎么做？")
        expect(page.locator("#chat .understood").last).to_contain_text(QUESTION)
        expect(page.locator("#sources .earlier")).to_have_count(1)
        reader.picture("page-follow-up")
        assert reader.overflow() == 0


def test_a_marker_leads_to_its_source_even_where_it_is_folded_away(browser, address):
    with watched(browser, address) as reader:
        reader.ask(QUESTION)
        reader.ask("党员干部培训有哪些做法？")
        expect(reader.page.locator("#source-2-1")).to_be_visible()  # the second answer is there as a whole
        expect(reader.page.locator("#source-1-1")).to_be_hidden()
        reader.follow_first_marker("#source-1-1")
        expect(reader.page.locator(".card.shown #source-1-1")).to_have_count(1)
        assert len(reader.page.context.pages) == 1


def test_what_a_reader_opened_stays_open_when_the_sources_are_drawn_again(browser, address):
    with watched(browser, address) as reader:
        reader.ask(QUESTION)
        reader.ask("党员干部培训有哪些做法？")
        expect(reader.page.locator("#source-2-1")).to_be_visible()
        reader.follow_first_marker("#source-1-1")
        reader.page.evaluate("""() => {
            const drawn = document.querySelector("#sources .earlier"), again = drawn.cloneNode(true);
            again.open = false;
            drawn.replaceWith(again);
        }""")
        expect(reader.page.locator("#source-1-1")).to_be_visible()


def test_an_example_is_asked_by_a_click_and_a_new_conversation_starts_empty(browser, address):
    with watched(browser, address) as reader:
        page = reader.page
        example = page.locator("#chat .example").first
        question = example.inner_text()
        example.click()
        expect(page.locator("#sources .card mark").first).to_be_visible()
        expect(page.locator("#chat .asked")).to_have_text(question)
        page.locator("#new").click()
        expect(page.locator("#chat .asked")).to_have_count(0)
        expect(page.locator("#sources .card")).to_have_count(0)
        expect(page.locator("#chat .example").first).to_be_visible()


def test_a_narrow_screen_and_a_dark_one(browser, address):
    with watched(browser, address, width=390, height=844) as reader:
        reader.picture("page-start-390")
        assert reader.overflow() == 0
        reader.ask(QUESTION)
        expect(reader.page.locator("#sources .card mark").first).to_be_visible()
        reader.picture("page-answer-390")
        assert reader.overflow() == 0
    with watched(browser, address, dark=True) as reader:
        reader.ask(QUESTION)
        reader.picture("page-answer-dark")


def test_no_answer_shows_the_nearest_passages(browser, address):
    with watched(browser, address) as reader:
        reader.ask("火星探测器的发射窗口是哪一天？")
        expect(reader.page.locator("#sources .nearest")).to_be_visible()
        expect(reader.page.locator("#sources mark")).to_have_count(0)
        reader.picture("page-abstained")


def test_what_cannot_be_asked_is_said_in_a_sentence(browser, address):
    with watched(browser, address) as reader:
        reader.ask("长" * 4001)
        expect(reader.page.locator("#chat .problem")).to_contain_text("最多可以问 4,000 个字")
        reader.ask("  ")
        expect(reader.page.locator("#chat .problem").last).to_have_text("请先输入一个问题。")
        reader.ask(QUESTION)
        expect(reader.page.locator("#chat .reply").last).not_to_be_empty()


def test_a_question_sent_as_soon_as_one_may_is_asked(browser, address, monkeypatch):
    def lingering(*args, **kwargs):
        yield from converse(*args, **kwargs)
        time.sleep(1)  # the last piece is out, the event is not over

    monkeypatch.setattr("ui.page.page.converse", lingering)
    with watched(browser, address) as reader:
        reader.ask("长" * 4001)
        reader.ask(" ")
        expect(reader.page.locator("#chat .problem").last).to_have_text("请先输入一个问题。")


def test_an_english_browser_gets_english_words(browser, address):
    with watched(browser, address, locale="en-US") as reader:
        expect(reader.page.locator("#send")).to_have_text("Send")
        expect(reader.page.locator("#header")).to_contain_text("Documents in the library: ")
        reader.picture("page-start-en")


def test_documents_and_questions_cannot_act_in_the_page(browser, tmp_path):
    (tmp_path / "通知.txt").write_text(NASTY, encoding="utf-8")
    nasty = build_pipeline(Settings.read(library=tmp_path / "library", backend="echo"), create=True)
    ingest(nasty.corpus, [tmp_path / "通知.txt"])
    with served(mount_page(FastAPI(), nasty)) as address, watched(browser, address) as reader:
        reader.ask("网络安全检查<img src=x onerror=alert(2)>![图](http://evil.example/b.png)$x$")
        # The double's answer is not supported by what it cites: the marks that say so cut it up.
        reader.page.locator(".unsupported").evaluate_all("marks => marks.forEach(mark => mark.remove())")
        shown = reader.page.locator("body").inner_text()
        assert (
            "<img src=x onerror=alert(1)>与![图](http://evil.example/a.png)及[链接](http://evil.example/)"
            in shown
        )
        assert "模板${1+1}与{{7*7}}照原样显示" in shown
        assert shown.count("网络安全检查<img src=x onerror=alert(2)>![图](http://evil.example/b.png)$x$") == 2
        assert reader.page.locator("#chat img, #sources img").count() == 0
        links = reader.page.locator("#chat a, #sources a").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        assert all(re.match(r"#source|documents/", link) for link in links)
    nasty.close()


def test_an_answer_can_be_stopped(browser, pipeline, monkeypatch):
    def slow(*args, **kwargs):
        yield ()
        for _ in range(200):
            yield "字"
            time.sleep(0.05)

    with served(mount_page(FastAPI(), pipeline)) as address, watched(browser, address) as reader:
        page = reader.page
        expect(page.locator("#chat .example").first).to_be_visible()
        monkeypatch.setattr(pipeline, "stream", slow)
        page.locator("#question textarea").fill("问")
        page.locator("#send").click()
        expect(page.locator("#chat .reply")).to_contain_text("字字")
        expect(page.locator("#send")).to_have_count(0)
        page.locator("#stop").click()
        expect(page.locator("#chat .reply")).to_contain_text("已停止")
        expect(page.locator("#send")).to_be_visible()
        written = page.locator("#chat .reply").inner_text()
        page.wait_for_timeout(500)
        assert page.locator("#chat .reply").inner_text() == written
