"""What the page says when too much is asked, and what becomes of a question whose page is left."""

import threading

import httpx2
import pytest
from playwright.sync_api import expect

from rag.interrupt import check
from tests.local_server import served
from tests.ui.page.browser import watched
from ui.api import create_app
from ui.page import mount_page
from ui.server.question_queues import QuestionQueues

pytestmark = pytest.mark.browser
PATIENCE = 60


class Slow:
    """A pipeline whose answers do not come until they are let."""

    def __init__(self, pipeline):
        self._pipeline = pipeline
        self.settings = pipeline.settings.model_copy(update={"answers_at_once": 1, "most_waiting": 0})
        self.begun, self.over = threading.Semaphore(0), threading.Semaphore(0)
        self.go_on = threading.Event()

    def __getattr__(self, name):
        return getattr(self._pipeline, name)

    def stream(self, question, **more):
        def events():
            self.begun.release()
            try:
                while not self.go_on.wait(0.01):
                    check()
                yield from self._pipeline.stream(question, **more)
            finally:
                self.over.release()

        return events()


@pytest.fixture
def slow(pipeline):
    slow = Slow(pipeline)
    yield slow
    slow.go_on.set()


@pytest.fixture
def address(slow):
    queues = QuestionQueues.of(slow.settings)
    with served(mount_page(create_app(slow, queues), slow, queues)) as address:
        yield address


def send(reader, question):
    box = reader.page.locator("#question textarea")
    expect(reader.page.locator("#send")).to_be_visible()
    box.fill(question)
    box.press("Enter")
    expect(reader.page.locator("#chat .asked").last).to_have_text(question)


def test_a_reader_is_told_when_too_much_is_asked_and_can_ask_again(browser, address, slow):
    with watched(browser, address) as one:
        expect(one.page.locator("#chat .example")).to_have_count(6)  # which are asked in the queues, too
    with watched(browser, address) as one, watched(browser, address) as other:
        send(one, "什么是三类课堂")
        assert slow.begun.acquire(timeout=PATIENCE)
        send(other, "什么是开放式党课")
        problem = other.page.locator("#chat .problem")
        expect(problem).to_contain_text("提问的人太多")
        expect(problem).to_contain_text("秒后再问")
        other.picture("page-busy")

        slow.go_on.set()
        expect(one.page.locator("#sources .card mark").first).to_be_visible()
        send(other, "什么是开放式党课")
        expect(other.page.locator("#sources .card mark").first).to_be_visible()


def test_a_question_whose_page_is_left_is_given_up(browser, address, slow):
    with watched(browser, address) as reader:
        expect(reader.page.locator("#chat .example")).to_have_count(6)
        send(reader, "什么是三类课堂")
        assert slow.begun.acquire(timeout=PATIENCE)
    assert slow.over.acquire(timeout=PATIENCE)
    assert not slow.go_on.is_set()


def test_a_server_that_is_stopped_ends_the_beat_of_its_open_pages_without_complaint(pipeline, caplog):
    queues = QuestionQueues.of(pipeline.settings)
    with (
        served(mount_page(create_app(pipeline, queues), pipeline, queues)) as address,
        httpx2.stream("GET", f"{address}/gradio_api/heartbeat/abc123", timeout=PATIENCE) as beat,
    ):
        pieces = beat.iter_text()
        assert "ALIVE" in next(pieces)
        queues.close()
        assert list(pieces) == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
