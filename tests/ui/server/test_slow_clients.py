"""Clients that send slowly, half or too much, over real connections: each is ended, the others served."""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request

from tests.local_server import running
from ui.server.bodies import BodyLimit
from ui.server.connections import BoundedProtocol

PATIENCE = 30


class Impatient(BoundedProtocol):
    head_seconds = 1.0
    most_open = 8


@contextmanager
def served(body_seconds: float = 1.0) -> Iterator[int]:
    """Serve an app that tells how many bytes it was sent."""
    app = FastAPI()

    @app.post("/")
    async def size(request: Request) -> int:
        return len(await request.body())

    @app.get("/")
    async def here() -> str:
        return "here"

    app.add_middleware(BodyLimit, most_bytes=200_000, seconds=body_seconds)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, http=Impatient, ws="none", log_level="warning", timeout_keep_alive=30
    )
    with running(uvicorn.Server(config)) as port:
        yield port


@pytest.fixture(scope="module")
def port():
    with served() as port:
        yield port


def connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.settimeout(PATIENCE)
    return connection


def said(connection: socket.socket) -> bytes:
    """Return all that is answered until the other side ends the connection."""
    answer = b""
    while piece := connection.recv(65536):
        answer += piece
    return answer


def post(body: bytes, length: int | None = None) -> bytes:
    length = len(body) if length is None else length
    return b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % length + body


@pytest.mark.parametrize("head", [b"", b"G", b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"GET /"])
def test_a_head_that_does_not_come_ends_the_connection(port, head):
    with connect(port) as connection:
        connection.sendall(head)
        assert said(connection) == b""


def test_a_head_that_comes_drop_by_drop_ends_the_connection(port):
    with connect(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX-Long: ")
        with pytest.raises(OSError, match=r"reset|pipe"):
            for _ in range(5000):
                connection.sendall(b"x")
                time.sleep(0.02)


def test_a_second_head_has_its_deadline_too(port):
    with connect(port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET / HT")
        assert said(connection) in (b"", b'"here"')


def test_a_connection_is_kept_for_the_next_request(port):
    with connect(port) as connection:
        for _ in range(3):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            while b'"here"' not in answer:
                answer += connection.recv(65536)
            time.sleep(1.3)  # longer than a head may take: none has begun


@pytest.mark.parametrize("body", [b"", b"x" * 1000, b"x" * 150_000])
def test_a_body_that_does_not_come_whole_is_told_so(port, body):
    with connect(port) as connection:
        connection.sendall(post(body, 190_000))
        answer = said(connection)
        assert answer.startswith(b"HTTP/1.1 408 ")
        problem = json.loads(answer.partition(b"\r\n\r\n")[2])
        assert problem["status"] == 408 and "did not come within" in problem["detail"]


@pytest.mark.parametrize("size", [0, 1, 63_999, 64_000, 64_001, 128_000, 199_999, 200_000])
def test_a_body_comes_as_it_was_sent(port, size):
    with connect(port) as connection:
        connection.sendall(post(b"x" * size))
        answer = b""
        while str(size).encode() not in answer.partition(b"\r\n\r\n")[2]:
            answer += connection.recv(65536)


def test_a_body_in_pieces_comes_as_it_was_sent(port):
    with connect(port) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(10):
            connection.sendall(b"3e8\r\n" + b"y" * 1000 + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        answer = b""
        while b"10000" not in answer:
            answer += connection.recv(65536)


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused(port, announced):
    with connect(port) as connection:
        if announced:
            connection.sendall(post(b"", 10**12))
        else:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.sendall(b"%x\r\n" % 250_000 + b"z" * 250_000 + b"\r\n")
        assert said(connection).startswith(b"HTTP/1.1 413 ")


def test_bodies_that_are_on_their_way_wait_on_disk(monkeypatch):
    held = []

    class Watched:
        def __init__(self, most: int) -> None:
            held.append(most)
            raise RuntimeError("seen")

    monkeypatch.setattr("ui.server.bodies.tempfile.SpooledTemporaryFile", Watched)

    async def test() -> None:
        nothing: Any = None  # which is never reached
        await BodyLimit(nothing)({"type": "http", "headers": []}, nothing, nothing)

    with pytest.raises(RuntimeError, match="seen"):
        asyncio.run(test())
    assert held == [64_000]


def test_only_so_many_connections_are_open_and_the_next_is_turned_away():
    with served() as port:
        many = [connect(port) for _ in range(Impatient.most_open)]
        time.sleep(0.1)
        with connect(port) as another:
            assert said(another).startswith(b"HTTP/1.1 503 ")
        for connection in many:
            assert said(connection) == b""  # they said nothing in time
            connection.close()
        with connect(port) as after:
            after.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert after.recv(65536).startswith(b"HTTP/1.1 200")
