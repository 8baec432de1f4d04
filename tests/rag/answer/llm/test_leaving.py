"""Where the reader goes away, the model server is left at once."""

import socket

import pytest

from tests.llm_server import head_then_silence, silent, text_then_silence
from tests.local_server import served
from tests.rag.answer.llm.conftest import QUESTION
from ui.api import create_app

GENEROUS = 60  # seconds; the model server itself would wait longer, as would this pipeline


SILENCES = [silent, head_then_silence, text_then_silence]


@pytest.mark.parametrize("behave", SILENCES)
def test_a_closed_stream_closes_the_connection_to_the_model(pipeline, server, behave):
    server.behave = behave
    events = pipeline.stream(QUESTION)
    next(events)
    assert isinstance(next(events), str)

    events.close()

    assert server.left.wait(GENEROUS)


@pytest.mark.parametrize("behave", SILENCES)
def test_a_client_that_hangs_up_ends_the_request_to_the_model(pipeline, server, behave):
    server.behave = behave
    with served(create_app(pipeline)) as address:
        port = int(address.rpartition(":")[2])
        body = f'{{"question": "{QUESTION}", "stream": true}}'.encode()
        head = f"POST /ask HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        hits = server.hits
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            received = b""
            while b": waiting" not in received:
                received += client.recv(65536)
        assert server.hits == hits + 1
        assert server.left.wait(GENEROUS)
