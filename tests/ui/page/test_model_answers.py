"""Answers of a language model on the page: replaced where it fails, inert whatever it says."""

import re

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from tests.llm_server import text_then_silence
from tests.local_server import served
from tests.rag.answer.llm.conftest import (  # noqa: F401 - fixtures
    QUESTION,
    library,
    module_server,
    pipeline,
    server,
)
from tests.rag.answer.llm.test_injection import payloads
from tests.ui.page.browser import watched
from ui.page import mount_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(pipeline):  # noqa: F811
    with served(mount_page(FastAPI(), pipeline)) as address:
        yield address


def half_then_broken(peer):
    peer.say("末班是早上", "六点", finish=None, done=False)


def test_an_answer_that_broke_off_is_replaced_with_a_notice_above_the_sources(browser, address, server):  # noqa: F811
    server.behave = half_then_broken
    with watched(browser, address) as reader:
        reader.ask(QUESTION)
        notice = reader.page.locator("#sources .notice")
        expect(notice).to_contain_text("语言模型没有完成回答（回答中途断开）")
        expect(reader.page.locator("#chat .reply")).not_to_contain_text("早上六点")
        expect(reader.page.locator("#chat .reply")).to_contain_text("首班早上七点")
        above, below = notice.bounding_box(), reader.page.locator("#sources .card").first.bounding_box()
        assert above and below and above["y"] < below["y"]
        reader.picture("page-notice")


def test_whatever_a_model_says_does_nothing_on_the_page(browser, address, server):  # noqa: F811
    said = payloads("http://evil.example")
    server.behave = lambda peer: peer.say(*(f"{text}\n" for text in said.values()), "末班是八点。[1]")
    with watched(browser, address) as reader:  # which fails where a stranger is asked for something
        reader.ask(QUESTION)
        expect(reader.page.locator("#chat .reply")).to_contain_text("<img src=http://evil.example/i")
        active = (
            "#chat .reply img, #chat .reply iframe, #chat .reply svg, #chat .reply form, #chat .reply script"
        )
        assert reader.page.locator(active).count() == 0
        links = reader.page.locator("#chat a, #sources a").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        assert links
        assert all(re.match(r"#source|documents/", link) for link in links)


def test_stopping_an_answer_leaves_the_model_server(browser, address, server):  # noqa: F811
    server.behave = text_then_silence
    with watched(browser, address) as reader:
        reader.page.locator("#question textarea").fill(QUESTION)
        reader.page.locator("#send").click()
        expect(reader.page.locator("#chat .reply")).to_contain_text("末班是")
        reader.page.locator("#stop").click()
        expect(reader.page.locator("#chat .reply")).to_contain_text("已停止")
        assert server.left.wait(60)


def test_closing_the_page_leaves_the_model_server(browser, address, server):  # noqa: F811
    server.behave = text_then_silence
    with watched(browser, address) as reader:
        reader.page.locator("#question textarea").fill(QUESTION)
        reader.page.locator("#send").click()
        expect(reader.page.locator("#chat .reply")).to_contain_text("末班是")
        reader.page.close()
        assert server.left.wait(60)
