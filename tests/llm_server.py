"""A model server on real sockets that does what a test says, however wrong that is."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Peer",
    "ScriptedServer",
    "delta",
    "dribble",
    "head_then_silence",
    "saying",
    "scripted_server",
    "silent",
    "text_then_silence",
]

LONGEST_HOLD = 100  # seconds

Behaviour = Callable[["Peer"], None]


def delta(content: Any = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a streamed event of OpenAI's chat API."""
    fields = more if content is None else {"content": content, **more}
    return {
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": fields, "finish_reason": finish}],
    }


@dataclass
class Peer:
    """One connection, its request read."""

    socket: socket.socket
    head: str
    body: bytes

    @property
    def asked(self) -> Any:
        """The request as JSON."""
        return json.loads(self.body)

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def start(self, status: str = "200 OK", content_type: str = "text/event-stream", *headers: str) -> None:
        """Send the head of a response whose end is the end of the connection."""
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", "Connection: close", *headers]
        self.raw("\r\n".join([*lines, "", ""]).encode("latin-1"))

    def event(self, data: Any) -> None:
        """Send a server-sent event: text as it is, anything else as JSON."""
        text = data if isinstance(data, str) else json.dumps(data)
        self.raw(f"data: {text}\n\n".encode())

    def say(self, *pieces: str, finish: str | None = "stop", done: bool = True) -> None:
        """Send a whole answer, head included."""
        self.start()
        for piece in pieces:
            self.event(delta(piece))
        if finish:
            self.event(delta(finish=finish))
        if done:
            self.event("[DONE]")

    def hold(self) -> None:
        """Say nothing until the other side leaves."""
        self.socket.settimeout(LONGEST_HOLD)
        with suppress(OSError):
            while self.socket.recv(65536):
                pass


def saying(*pieces: str, **more: Any) -> Behaviour:
    """Return a behaviour that answers well."""
    return lambda peer: peer.say(*pieces, **more)


def silent(peer: Peer) -> None:
    """Say nothing at all."""
    peer.hold()


def head_then_silence(peer: Peer) -> None:
    """Begin a response and say nothing more."""
    peer.start()
    peer.hold()


def text_then_silence(peer: Peer) -> None:
    """Begin an answer and say nothing more."""
    peer.start()
    peer.event(delta("末班是"))
    peer.hold()


@dataclass
class ScriptedServer:
    """Listens on a free port; `behave` is what it does with a request from now on."""

    behave: Behaviour = field(default_factory=lambda: saying("好。"))
    reads: bool = True
    tls: ssl.SSLContext | None = None
    peers: list[Peer] = field(default_factory=list)
    hits: int = 0
    left: threading.Event = field(default_factory=threading.Event)  # the last connection is over

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self.port = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        """The base URL of its API."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def prompt(self) -> str:
        """All that the last request said, in one text."""
        return "\n".join(message["content"] for message in self.peers[-1].asked["messages"])

    def settle(self) -> None:
        """Wait until every connection is over."""
        for thread in list(self._threads):
            thread.join(LONGEST_HOLD + 5)
        assert not any(thread.is_alive() for thread in self._threads)
        self._threads.clear()

    def close(self) -> None:
        """Stop."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(5)
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.settle()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.hits += 1
            self.left.clear()
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, accepted: socket.socket) -> None:
        connection = accepted
        self._open.append(connection)
        connection.settimeout(LONGEST_HOLD)
        with connection, suppress(OSError):
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            head, body = _request(connection) if self.reads else ("", b"")
            self.peers.append(Peer(connection, head, body))
            self.behave(self.peers[-1])
        self._open.remove(accepted)
        self.left.set()


def _request(connection: socket.socket) -> tuple[str, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            raise OSError("left before the head was whole")
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [
        line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    ]
    while len(body) < int(lengths[0] if lengths else 0):
        body += connection.recv(65536)
    return head.decode("latin-1"), body


@contextmanager
def scripted_server(behave: Behaviour | None = None, reads: bool = True) -> Iterator[ScriptedServer]:
    """Serve as long as the block runs."""
    server = ScriptedServer(behave or saying("好。"), reads)
    try:
        yield server
    finally:
        server.close()


def dribble(peer: Peer, data: bytes, seconds: float) -> None:
    """Send a byte at a time until the other side leaves."""
    with suppress(OSError):
        for byte in data:
            peer.raw(bytes([byte]))
            time.sleep(seconds)
