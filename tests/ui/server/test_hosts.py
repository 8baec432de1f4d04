"""Only the server's own names are answered to, and only its own pages."""

from typing import Any

import pytest
from fastapi import FastAPI

from rag.errors import SettingsError
from rag.settings import Settings
from tests.doubles import local_client
from ui.server.headers import SecurityHeaders
from ui.server.hosts import HostGate, allowed_hosts

UNREACHED: Any = None


def served(**settings):
    """An app behind the gate that tells whether it was reached."""
    app = FastAPI()
    app.state.reached = 0

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    def reached(path: str) -> str:
        app.state.reached += 1
        return "reached"

    app.add_middleware(HostGate, settings=Settings(**settings))
    app.add_middleware(SecurityHeaders)
    return app


def status(app, method="GET", **headers):
    return local_client(app).request(method, "/ask", headers=headers).status_code


@pytest.mark.parametrize("host", ["localhost", "localhost:7860", "127.0.0.1:7860", "[::1]:7860", "LOCALHOST"])
def test_the_loopback_is_answered_to_by_its_names(host):
    assert status(served(), host=host) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:7860",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example@localhost",
        "localhost/x?",
        "localhost:7860:1",
        "localhost ",
        "localhost.",
        "0.0.0.0",
        "192.168.1.5",
        "",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_name_is_refused_before_anything_is_reached(host, method):
    app = served()
    reply = local_client(app).request(method, "/ask", headers={"host": host}, content=b"x" * 100)
    assert reply.status_code == 403
    assert reply.headers["content-type"] == "application/problem+json"
    assert "YINJU_HOSTS" in reply.json()["detail"]
    assert app.state.reached == 0


def test_the_body_of_a_refused_request_is_not_read():
    read = []

    async def receive():
        read.append("body")
        return {"type": "http.request", "body": b"", "more_body": True}

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "scheme": "http", "path": "/ask", "headers": [(b"host", b"evil.example")]}
    gate = HostGate(app=UNREACHED, settings=Settings())
    with pytest.raises(StopIteration):
        gate(scope, receive, send).send(None)
    assert sent[0]["status"] == 403
    assert read == []


@pytest.mark.parametrize("headers", [[], [(b"host", b"localhost"), (b"host", b"evil.example")]])
def test_a_request_has_one_host(headers):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "scheme": "http", "path": "/", "headers": headers}
    with pytest.raises(StopIteration):
        HostGate(app=UNREACHED, settings=Settings())(scope, UNREACHED, send).send(None)
    assert sent[0]["status"] == 403


def test_the_address_that_is_listened_on_is_answered_to():
    assert status(served(host="192.168.1.5"), host="192.168.1.5:7860") == 200
    assert status(served(host="192.168.1.5"), host="192.168.1.6") == 403
    assert allowed_hosts(Settings(host="fd00::5")) >= {"[fd00::5]", "localhost"}


@pytest.mark.parametrize("host", ["10.1.2.3:7860", "[fd00::7]:7860", "localhost"])
def test_a_server_on_all_addresses_is_reached_by_each_but_not_by_any_name(host):
    assert status(served(host="0.0.0.0"), host=host) == 200
    assert status(served(host="0.0.0.0"), host="evil.example") == 403


def test_the_settings_name_other_hosts():
    app = served(hosts="docs.example, 10.0.0.1")
    assert status(app, host="docs.example:443") == 200
    assert status(app, host="localhost") == 403


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:7860", "http://localhost:7860"),
        ("127.0.0.1:7860", "http://127.0.0.1:7860"),
        ("localhost", "https://localhost"),  # TLS ended before this server
    ],
)
def test_the_servers_own_page_may_ask(host, origin):
    assert status(served(), "POST", host=host, origin=origin) == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "http://localhost.evil.example:7860",
        "http://localhost:3000",
        "http://127.0.0.1:7860",
        "file://",
        "http://localhost:7860.evil.example",
        "http://localhost:99999999",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_from_elsewhere_may_not_ask(origin, method):
    app = served()
    assert status(app, method, host="localhost:7860", origin=origin) == 403
    assert app.state.reached == 0


def test_the_settings_name_other_pages():
    app = served(origins="https://intranet.example, http://localhost:3000")
    assert status(app, "POST", origin="https://intranet.example") == 200
    assert status(app, "POST", origin="https://other.example") == 403


@pytest.mark.parametrize("name", ["hosts", "origins"])
@pytest.mark.parametrize("value", ["http://a/b", "a b", "*", "a:80:90"])
def test_a_setting_that_names_nothing_is_refused(name, value, monkeypatch):
    monkeypatch.setenv(f"YINJU_{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"YINJU_{name.upper()}"):
        Settings.read()


@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_tells_the_browser_to_fetch_nothing_from_elsewhere(host):
    headers = local_client(served()).get("/", headers={"host": host}).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
