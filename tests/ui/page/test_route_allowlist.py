"""No file and no address is reached through the page's routes: every route of Gradio's is tried."""

import itertools
import re
import socket

import pytest
from fastapi import FastAPI
from starlette.routing import Mount, Route

from tests.doubles import local_client
from ui.api import create_app
from ui.page import mount_page
from ui.page.route_allowlist import is_open

WORDS = "words of a file that is nobody's business"
ELSEWHERE = "http://elsewhere.invalid/secret"
STREAMS = re.compile("/heartbeat/|/queue/data")  # the page's own: they go on, and take a session only
SESSION = "abc123"
EVENT = {"event_data": None, "trigger_id": None, "session_hash": SESSION}


@pytest.fixture(scope="module")
def app(pipeline) -> FastAPI:
    return mount_page(create_app(pipeline), pipeline)


@pytest.fixture(scope="module")
def client(app):
    with local_client(app) as client:
        yield client


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "secret.txt"
    file.write_text(WORDS, encoding="utf-8")
    return file


@pytest.fixture
def looked_up(monkeypatch):
    """The names of other machines that are looked up."""
    names = []
    own = socket.getaddrinfo

    def getaddrinfo(host, *rest, **more):
        if host not in ("localhost", "127.0.0.1", None):
            names.append(host)
            raise OSError("not from here")
        return own(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return names


def gradio_of(app):
    """Gradio's own application, behind the gate."""
    mount = app.router.routes[-1]
    assert isinstance(mount, Mount)
    return vars(mount.app)["_app"]


def routes_of(router, prefix=""):
    """Yield every method and path below Gradio's application, its included routers walked as well."""
    for route in router.routes:
        if isinstance(route, Route):
            yield from ((method, prefix + route.path) for method in sorted(route.methods or ()))
        elif included := getattr(route, "original_router", None):  # FastAPI's own, prefix and all
            yield from routes_of(included, route.include_context.prefix)
        else:
            yield from itertools.product(("GET", "POST"), (prefix + route.path,))


def payloads(file):
    """What makes Gradio take a file or an address for one that was given to it."""
    for path in (str(file), f"file://{file}", "/proc/self/environ", ELSEWHERE):
        for kind in ("path", "url"):
            yield {kind: path, "meta": {"_type": "gradio.FileData"}}
        yield {"path": path, "url": path, "orig_name": "x.svg", "meta": {"_type": "gradio.FileData"}}


def filled(path, file):
    """Fill the parameters of a route with what leads out."""
    for value in (str(file), f"..{file}", "../" * 12 + str(file).lstrip("/"), f"%2e%2e{file}", ELSEWHERE):
        for way in (value.lstrip("/"), value):
            yield way.join(re.split(r"\{[^}]*\}", path))


def test_every_route_that_the_page_does_not_need_is_closed(app, client, secret, looked_up):
    routes = list(routes_of(gradio_of(app)))
    assert len(routes) > 60  # it looks where Gradio's routes are
    reached = []
    for method, path in routes:
        for place in dict.fromkeys(filled(path, secret)):
            if is_open(method, place) and STREAMS.search(place):
                continue
            reply = client.request(method, place, params={"session_hash": "x", "path": str(secret)})
            assert WORDS not in reply.text
            if reply.status_code not in (404, 405, 422):
                reached.append((method, path))
    others = [(method, path) for method, path in reached if not is_open(method, path)]
    assert {path for _, path in others} <= {"/docs", "/redoc", "/openapi.json"}  # the API's own pages
    assert looked_up == []


@pytest.mark.parametrize(
    "door", ["run/predict", "api/predict", "call/predict", "call/v2/predict", "queue/join"]
)
def test_no_argument_of_any_event_names_a_file_or_an_address(app, client, secret, looked_up, door):
    events = gradio_of(app).get_blocks().fns
    for number, payload in itertools.product(events, payloads(secret)):
        data = [payload] * max(1, len(events[number].inputs))
        reply = client.post(f"/gradio_api/{door}", json={**EVENT, "fn_index": number, "data": data})
        assert reply.status_code == (422 if door == "queue/join" else 404)
        assert WORDS not in reply.text
    assert looked_up == []


@pytest.mark.parametrize(
    "more",
    [
        {"event_data": {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}},
        {"event_data": {"index": 0, "value": {"text": "x", "files": ["/etc/hostname"]}}},
        {"data": [{"path": "/etc/hostname"}]},
        {"data": [["x"]]},
        {"data": "x"},
        {"fn_index": "0"},
        {"session_hash": "../x"},
        {"session_hash": None},
        {"batched": True},
        {"simple_format": True},
        {"request": {}},
    ],
    ids=str,
)
def test_an_event_that_the_page_does_not_send_is_refused(client, more):
    body = {**EVENT, "fn_index": 2, "data": ["问题", None], **more}
    reply = client.post("/gradio_api/queue/join", json=body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 100_000, b'{"data": NaN}', b"\xff"])
def test_what_is_no_event_at_all_is_refused(client, body):
    for path in ("queue/join", "cancel", "reset"):
        assert client.post(f"/gradio_api/{path}", content=body).status_code == 422


def test_gradio_itself_would_refuse_a_file_that_nobody_gave_it(app, client, secret, looked_up):
    """What launching sets is set, should a route ever be left open."""
    gradio = gradio_of(app)
    blocks = gradio.get_blocks()
    asking = next(number for number, fn in blocks.fns.items() if len(fn.inputs) == 2)
    payload = {"path": str(secret), "meta": {"_type": "gradio.FileData"}}
    inner = local_client(gradio)
    reply = inner.post("/gradio_api/run/predict", json={**EVENT, "fn_index": asking, "data": [payload, None]})
    assert reply.status_code != 200
    assert WORDS not in reply.text
    assert blocks.has_launched and blocks.is_running


def test_the_page_and_what_it_is_made_of_are_there(client):
    page = client.get("/", params={"deep_link": "x", "view": "api"})
    assert page.status_code == 200
    assets = set(re.findall(r"\./(assets/[\w.-]+)", page.text))
    assert assets
    assert {client.get(f"/{asset}").status_code for asset in assets} == {200}
    assert client.get("/theme.css").status_code == 200
