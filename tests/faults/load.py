"""What `yinju serve` does when more is asked of it than it can answer.

`python -m tests.faults.load` serves the seeds, and asks the reference questions: one client alone, then
several, then bursts of many at once. All the while it looks whether the server still says that it is
alive. In the end clients hang up in the middle, and it looks how long the server works on for nobody.
"""

import argparse
import itertools
import json
import socket
import statistics
import struct
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.faults.program import ROOT, Program
from tests.faults.server import HOST, Health, Server, serving

QUESTIONS: Final = ROOT / "eval" / "questions" / "seeds.jsonl"
_ANSWER_SECONDS: Final = 300.0
_LONGEST_REST: Final = 5.0  # of a client that was refused, if it is told to come back later than that
_UNDER_WAY_SECONDS: Final = 0.5  # until requests that are hung up on are being answered
_LINGER: Final = struct.pack("ii", 1, 0)  # closing a socket with it resets the connection


class Reply(NamedTuple):
    """What became of a request: a status, or the name of the error; the times are of one clock."""

    status: str
    started: float
    ended: float
    retry_after: str | None = None

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.started


class Bodies:
    """Hands out requests, each with the next question, to any number of clients."""

    def __init__(self, file: Path = QUESTIONS) -> None:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        self._rows = itertools.cycle(
            {"question": row["question"], "history": row.get("history", [])} for row in rows
        )
        self._guard = threading.Lock()

    def next(self, **more: object) -> bytes:
        """Return the body of the next request."""
        with self._guard:
            return json.dumps(next(self._rows) | more).encode()


# Clients


class Client:
    """Asks over one connection, which it keeps as long as it works."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=_ANSWER_SECONDS)

    def ask(self, body: bytes) -> Reply:
        """Send a request and wait for the whole answer."""
        started = time.monotonic()
        try:
            self._connection.request("POST", "/ask", body, {"Content-Type": "application/json"})
            with self._connection.getresponse() as got:
                got.read()
                told = got.headers.get("Retry-After")
                return Reply(str(got.status), started, time.monotonic(), told)
        except (OSError, HTTPException) as error:
            self._connection.close()
            return Reply(type(error).__name__, started, time.monotonic())

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def in_a_loop(server: Server, bodies: Bodies, until: float) -> list[Reply]:
    """Ask one question after the other; one that is refused rests as long as it is told to."""
    client = Client(server.port)
    replies: list[Reply] = []
    while time.monotonic() < until:
        replies.append(client.ask(bodies.next()))
        if replies[-1].status != "200":
            told = replies[-1].retry_after or ""
            rest = min(float(told) if told.isdigit() else 0.1, _LONGEST_REST)
            time.sleep(max(0.0, min(rest, until - time.monotonic())))
    client.close()
    return replies


def at_once(server: Server, bodies: Bodies, clients: int) -> list[Reply]:
    """Ask one question each, all together."""
    together = threading.Barrier(clients)

    def ask(body: bytes) -> Reply:
        client = Client(server.port)
        together.wait()
        try:
            return client.ask(body)
        finally:
            client.close()

    with ThreadPoolExecutor(clients) as threads:
        return list(threads.map(ask, [bodies.next() for _ in range(clients)]))


def hang_up(server: Server, bodies: Bodies, clients: int, stream: bool) -> None:
    """Ask with some clients, and reset the connections while the answers are being made."""
    connections: list[socket.socket] = []
    for _ in range(clients):
        body = bodies.next(stream=stream)
        head = f"POST /ask HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
        connections.append(socket.create_connection((HOST, server.port)))
        connections[-1].sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    time.sleep(_UNDER_WAY_SECONDS)
    for connection in connections:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        connection.close()


# Phases


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile, the nearest that occurs."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def _told(replies: Sequence[Reply], health: Health, seconds: float) -> dict[str, Any]:
    """Return the figures of a phase that asked for so many seconds."""
    begun = min(reply.started for reply in replies)
    statuses = Counter(reply.status for reply in replies)
    answered = [reply for reply in replies if reply.status == "200"]
    refused = [reply for reply in replies if reply.status == "503"]
    in_time = [reply for reply in answered if reply.ended <= begun + seconds]
    return {
        "statuses": dict(statuses),
        "answers_per_second": len(in_time) / seconds,
        "wait_median": statistics.median(reply.seconds for reply in answered) if answered else 0.0,
        "wait_longest": max(reply.seconds for reply in replies),
        "first_refusal_after": min((reply.ended - begun for reply in refused), default=None),
        "refusal_slowest": max((reply.seconds for reply in refused), default=None),
        "refusals_without_retry_after": sum(reply.retry_after is None for reply in refused),
        "healthz_p50": percentile(health.waits, 50),
        "healthz_p99": percentile(health.waits, 99),
        "healthz_max": max(health.waits, default=0.0),
        "healthz_failures": dict(Counter(health.failures)),
        "megabytes_peak": health.most_megabytes,
    }


def _looped(server: Server, bodies: Bodies, clients: int, seconds: float) -> dict[str, Any]:
    until = time.monotonic() + seconds
    with Health(server) as health, ThreadPoolExecutor(clients) as threads:
        asked = [threads.submit(in_a_loop, server, bodies, until) for _ in range(clients)]
        replies = [reply for one in asked for reply in one.result()]
    return _told(replies, health, seconds)


def _bursts(server: Server, bodies: Bodies, clients: int, times: int) -> dict[str, Any]:
    begun = time.monotonic()
    with Health(server) as health:
        replies = [reply for _ in range(times) for reply in at_once(server, bodies, clients)]
    return _told(replies, health, time.monotonic() - begun)


def _work_for_nobody(server: Server, leave: Callable[[], object]) -> dict[str, float]:
    leave()
    used, seconds = server.work_after()
    return {"processor_seconds": used, "seconds": seconds}


def measure(folder: Path, program: Program, seconds: float, clients: int, burst: int, bursts: int) -> Any:
    """Serve the seeds, ask, and return the figures."""
    bodies = Bodies()
    with serving(folder, program) as server:
        at_once(server, bodies, 1)  # the first answer loads what the others use
        server.work_after()
        before = server.megabytes
        phases = {
            "1 client": _looped(server, bodies, 1, seconds),
            f"{clients} clients": _looped(server, bodies, clients, seconds),
            f"{bursts} × {burst} at once": _bursts(server, bodies, burst, bursts),
        }
        after = {
            "all had their answers": _work_for_nobody(server, lambda: None),
            "16 hung up": _work_for_nobody(server, lambda: hang_up(server, bodies, 16, False)),
            "16 hung up on streams": _work_for_nobody(server, lambda: hang_up(server, bodies, 16, True)),
        }
        peak = max(phase["megabytes_peak"] for phase in phases.values())
        return {
            "phases": phases,
            "work_after": after,
            "megabytes": {"before": before, "peak": peak, "after": server.megabytes},
            "tracebacks": server.tracebacks,
        }


# Printing


def _table(figures: Any) -> Iterator[str]:
    heads = ("answers", "/s", "refused", "other", "median", "longest", "refusal", "no R-A")
    yield f"{'':16}" + "".join(f"{head:>9}" for head in (*heads, "hz p50", "hz p99", "hz max", "hz bad"))
    for name, phase in figures["phases"].items():
        statuses = dict(phase["statuses"])
        answers, refused = statuses.pop("200", 0), statuses.pop("503", 0)
        slowest = phase["refusal_slowest"]
        cells = (
            *(str(answers), f"{phase['answers_per_second']:.2f}", str(refused), str(sum(statuses.values()))),
            *(f"{phase['wait_median']:.2f}", f"{phase['wait_longest']:.2f}"),
            *("-" if slowest is None else f"{slowest:.3f}", str(phase["refusals_without_retry_after"])),
            *(f"{phase[f'healthz_{which}']:.3f}" for which in ("p50", "p99", "max")),
            str(sum(phase["healthz_failures"].values())),
        )
        yield f"{name:16}" + "".join(f"{cell:>9}" for cell in cells)
    for name, work in figures["work_after"].items():
        yield (
            f"after {name}: {work['processor_seconds']:.2f} s of processor time"
            f" within {work['seconds']:.0f} s"
        )
    memory = figures["megabytes"]
    yield "MB resident: " + ", ".join(f"{when} {much:.0f}" for when, much in memory.items())
    yield f"tracebacks in the server's log: {figures['tracebacks']}"


def main() -> None:
    """Measure, and print a table and the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--burst", type=int, default=64)
    parser.add_argument("--bursts", type=int, default=3)
    parser.add_argument("--python-path", type=Path, default=ROOT, metavar="DIR")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        program = Program.read(options.python_path, quick=False)
        figures = measure(
            Path(folder), program, options.seconds, options.clients, options.burst, options.bursts
        )
    print("\n".join(_table(figures)))  # noqa: T201
    print(json.dumps(figures, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
