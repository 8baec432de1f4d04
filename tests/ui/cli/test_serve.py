"""`yinju serve` as a process: one for all of these tests, over a real connection."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.command_line import COMMAND, assert_clear
from tests.local_server import free_port
from tests.ui.api.shapes import ANSWER, PROBLEM, lacks, without_passing
from tests.ui.api.sse import events

NAME = "子 目录/100%2F & 1?#.txt"
QUESTION = "霍城县党建引领的“三个一批”是哪三个？"


@dataclass(frozen=True)
class Reply:
    status: int
    kind: str
    text: str


@dataclass(frozen=True)
class Server:
    port: int
    library: Path

    def request(self, method: str, path: str, body: object = None) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
        with connection.getresponse() as got:
            return Reply(got.status, got.headers.get_content_type(), got.read().decode())


@pytest.fixture(scope="module")
def server(seeds, tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(seeds.library.folder, folder / "library", ignore=shutil.ignore_patterns("*-shm"))
    given = Server(free_port(), folder / "library")
    log = folder / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", str(given.port), "--library", given.library],
            stdout=output,
            stderr=output,
        )
    try:
        assert _answers(given, process), log.read_text()
        yield given
        process.send_signal(signal.SIGINT)
        assert process.wait(20) in (0, 130)
    finally:
        process.kill()
        process.wait()


def _answers(server: Server, process: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return server.request("GET", "/readyz").status == 200
        except OSError:
            time.sleep(0.1)
    return False


def test_the_page_the_api_and_its_description_are_there(server):
    page = server.request("GET", "/")
    assert (page.status, page.kind) == (200, "text/html")
    assert "Yinju" in page.text
    assert server.request("GET", "/docs").status == 200
    assert json.loads(server.request("GET", "/healthz").text) == {"status": "ok"}


def test_an_answer_comes_as_it_is_written_and_is_the_plain_one(server):
    plain = json.loads(server.request("POST", "/ask", {"question": QUESTION}).text)
    assert lacks(plain, ANSWER) == []
    stream = server.request("POST", "/ask", {"question": QUESTION, "stream": True})
    assert stream.kind == "text/event-stream"
    names, data = zip(*events(stream.text), strict=True)
    assert names == ("passages", *("token" for _ in names[2:]), "answer")
    assert without_passing(data[-1]) == without_passing(plain)


def test_what_another_process_changes_is_seen_at_once(server, run, here):
    file = here / NAME
    file.parent.mkdir()
    file.write_text("关于调休的通知\n\n一、时间\n十月八日全员正常上班。\n", encoding="utf-8")
    before = json.loads(server.request("GET", "/documents").text)["documents"]
    assert run("ingest", here, "--library", server.library).status == 0
    after = json.loads(server.request("GET", "/documents").text)["documents"]
    assert len(after) == len(before) + 1
    text = server.request("GET", f"/documents/{quote(NAME, safe='')}/text")
    assert text.text == file.read_text(encoding="utf-8")
    assert server.request("GET", f"/documents/{quote(NAME)}").status == 200
    found = json.loads(server.request("POST", "/search", {"query": "调休哪天全员正常上班", "k": 1}).text)
    assert found["passages"][0]["document"] == NAME

    assert run("remove", NAME, "--library", server.library).status == 0
    assert server.request("GET", f"/documents/{quote(NAME)}").status == 404
    assert NAME not in server.request("POST", "/search", {"query": "调休哪天全员正常上班"}).text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nope", 404),
        ("GET", "/documents/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "/documents/../../etc/passwd/text", 404),
        ("GET", "/documents/%00/text", 404),
        ("GET", "/documents/%ff%fe", 404),
        ("PUT", "/ask", 405),
        ("POST", "/documents", 405),
        ("DELETE", "/", 404),
        ("POST", "/gradio_api/call/nope", 404),
    ],
)
def test_what_is_not_there_is_a_problem_document(server, method, path, status):
    body = {"fn_index": 0, "data": []} if path.startswith("/gradio_api") else None
    reply = server.request(method, path, body)
    assert (reply.status, reply.kind) == (status, "application/problem+json")
    assert lacks(json.loads(reply.text), PROBLEM) == []


def test_a_second_server_on_the_port_says_that_it_is_taken(server, yinju):
    outcome = yinju("serve", "--port", server.port, "--library", server.library)
    assert_clear(outcome, f"127.0.0.1:{server.port}", "in use")
