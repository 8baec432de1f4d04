"""A notice at every door."""

import json

import pytest

from tests.command_line import Outcome, run_here
from tests.doubles import local_client
from tests.local_server import free_port
from tests.rag.answer.llm.conftest import KEY, QUESTION
from tests.rag.answer.llm.test_asking import broken, half_then_broken
from tests.ui.api.shapes import ANSWER, lacks
from tests.ui.api.sse import events
from ui.api import create_app

NOTICE = "语言模型没有完成回答（模型服务器拒绝了请求，500），以下回答直接摘自文档。"


@pytest.fixture
def yinju(library, server, monkeypatch, capfd):
    """Run `yinju` over the library, with the server set in the environment."""
    given = {"BACKEND": "openai", "LLM_URL": server.url, "LLM_MODEL": "tiny", "LLM_KEY": KEY}
    for name, value in given.items():
        monkeypatch.setenv(f"YINJU_{name}", value)

    def run(*arguments: str) -> Outcome:
        outcome = run_here(monkeypatch, capfd, *arguments, "--library", library)
        assert outcome.status in (0, 1)
        return outcome

    return run


def test_the_api_gives_the_notice(pipeline, server):
    server.behave = broken
    answer = local_client(create_app(pipeline)).post("/ask", json={"question": QUESTION}).json()

    assert lacks(answer, ANSWER) == []
    assert (answer["notice"], answer["backend"]) == (NOTICE, "extractive")


def test_a_stream_ends_with_the_answer_that_replaces_its_tokens(pipeline, server):
    server.behave = half_then_broken
    reply = local_client(create_app(pipeline)).post("/ask", json={"question": QUESTION, "stream": True})
    _, *tokens, (last, answer) = events(reply.text)

    assert [data for name, data in tokens if name == "token"] == ["末班是早上"]
    assert last == "answer"
    assert "中途断开" in answer["notice"]
    assert "早上七点" in answer["answer"]


def test_the_command_line_gives_the_notice_on_its_other_output(yinju, server):
    server.behave = broken
    said = yinju("ask", QUESTION)

    assert NOTICE in said.err.splitlines()
    assert NOTICE not in said.out
    assert "末班晚上八点" in said.out
    assert "Traceback" not in said.err
    assert json.loads(yinju("ask", QUESTION, "--json").out)["notice"] == NOTICE


def test_a_good_answer_has_no_notice(yinju, server):
    said = yinju("ask", QUESTION)

    assert said.out.startswith("末班是晚上八点。[1]\n")
    assert said.err == ""


def test_the_doctor_tells_of_the_server(yinju, server):
    assert "ok   model server: tiny answers" in yinju("doctor").out
    server.behave = broken
    said = yinju("doctor")
    assert "BAD  model server: tiny: the model server said 500" in said.out
    assert KEY not in said.out + said.err


def test_the_page_is_not_served_with_a_model_that_is_not_set_up(yinju, monkeypatch):
    monkeypatch.setenv("YINJU_LLM_MODEL", "")
    said = yinju("serve", "--port", free_port())

    assert said.err == "yinju: the backend openai needs the setting llm_model (YINJU_LLM_MODEL)\n"
    assert said.out == ""
