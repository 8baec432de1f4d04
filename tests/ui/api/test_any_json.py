"""Whatever JSON is sent, the answer is an answer or a problem document, never a 5xx."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.doubles import TEXTS, local_client
from tests.libraries import made_library
from tests.ui.api.rows import rows_digest
from tests.ui.api.shapes import ANSWER, PASSAGES, PROBLEM, lacks
from tests.ui.api.sse import events
from ui.api import create_app

ANY_TEXT = st.text(st.characters(), max_size=40)  # lone surrogates and controls too
NUMBERS = st.integers() | st.floats() | st.integers(0, 60)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
ASKED = st.sampled_from(["果园是什么？", "渡口每天开行多少班？", "Who is the author?", "那它呢？"]) | ANY_TEXT
TURN = st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": ASKED}) | JSON
NAMES = st.sampled_from(["ferry.txt", "nope.txt"]) | ANY_TEXT
FIELDS = {
    "history": st.lists(TURN, max_size=3) | JSON,
    "top_k": st.integers(-1, 52) | JSON,
    "k": st.integers(-1, 52) | JSON,
    "backend": st.sampled_from(["extractive", "echo", None]) | JSON,
    "documents": st.lists(NAMES, max_size=3) | JSON,
    "stream": st.booleans() | JSON,
}
BODIES = {
    path: st.fixed_dictionaries({field: ASKED | JSON}, optional={name: FIELDS[name] for name in names}) | JSON
    for path, field, names in (
        ("/ask", "question", ["history", "top_k", "backend", "documents", "stream"]),
        ("/search", "query", ["k", "documents"]),
    )
}


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Iterator[TestClient]:
    """A client of the API over a small library, as hundreds of questions are asked."""
    with made_library(tmp_path_factory.mktemp("asked"), TEXTS, embedder="hashing") as pipeline:
        before = rows_digest(pipeline.library.folder)
        yield local_client(create_app(pipeline))
        assert rows_digest(pipeline.library.folder) == before


@pytest.mark.parametrize("path", BODIES)
@settings(max_examples=200)
@given(data=st.data())
def test_any_json_is_answered_or_refused(client, path, data):
    body = data.draw(BODIES[path])
    reply = client.post(path, content=json.dumps(body), headers={"content-type": "application/json"})
    if reply.status_code != 200:
        assert 400 <= reply.status_code < 500, reply.text
        assert reply.headers["content-type"] == "application/problem+json"
        assert lacks(reply.json(), PROBLEM) == []
    elif path == "/search":
        assert lacks(reply.json(), PASSAGES) == []
    elif reply.headers["content-type"].startswith("text/event-stream"):
        name, answer = events(reply.text)[-1]
        assert name == "answer"
        assert lacks(answer, ANSWER) == []
    else:
        assert lacks(reply.json(), ANSWER) == []


@pytest.mark.parametrize("path", BODIES)
@settings(max_examples=100)
@given(body=st.binary(max_size=60))
def test_any_bytes_are_refused(client, path, body):
    reply = client.post(path, content=body, headers={"content-type": "application/json"})
    assert 400 <= reply.status_code < 500
    assert lacks(reply.json(), PROBLEM) == []
