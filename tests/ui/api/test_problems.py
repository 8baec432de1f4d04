"""Every bad request is a 4xx problem document that says which field and why."""

import json
from typing import Any

import pytest

from tests.ui.api.shapes import PROBLEM, lacks

FIELDS = {"/ask": "question", "/search": "query"}
LONG = "问" * 100_000
DEEP = 100_000
DIGITS = "1" * 5000


def post(client, path, body, kind="application/json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, content=data, headers={"content-type": kind} if kind is not None else {})


def problem(reply, *statuses):
    """Return the problem document that a reply is."""
    assert reply.status_code in statuses, f"{reply.status_code} {reply.text[:300]}"
    assert reply.headers["content-type"] == "application/problem+json"
    found = reply.json()
    assert lacks(found, PROBLEM) == []
    assert found["status"] == reply.status_code
    assert "\n" not in found["detail"]
    return found


@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(" \n\t　", "empty", id="blank"),
        pytest.param(LONG, "100,000 characters", id="100,000 characters"),
        pytest.param("党建\ud800", "Unicode", id="a lone surrogate"),
    ],
)
def test_a_question_that_cannot_be_asked(client, path, text, why):
    found = problem(post(client, path, {FIELDS[path]: text}), 422)
    assert why.lower() in found["detail"].lower()
    assert found["field"] == FIELDS[path]
    assert FIELDS[path] in found["detail"]


@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize("value", [None, 5, 1.5, True, [], ["x"], {}], ids=repr)
def test_a_question_of_another_type(client, path, value):
    found = problem(post(client, path, {FIELDS[path]: value}), 422)
    assert found["field"] == FIELDS[path]
    assert FIELDS[path] in found["detail"]


WRONG: dict[str, list[Any]] = {
    "top_k": [0, -1, 51, 10**30, 1.5, 8.5, "8", "x", True, False, [], {}],
    "history": [None, {}, "x", 5, ["x"], [[]], [None]],
    "backend": [5, [], {}, True, "nope", "base", "../extractive", "a\0", "\ud800"],
    "documents": ["x", 5, {}, [5], [None], [["x"]]],
    "stream": [None, 5, "x", [], {}],
    "nope": [1, None],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in WRONG.items() for value in values], ids=repr
)
def test_a_field_of_ask_that_cannot_be_used_is_named(client, field, value):
    found = problem(post(client, "/ask", {"question": "党建是什么？", field: value}), 422)
    assert found["field"].split(".")[0] == field
    assert field in found["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("k", 0),
        ("k", 51),
        ("k", 8.5),
        ("k", "8"),
        ("k", True),
        ("k", "x"),
        ("documents", "x"),
        ("documents", [5]),
        ("top_k", 8),
        ("stream", True),
    ],
)
def test_a_field_of_search_that_cannot_be_used_is_named(client, field, value):
    found = problem(post(client, "/search", {"query": "党建", field: value}), 422)
    assert found["field"].split(".")[0] == field
    assert field in found["detail"]


@pytest.mark.parametrize(
    ("turn", "field"),
    [
        ({"role": "system", "content": "x"}, "history.0.role"),
        ({"role": "user"}, "history.0.content"),
        ({"content": "x"}, "history.0.role"),
        ({"role": "user", "content": 5}, "history.0.content"),
        ({"role": "user", "content": "x", "name": "y"}, "history.0.name"),
        pytest.param({"role": "user", "content": "x" * 100_001}, "history.0.content", id="too long"),
        pytest.param({"role": "user", "content": "\ud800"}, "history.0.content", id="a lone surrogate"),
    ],
)
def test_a_turn_that_cannot_be_used_is_named(client, turn, field):
    found = problem(post(client, "/ask", {"question": "那它呢？", "history": [turn]}), 422)
    assert found["field"] == field
    assert field in found["detail"]


def test_a_conversation_without_end_is_refused(client):
    turns = [{"role": "user", "content": "x"}] * 201
    assert problem(post(client, "/ask", {"question": "？", "history": turns}), 422)["field"] == "history"


@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize(
    "name", ["nope.txt", "", "a\0", "../../etc/passwd", "x" * 100_000], ids=lambda name: name[:20]
)
def test_a_document_that_is_not_there(client, path, name):
    names = ["000_ae8ef375415d7b84.txt", name]
    found = problem(post(client, path, {FIELDS[path]: "党建", "documents": names}), 404)
    assert "no document named" in found["detail"]


@pytest.mark.parametrize("path", FIELDS)
def test_a_document_name_with_a_lone_surrogate(client, path):
    problem(post(client, path, {FIELDS[path]: "党建", "documents": ["\ud800"]}), 404, 422)


def test_a_document_that_is_not_there_is_the_fault_of_a_field(client):
    found = problem(post(client, "/ask", {"question": "党建", "documents": ["nope.txt"]}), 404, 422)
    assert found["field"].split(".")[0] == "documents"


@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"question":',
        b"null",
        b"[]",
        b'"x"',
        b"5",
        b"\xff\xfe",
        b"\0",
        pytest.param(b"[" * DEEP, id="100,000 brackets"),
        pytest.param(b"[" * DEEP + b"]" * DEEP, id="100,000 lists"),
        pytest.param(b'{"question":' * DEEP + b"1" + b"}" * DEEP, id="100,000 objects"),
        pytest.param(b"x" * 1_000_000, id="a million bytes of no JSON"),
    ],
)
def test_a_body_that_is_no_object(client, path, body):
    problem(post(client, path, body), 400, 422)


@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize(
    "value",
    ["NaN", "Infinity", "-Infinity", "1e999", DIGITS, f"-{DIGITS}", f"0.{DIGITS}", "[" * DEEP + "]" * DEEP],
    ids=lambda value: value[:12],
)
@pytest.mark.parametrize(
    "field", ["question", "query", "top_k", "k", "history", "backend", "documents", "stream", "x"]
)
def test_numbers_and_nesting_that_json_does_not_promise(client, path, field, value):
    body = f'{{"{FIELDS[path]}": "党建是什么？", "{field}": {value}}}'.encode()
    problem(post(client, path, body), 400, 422)


@pytest.mark.parametrize("body", [b"{", b'{"question": "x",}', b'{"question": "x"} y'])
def test_a_body_that_is_no_json_is_said_to_be_none(client, body):
    found = problem(post(client, "/ask", body), 400, 422)
    assert "JSON" in found["detail"]
    assert not found.get("field", "").isdecimal()


@pytest.mark.parametrize("path", FIELDS)
@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/xml",
        "",
        "x",
        None,
    ],
)
def test_a_body_of_another_type(client, path, kind):
    problem(post(client, path, {FIELDS[path]: "党建是什么？"}, kind), 400, 415, 422)


def test_a_body_of_another_type_is_told_which_one_is_expected(client):
    found = problem(post(client, "/ask", {"question": "党建是什么？"}, "text/plain"), 400, 415, 422)
    assert "content-type" in found["detail"].lower() or "application/json" in found["detail"]


@pytest.mark.parametrize("path", [*FIELDS, "/documents", "/healthz", "/readyz"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "NOPE"])
def test_a_method_that_a_path_does_not_have(client, path, method):
    if method == ("POST" if path in FIELDS else "GET"):
        return
    reply = client.request(method, path)
    problem(reply, 405)
    assert reply.headers["allow"]


@pytest.mark.parametrize(
    "path", ["/nope", "/ask/nope", "/search/x", "/document", "/v1/models", "/%00", "/%ff", "/.env"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_path_that_is_not_there(client, path, method):
    problem(client.request(method, path), 404)


def test_what_is_wrong_is_said_before_a_stream_begins(client):
    problem(post(client, "/ask", {"question": "", "stream": True}), 422)
    problem(post(client, "/ask", {"question": "党建", "backend": "nope", "stream": True}), 422)
    problem(post(client, "/ask", {"question": "党建", "documents": ["nope"], "stream": True}), 404)
