"""What the server encodes while nobody asks."""

import threading
from dataclasses import replace

import pytest

from rag.models.sentence_encoder import shipped_encoder
from rag.store import sentence_vectors
from tests.waiting import wait_until
from ui.server.encoding_ahead import encoding_ahead
from ui.server.question_queues import QuestionQueues

TEXT = """渡口管理办法

一、航班
轮船首班早上七点，末班晚上八点。雾天停航。

二、票价
成人两元，儿童免票。
"""


@pytest.fixture
def pipeline(pipeline_of):
    return pipeline_of({"a.txt": TEXT}, embedder="static")


@pytest.fixture
def encoded(monkeypatch):
    """The texts that were given to the encoder."""
    given: list[str] = []
    whole = shipped_encoder().sentences

    class Encoder:
        size = shipped_encoder().size

        def sentences(self, texts):
            given.extend(texts)
            return whole(texts)

    monkeypatch.setattr(sentence_vectors, "shipped_encoder", Encoder)
    return given


def encoded_ahead(pipeline) -> None:
    with encoding_ahead(pipeline, QuestionQueues.of(pipeline.settings)):
        wait_until(lambda: not any(thread.name == "encoding-ahead" for thread in threading.enumerate()))


def test_a_question_finds_all_sentences_and_sections_encoded(pipeline, encoded):
    encoded_ahead(pipeline)
    ahead = list(encoded)
    pipeline.ask("渡口管理办法有哪些内容？")

    assert {"末班晚上八点" in text for text in ahead} == {True, False}
    assert [text for text in encoded[len(ahead) :] if text in TEXT] == []


def test_it_ends_with_the_server_and_waits_while_a_question_is_worked_on(pipeline, encoded, monkeypatch):
    queues = QuestionQueues.of(pipeline.settings)
    monkeypatch.setattr(QuestionQueues, "is_idle", property(lambda self: False))

    with encoding_ahead(pipeline, queues):
        wait_until(lambda: any(thread.name == "encoding-ahead" for thread in threading.enumerate()))

    assert encoded == []


def test_a_document_that_goes_meanwhile_stops_nothing(pipeline, encoded, monkeypatch):
    info = pipeline.documents()
    gone = [replace(info[0], name="gone.txt")]
    monkeypatch.setattr(type(pipeline), "documents", lambda self: [*gone, *info])

    encoded_ahead(pipeline)

    assert any("儿童免票" in text for text in encoded)
