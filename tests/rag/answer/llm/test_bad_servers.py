"""Every way in which a model server can misbehave ends in time, in an answer and a plain notice."""

import gzip
import json
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from rag.answer.messages import fallen_back
from rag.errors import BackendError
from tests.llm_server import delta, dribble, head_then_silence, scripted_server, silent, text_then_silence
from tests.rag.answer.llm.conftest import HASTY, KEY, QUESTION, asking

GENEROUS = 60  # seconds, for a machine that has other things to do
GOOD = "末班是晚上八点。[1]"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
EVENT = f"data: {json.dumps(delta('末班是晚上八点。'), ensure_ascii=False)}\n\n".encode()


def half_a_head(peer):
    peer.raw(OK[:30])
    peer.hold()


def a_byte_a_time(peer):
    dribble(peer, OK + EVENT * 50, 0.05)


def a_byte_a_time_of_the_head(peer):
    dribble(peer, OK[:-4] + b"\r\nX-Long: " + b"x" * 10_000, 0.05)


def text_without_end(peer):
    peer.start()
    with suppress(OSError):
        for number in range(100_000):
            peer.event(delta(f"第{number}班。"))
            time.sleep(0.02)


def endless_comments(peer):
    peer.start()
    with suppress(OSError):
        while True:
            peer.raw(b": keep-alive\n\n")
            time.sleep(0.02)


def endless_blank_lines(peer):
    peer.start()
    with suppress(OSError):
        while True:
            peer.raw(b"\n" * 4096)


def cut_in_an_event(peer):
    peer.start()
    peer.raw(EVENT + EVENT[:40])


def cut_in_a_character(peer):
    peer.start()
    peer.raw(EVENT[: EVENT.index("末".encode()) + 2])


def cut_between_events(peer):
    peer.say("末班是晚上", finish=None, done=False)


def reset(peer):
    peer.start()
    peer.event(delta("末班"))
    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def closed_at_once(peer):
    pass


def shorter_than_it_says(peer):
    peer.start("200 OK", "text/event-stream", "Content-Length: 9999")
    peer.raw(EVENT)


def status(line, *headers, body=b"", content_type="application/json"):
    def answer(peer):
        peer.start(line, content_type, *headers)
        peer.raw(body)

    return answer


def events(*data, finish="stop"):
    def answer(peer):
        peer.start()
        for one in data:
            peer.event(one)
        if finish:
            peer.event(delta(finish=finish))
            peer.event("[DONE]")

    return answer


def raw(data):
    return lambda peer: peer.raw(data)


def gigabyte(peer):
    peer.start()
    block = EVENT * 1000
    with suppress(OSError):
        for _ in range((1 << 30) // len(block)):
            peer.raw(block)


def gigabyte_of_thoughts(peer):
    peer.start()
    block = f"data: {json.dumps(delta(reasoning_content='嗯' * 500))}\n\n".encode() * 50
    with suppress(OSError):
        for _ in range((1 << 30) // len(block)):
            peer.raw(block)


def one_long_line(peer):
    peer.start()
    peer.raw(b"data: ")
    with suppress(OSError):
        for _ in range(100):
            peer.raw(b"x" * (1 << 20))


def endless_head(peer):
    peer.raw(b"HTTP/1.1 200 OK\r\n")
    with suppress(OSError):
        while True:
            peer.raw(b"X-More: " + b"x" * 1000 + b"\r\n")


def flood_of_informations(peer):
    with suppress(OSError):
        while True:
            peer.raw(b"HTTP/1.1 102 Processing\r\n\r\n" * 1000)


def flood_of_framing(peer):
    peer.start("200 OK", "text/event-stream", "Transfer-Encoding: chunked")
    with suppress(OSError):
        while True:
            peer.raw(b"1;" + b"x" * 50_000 + b"\r\n:\r\n")


def endless_line_of_framing(peer):
    peer.start("200 OK", "text/event-stream", "Transfer-Encoding: chunked")
    peer.raw(b"1;")
    with suppress(OSError):
        while True:
            peer.raw(b"x" * (1 << 16))


def endless_trailer(peer):
    peer.start("200 OK", "text/event-stream", "Transfer-Encoding: chunked")
    peer.raw(b"0\r\n")
    with suppress(OSError):
        while True:
            peer.raw(b"X-More: " + b"x" * 1000 + b"\r\n")


def bomb(peer):
    peer.start("200 OK", "text/event-stream", "Content-Encoding: gzip")
    peer.raw(gzip.compress(EVENT * 100_000))


def many_informations(peer):
    with suppress(OSError):
        while True:
            peer.raw(b"HTTP/1.1 102 Processing\r\n\r\n")
            time.sleep(0.01)


FAILING = [
    (silent, "slow"),
    (head_then_silence, "slow"),
    (half_a_head, "slow"),
    (a_byte_a_time, "slow"),
    (a_byte_a_time_of_the_head, "slow"),
    (text_then_silence, "slow"),
    (text_without_end, "slow"),
    (endless_comments, "slow"),
    (many_informations, "slow"),
    (flood_of_informations, "slow"),
    (flood_of_framing, "slow"),
    (endless_blank_lines, "endless"),
    (cut_in_an_event, "cut"),
    (cut_in_a_character, "cut"),
    (cut_between_events, "cut"),
    (reset, "unreachable"),
    (closed_at_once, "cut"),
    (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "cut"),
    (shorter_than_it_says, "cut"),
    (status("400 Bad Request", body=b'{"error": {"message": "prompt too long"}}'), 400),
    (status("401 Unauthorized", body=f'{{"error": "wrong key {KEY}"}}'.encode()), 401),
    (status("403 Forbidden"), 403),
    (status("404 Not Found", body=b"<h1>nginx</h1>", content_type="text/html"), 404),
    (status("429 Too Many Requests", "Retry-After: 86400"), 429),
    (status("500 Internal Server Error", body=b"<html>" + b"x" * 9999, content_type="text/html"), 500),
    (status("503 Service Unavailable", "Retry-After: Wed, 21 Oct 2099 07:28:00 GMT"), 503),
    (status("204 No Content"), 204),
    (status("302 Found", "Location: http://[nowhere:x"), 302),
    (status("200 OK", body=b"<html>welcome</html>", content_type="text/html"), "garbled"),
    (status("200 OK", body=json.dumps({"choices": [{"message": {"content": GOOD}}]}).encode()), "garbled"),
    (raw(b"\x00\x01\x02 no HTTP at all\r\n\r\n"), "garbled"),
    (raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "garbled"),
    (raw(OK[:-2] + b"Content-Length: -5\r\n\r\n" + EVENT), "garbled"),
    (raw(OK[:-2] + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + EVENT), "garbled"),
    (raw(OK[:-2] + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n" + EVENT), "garbled"),
    (raw(OK + b"data: \xff\xfe\xfd\n\n"), "garbled"),
    (events("{not json"), "garbled"),
    (events("[" * 100_000), "garbled"),
    (events('{"choices": ' + "1" * 5000 + "}"), "garbled"),
    (events([1, 2]), "garbled"),
    (events({"choices": "abc"}), "garbled"),
    (events({"choices": [7]}), "garbled"),
    (events(delta(42)), "garbled"),
    (events(delta(["末班"])), "garbled"),
    (events({"error": {"message": f"no such key {KEY}", "code": 401}}), "refused"),
    (events(delta("末班"), finish="content_filter"), "refused"),
    (events("[DONE]"), "empty"),
    (events({"id": "no choices"}), "empty"),
    (events({"choices": []}), "empty"),
    (events({"choices": None}), "empty"),
    (events({"choices": [{"delta": None}]}), "empty"),
    (
        events(delta(tool_calls=[{"function": {"name": "run", "arguments": "{}"}}]), finish="tool_calls"),
        "empty",
    ),
    (events(delta("\x00\x07\x1b[31m\u202e\u200b")), "empty"),
    (events(delta(" \n\t")), "empty"),
    (events(delta("[1][2]。")), "empty"),
    (events(delta("<think>只是想想")), "empty"),
    (events(delta(reasoning_content="只是想想")), "empty"),
    (events(delta("被截断之前没有一个完整的句子"), finish="length"), "cut"),
    (events(*[delta("好的，")] * 1000), "endless"),
    (events(*[delta(" ")] * 1000), "endless"),
    (events(*[delta(f"{number}，") for number in range(5000)]), "endless"),
    (gigabyte, "endless"),
    (gigabyte_of_thoughts, "endless"),
    (one_long_line, "endless"),
    (endless_head, "garbled"),
    (endless_line_of_framing, "garbled"),
    (endless_trailer, "garbled"),
    (bomb, "garbled"),
]


def named(value):
    return getattr(value, "__name__", None)


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize(("behave", "failure"), FAILING, ids=lambda value: named(value) or str(value))
def test_a_bad_server_leaves_the_extractive_answer_and_a_notice(
    pipeline, hasty, server, caplog, behave, failure
):
    asked = hasty if failure == "slow" else pipeline
    expected = asked.ask(QUESTION, backend="extractive")
    asked.ask(QUESTION)  # the event loop runs from the first question on
    server.settle()
    files, threads = open_files(), threading.active_count()
    server.behave = behave

    started = time.monotonic()
    answer = asked.ask(QUESTION)
    assert time.monotonic() - started < GENEROUS

    error = BackendError("", "refused", failure) if isinstance(failure, int) else BackendError("", failure)
    assert answer.notice == fallen_back(error, "zh-Hans"), caplog.text
    assert (answer.backend, answer.model) == ("extractive", None)
    assert (answer.answer, answer.citations) == (expected.answer, expected.citations)
    assert KEY not in f"{answer}{caplog.text}"
    assert "Traceback" not in caplog.text
    server.settle()
    assert (open_files(), threading.active_count()) == (files, threads)


WELL = [
    (events(delta(GOOD)), GOOD),
    (events(delta("末班是晚上八点。"), delta("["), delta("1"), delta("]")), GOOD),
    (events(delta("末班是晚上八点。[99][0][-1][1][" + "9" * 5000 + "]")), GOOD),
    (events(delta("末班是晚上八点。[0]"), delta("[１]")), "末班是晚上八点。[1]"),
    (events(delta("末班是晚上八点。【1†来源】")), GOOD),
    (events(delta("<think>该说", role="assistant"), delta("八点</think>\n\n"), delta(GOOD)), GOOD),
    (events(delta("没有开头的想法</thi"), delta("nk>" + GOOD)), GOOD),
    (events(delta(reasoning_content="想想"), delta(GOOD), {"usage": {}, "choices": []}), GOOD),
    (events(delta("\ufeff末班\x00是\u202e晚上\x1b[31m八点。\ud83d[1]")), GOOD),
    (events({"object": "other", "x": float("nan")}, delta(GOOD)), GOOD),
    (events(delta(GOOD), finish="stop"), GOOD),
    (lambda peer: peer.say(GOOD, done=False), GOOD),
    (lambda peer: peer.say(GOOD, finish=None), GOOD),
    (
        raw(OK.replace(b"\r\n\r\n", b"\r\nX-A: 1\r\nX-A: 2\r\n\r\n") + EVENT + b"data: [DONE]\r\r"),
        GOOD,
    ),
    (
        raw(OK + b"event: odd\r\nid: 7\r\nretry: 1\r\n" + EVENT.replace(b"\n", b"\r\n") + b"data:[DONE]\n\n"),
        GOOD,
    ),
    (lambda peer: dribble(peer, OK + EVENT + b"data: [DONE]\n\n", 0.001), GOOD),
    (
        events(delta("首班七点。[1]\n末班是晚上八点。[1]然后就"), finish="length"),
        "首班七点。[1]\n末班是晚上八点。[1]",
    ),
]


@pytest.mark.parametrize(("behave", "expected"), WELL)
def test_what_can_be_understood_is_an_answer(pipeline, server, behave, expected):
    server.behave = behave

    *pieces, answer = list(pipeline.stream(QUESTION))[1:]

    assert answer.backend == "openai"
    assert answer.model == "tiny"
    assert not answer.abstained
    assert answer.answer == expected
    assert answer.notice is None or "长度上限" in answer.notice
    for citation in answer.citations:
        assert pipeline.document(citation.document).text[citation.start : citation.end] == citation.quote
    assert "NOT" not in "".join(pieces)
    assert all(piece.replace("\n", "").isprintable() for piece in pieces)


def test_a_model_that_finds_nothing_is_believed_where_the_documents_do_not_tell_for_sure(pipeline, server):
    server.behave = events(delta("NOT_"), delta("FOUND"), delta("。"))

    *pieces, answer = list(pipeline.stream("轮船的票价是多少元？"))[1:]

    assert answer.abstained
    assert answer.answer == pipeline.ask("？", documents=[], backend="extractive").answer
    assert "NOT" not in "".join(pieces)


@pytest.mark.parametrize(
    ("behave", "deadline"),
    [
        (silent, "first"),
        (head_then_silence, "first"),
        (endless_comments, "first"),
        (text_then_silence, "idle"),
        (text_without_end, "total"),
        (a_byte_a_time, "total"),
    ],
)
def test_each_deadline_counts_alone(library, server, behave, deadline):
    server.behave = behave
    started = time.monotonic()
    answer = ask_at(library, server.url, **{f"llm_{deadline}_seconds": 0.5})

    assert answer.notice == fallen_back(BackendError("", "slow"), "zh-Hans")
    assert time.monotonic() - started < GENEROUS  # the others are twice as long


def test_a_server_that_refuses_connections(library, server, caplog):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    answer = ask_at(library, f"http://127.0.0.1:{port}/v1")

    assert answer.backend == "extractive"
    assert answer.notice == fallen_back(BackendError("", "unreachable"), "zh-Hans")


def test_a_server_that_accepts_nothing(library):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(deaf.getsockname())
        answer = ask_at(library, f"http://127.0.0.1:{deaf.getsockname()[1]}", **HASTY)
        for one in waiting:
            one.close()

    assert answer.notice == fallen_back(BackendError("", "slow"), "zh-Hans")


@pytest.mark.parametrize("host", ["nobody.invalid", "a..b", "999.1.1.1", "[1:2]", "xn--a"])
def test_a_host_that_nobody_knows(library, host):
    answer = ask_at(library, f"http://{host}/v1")

    assert answer.notice == fallen_back(BackendError("", "unreachable"), "zh-Hans")


def test_a_look_up_that_hangs_ends_in_time(library, monkeypatch):
    over = threading.Event()

    def hang(*_, **__):
        over.wait(GENEROUS)
        raise OSError("over")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    answer = ask_at(library, "http://slow.example/v1", **HASTY)
    over.set()

    assert answer.notice == fallen_back(BackendError("", "slow"), "zh-Hans")


def test_tls_that_never_comes_about(library, server):
    server.reads = False
    server.behave = silent
    slow = ask_at(library, server.url.replace("http:", "https:"), **HASTY)
    server.behave = raw(b"HTTP/1.1 400 plain text here\r\n\r\n")
    plain = ask_at(library, server.url.replace("http:", "https:"))

    assert slow.notice == fallen_back(BackendError("", "slow"), "zh-Hans")
    assert plain.notice == fallen_back(BackendError("", "unreachable"), "zh-Hans")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl")
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=here -keyout key.pem -out cert.pem"
    subject = ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command.split(), *subject], cwd=folder, check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_secure_server_is_asked_only_if_its_certificate_is_trusted(
    library, server, monkeypatch, certificate, is_trusted
):
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(*certificate)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    try:
        answer = ask_at(library, server.url.replace("http:", "https:"))
    finally:
        server.tls = None

    assert answer.backend == ("openai" if is_trusted else "extractive")
    assert answer.notice == (None if is_trusted else fallen_back(BackendError("", "unreachable"), "zh-Hans"))


def cut_without_a_goodbye(peer):
    cut_between_events(peer)
    peer.socket.close()


def test_an_answer_whose_secure_connection_breaks_off_is_none(library, server, monkeypatch, certificate):
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(*certificate)
    server.behave = cut_without_a_goodbye
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    try:
        answer = ask_at(library, server.url.replace("http:", "https:"))
    finally:
        server.tls = None

    assert answer.notice == fallen_back(BackendError("", "cut"), "zh-Hans")


def ask_at(library, url, **more):
    with asking(library, url, **more) as pipeline:
        return pipeline.ask(QUESTION)


@pytest.mark.parametrize(
    "code", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"]
)
def test_a_redirect_is_not_followed(pipeline, server, code):
    with scripted_server() as canary:
        server.behave = status(code, f"Location: {canary.url}/chat/completions")
        answer = pipeline.ask(QUESTION)

        assert answer.backend == "extractive"
        assert canary.hits == 0


def test_nothing_of_the_environment_leads_elsewhere(pipeline, server, monkeypatch, tmp_path):
    with scripted_server() as canary:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_BASE_URL"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n", encoding="utf-8")
        answer = pipeline.ask(QUESTION)

        assert answer.backend == "openai"
        assert canary.hits == 0
    assert f"Authorization: Bearer {KEY}" in server.peers[-1].head
    assert server.peers[-1].head.startswith("POST /v1/chat/completions HTTP/1.1\r\n")


def test_no_cookie_is_kept(pipeline, server):
    server.behave = status("200 OK", "Set-Cookie: id=7; Path=/", body=EVENT, content_type="text/event-stream")
    pipeline.ask(QUESTION)
    pipeline.ask(QUESTION)

    assert "cookie" not in server.peers[-1].head.lower()


def test_a_flood_keeps_no_other_question_waiting(library, pipeline, server):
    with scripted_server(flood_of_informations) as bad, asking(library, bad.url) as flooded:
        events = flooded.stream(QUESTION)
        next(events)
        assert next(events) == ""  # its request is under way
        answer = pipeline.ask(QUESTION)
        assert not bad.left.is_set()
        events.close()

    assert answer.answer == GOOD


def test_after_five_bad_answers_a_good_one_counts(pipeline, server):
    server.behave = status("500 Internal Server Error")
    assert {pipeline.ask(QUESTION).backend for _ in range(5)} == {"extractive"}
    server.behave = events(delta(GOOD))
    assert pipeline.ask(QUESTION).answer == GOOD
