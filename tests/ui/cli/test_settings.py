"""Settings and addresses that cannot be used: one line that names them, exit status 1."""

import socket

import pytest

from tests.command_line import assert_clear


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("YINJU_PORT", "abc"),
        ("YINJU_PORT", "0"),
        ("YINJU_PORT", "65536"),
        ("YINJU_TOP_K", "0"),
        ("YINJU_TOP_K", "51"),
        ("YINJU_TOP_K", "NaN"),
        ("YINJU_CHUNK_TOKENS", "63"),
        ("YINJU_MAX_QUESTION", "0"),
        ("YINJU_MAX_FILE_MB", "-1"),
        ("YINJU_BACKEND", "nope"),
        ("YINJU_EMBEDDER", "nope"),
        ("YINJU_VECTOR_STORE", "nope"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(yinju, stored, monkeypatch, variable, value):
    with monkeypatch.context() as patch:
        patch.setenv(variable, value)
        outcome = yinju("ask", "党建是什么？", "--library", stored)
    assert_clear(outcome, value)
    name = variable.removeprefix("YINJU_").lower()
    assert variable in outcome.err or name.replace("_", " ") in outcome.err


def test_a_library_of_another_embedder_is_refused_by_a_question(yinju, copied, monkeypatch):
    monkeypatch.setenv("YINJU_EMBEDDER", "static")
    assert_clear(yinju("ask", "党建是什么？", "--library", copied), "YINJU_EMBEDDER")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--port", 0), "YINJU_PORT", id="port 0"),
        pytest.param(("--port", 65536), "YINJU_PORT", id="port 65536"),
        pytest.param(("--host", "no-such-host.invalid"), "no-such-host.invalid", id="unknown host"),
    ],
)
def test_an_address_that_cannot_be_listened_on(yinju, stored, arguments, said):
    assert_clear(yinju("serve", "--library", stored, *arguments), said)


def test_a_port_in_use_is_said_before_anything_is_started(yinju, here):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        outcome = yinju("serve", "--port", port)
    assert_clear(outcome, f"127.0.0.1:{port}", "in use", "--port")
    assert not (here / "library").exists()
