"""A server that is measured: started over the seeds, watched, and stopped."""

import json
import os
import resource
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final, NamedTuple, Self

from tests.faults.program import ROOT, Program

HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 180.0
_STOP_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.05
_LONGEST_POLL: Final = 60.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_IDLE_SHARE: Final = 0.1  # of one processor, over the last second
_LONGEST_WORK: Final = 120.0


class Server(NamedTuple):
    """A process that serves on a port, and the file it logs to."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def request(self, path: str, body: object = None, seconds: float = _LONGEST_POLL) -> tuple[int, bytes]:
        """Return the status and the body of an answer, over a connection of its own."""
        connection = HTTPConnection(HOST, self.port, timeout=seconds)
        try:
            if body is None:
                connection.request("GET", path)
            else:
                connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            with connection.getresponse() as got:
                return got.status, got.read()
        finally:
            connection.close()

    @property
    def processor_seconds(self) -> float:
        """The processor time that the process and those it started have used."""
        return sum(_processor_seconds(pid) for pid in _family(self.process.pid))

    @property
    def megabytes(self) -> float:
        """The memory that the process and those it started have in use."""
        return sum(_megabytes(pid) for pid in _family(self.process.pid))

    @property
    def tracebacks(self) -> int:
        """How many errors of its own it has logged."""
        return self.log.read_text(encoding="utf-8", errors="replace").count("Traceback (most recent")

    def work_after(self) -> tuple[float, float]:
        """Wait until the process is idle; return the processor time it used till then, and how long it took.

        It is idle once it used next to nothing for a second.
        """
        begun, before = time.monotonic(), self.processor_seconds
        since, used = begun, before
        while since - begun < _LONGEST_WORK:
            time.sleep(1.0)
            now, seen = time.monotonic(), self.processor_seconds
            if seen - used <= _IDLE_SHARE * (now - since):
                break
            since, used = now, seen
        return used - before, since - begun


class Health:
    """Asks again and again whether the server is alive, and notes how long it took to say so.

    A question that is due while the last one waits is late, and its wait counts from when it was due.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.waits: list[float] = []
        self.failures: list[str] = []
        self.most_megabytes = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        due = time.monotonic()
        while not self._over.wait(max(0.0, due - time.monotonic())):
            try:
                status, _ = self._server.request("/healthz")
                self.failures += [] if status == 200 else [str(status)]
                self.most_megabytes = max(self.most_megabytes, self._server.megabytes)
            except (OSError, HTTPException) as error:
                self.failures.append(type(error).__name__)
            self.waits.append(time.monotonic() - due)
            due += _POLL_SECONDS


def _family(pid: int) -> list[int]:
    """Return a process and all below it."""
    with suppress(OSError):  # one that ends meanwhile is none any more
        found = [pid]
        for file in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [
                one for child in file.read_text(encoding="ascii").split() for one in _family(int(child))
            ]
        return found
    return []


def _processor_seconds(pid: int) -> float:
    with suppress(OSError):
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        fields = text.rpartition(")")[2].split()  # the name before may hold blanks
        return (int(fields[11]) + int(fields[12])) / _TICKS
    return 0.0


def _megabytes(pid: int) -> float:
    with suppress(OSError):
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() / 1e6
    return 0.0


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if server.request("/readyz")[0] == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
    raise SystemExit(f"the server does not answer: {server.log.read_text(encoding='utf-8')[-2000:]}")


@contextmanager
def serving(folder: Path, program: Program) -> Iterator[Server]:
    """Serve the seeds from a library in a folder."""
    brought_in = program.run(folder, "ingest", ROOT / "seeds", "--library", folder / "library")
    if brought_in.status != 0:
        raise SystemExit(f"the ingest of the seeds {brought_in}")
    port = _free_port()
    command = [*program.command, "serve", "--port", str(port), "--library", str(folder / "library")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=folder, env=program.environment, stdin=subprocess.DEVNULL
        )
    try:
        server = Server(process, port, folder / "log")
        _wait_until_ready(server)
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
