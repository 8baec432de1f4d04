"""A server that is stopped tells everybody who asked; one whose clients have gone does nothing for them."""

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rag.interrupt import check
from rag.settings import Settings
from rag.types.answer import Answer
from tests.local_server import running
from tests.stand_in import StandIn
from tests.ui.api.sse import events
from tests.ui.server.test_slow_clients import connect, said
from ui.api import create_app
from ui.server.question_queues import QuestionQueues
from ui.server.run import BoundedServer, server_of

PATIENCE = 30
SETTINGS = Settings(answers_at_once=1, most_waiting=1)
ANSWER = Answer("好。", False, "zh-Hans", (), (), "extractive", None, {}, "0", "问")


class Slow(StandIn):
    """A pipeline that answers when it is let go on, and gives up when it is told to."""

    settings = SETTINGS

    def __init__(self):
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.over = threading.Semaphore(0)

    def stream(self, question, **_):
        return self._events()

    def _events(self):
        self.begun.release()
        try:
            yield ()
            while not self.go_on.wait(0.01):
                check()
            yield ANSWER
        finally:
            self.over.release()


@contextmanager
def served(pipeline: Slow, finish_seconds: float = PATIENCE) -> Iterator[tuple[int, BoundedServer]]:
    """Serve the API over a pipeline; yields its port, and the server to stop."""
    queues = QuestionQueues.of(pipeline.settings)
    server = server_of(create_app(pipeline, queues), queues, "127.0.0.1", 0)
    server.finish_seconds = finish_seconds
    with running(server) as port:
        yield port, server
        pipeline.go_on.set()


def ask(port: int, stream: bool = False) -> socket.socket:
    body = json.dumps({"question": "？", "stream": stream}).encode()
    head = b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
    connection = connect(port)
    connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    return connection


def parts(reply: bytes) -> tuple[int, dict[str, str], str]:
    head, _, body = reply.decode().partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in lines), body


def until_waiting(port: int) -> socket.socket:
    """Ask once more, behind the question that is worked on, and return when that waits."""
    waiting = ask(port)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with ask(port) as third:  # there is one place
            third.settimeout(0.5)
            try:
                if parts(said(third))[0] == 503:
                    return waiting
            except TimeoutError:
                pass
    raise AssertionError("it never waited")


def test_when_it_is_stopped_those_who_wait_are_told_and_what_is_worked_on_is_finished():
    slow = Slow()
    with served(slow) as (port, server):
        first = ask(port)
        assert slow.begun.acquire(timeout=PATIENCE)
        waiting = until_waiting(port)
        server.should_exit = True

        status, headers, body = parts(said(waiting))
        assert (status, headers["content-type"]) == (503, "application/problem+json")
        assert int(headers["retry-after"]) >= 1
        assert "is being stopped" in json.loads(body)["detail"]
        slow.go_on.set()
        status, _, body = parts(said(first))
        assert (status, json.loads(body)["answer"]) == (200, "好。")


@pytest.mark.parametrize("stream", [False, True])
def test_what_is_not_finished_in_time_is_said_not_to_be(stream):
    slow = Slow()
    with served(slow, finish_seconds=0.1) as (port, server):
        asked = ask(port, stream)
        assert slow.begun.acquire(timeout=PATIENCE)
        heard = b""
        while stream and b"event: passages" not in heard:
            heard += asked.recv(65536)
        server.should_exit = True
        answer = said(asked)
        if stream:
            ((name, problem),) = events(_unchunked(answer))
            assert (name, problem["status"]) == ("error", 503)
        else:
            assert parts(answer)[0] == 503
        assert slow.over.acquire(timeout=PATIENCE)


def _unchunked(data: bytes) -> str:
    text = data.decode()
    return text[text.index("event:") : text.rindex("\n\n") + 2]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("how", ["closed", "reset"])
def test_a_question_whose_asker_has_gone_is_given_up(stream, how):
    slow = Slow()
    with served(slow) as (port, _):
        asked = ask(port, stream)
        assert slow.begun.acquire(timeout=PATIENCE)
        if how == "reset":
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        asked.close()
        assert slow.over.acquire(timeout=PATIENCE)
        assert not slow.go_on.is_set()

        slow.go_on.set()
        with ask(port) as after:
            assert parts(said(after))[0] == 200


def test_a_question_that_waits_for_nobody_is_never_begun():
    slow = Slow()
    with served(slow) as (port, _):
        first = ask(port)
        assert slow.begun.acquire(timeout=PATIENCE)
        until_waiting(port).close()
        time.sleep(0.2)
        slow.go_on.set()
        assert parts(said(first))[0] == 200
        with ask(port) as after:
            assert parts(said(after))[0] == 200
        assert slow.begun.acquire(timeout=PATIENCE)  # the last one; the one that waited never was
        assert not slow.begun.acquire(blocking=False)


def test_a_server_that_is_busy_says_when_to_come_back_and_that_it_is_alive():
    slow = Slow()
    with served(slow) as (port, _):
        first = ask(port)
        assert slow.begun.acquire(timeout=PATIENCE)
        waiting = until_waiting(port)
        with ask(port) as refused:
            status, headers, body = parts(said(refused))
        assert status == 503
        assert int(headers["retry-after"]) >= 1
        assert "too many questions" in json.loads(body)["detail"]
        with connect(port) as looking:
            looking.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert parts(said(looking))[0] == 200
        first.close()
        waiting.close()


def test_the_desk_lets_a_language_model_be_waited_for_by_more_than_there_are_cores():
    queues = QuestionQueues.of(Settings(answers_at_once=1, model_answers_at_once=5, backend="openai"))
    assert queues.turns("extractive") is queues.own
    assert queues.turns() is queues.turns("openai") is queues.models

    async def test() -> None:
        release = threading.Event()
        tasks = [asyncio.create_task(queues.models.run(str(n), release.wait)) for n in range(5)]
        await asyncio.sleep(0.05)
        assert await queues.own.run("x", lambda: 1) == 1
        release.set()
        assert await asyncio.gather(*tasks) == [True] * 5

    asyncio.run(test())
