"""Servers of this process on a free port of this machine."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from fastapi import FastAPI

from tests.waiting import wait_until

__all__ = ["free_port", "running", "served"]

_PATIENCE: Final = 30.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def running(server: uvicorn.Server) -> Iterator[int]:
    """Run a server that listens on port 0 in a thread; yields its port, and proves that it ends."""
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started or not thread.is_alive(), _PATIENCE)
    assert server.started, "the server did not start"
    yield int(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    thread.join(_PATIENCE)
    assert not thread.is_alive(), "the server did not end"


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an app; yields its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=1)
    with running(uvicorn.Server(config)) as port:
        yield f"http://127.0.0.1:{port}"
