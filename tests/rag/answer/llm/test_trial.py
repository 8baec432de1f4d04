"""What `yinju doctor` says of a model server."""

import pytest

from rag.answer.llm.healthcheck import try_server
from rag.doctor import examine
from rag.settings import Settings
from tests.llm_server import saying, silent
from tests.rag.answer.llm.conftest import HASTY, KEY
from tests.rag.answer.llm.test_bad_servers import status


def settings_for(server, **more):
    return Settings.read(llm_url=server.url, llm_key=KEY, **{"llm_model": "tiny", **more})


def test_a_server_that_answers_is_sound(server):
    server.behave = saying("你好！")

    assert try_server(settings_for(server)) == (True, "tiny answers")
    assert server.peers[-1].asked["max_tokens"] == 16


@pytest.mark.parametrize(
    ("behave", "said"),
    [
        (status("401 Unauthorized", body=KEY.encode()), "the model server said 401; look at YINJU_LLM_KEY"),
        (status("404 Not Found"), "the model server said 404; look at YINJU_LLM_MODEL"),
        (
            status("200 OK", content_type="text/html"),
            "is there a server at YINJU_LLM_URL that speaks OpenAI's",
        ),
        (silent, "did not answer in time; it may still be loading its model"),
    ],
)
def test_one_that_does_not_is_told_with_what_to_look_at(server, behave, said):
    server.behave = behave
    is_sound, detail = try_server(settings_for(server, **(HASTY if behave is silent else {})))

    assert not is_sound
    assert said in detail
    assert KEY not in detail


def test_a_server_without_a_model_is_told(server):
    assert try_server(settings_for(server, llm_model="")) == (
        False,
        "the setting llm_model (YINJU_LLM_MODEL) names no model",
    )


def test_the_doctor_looks_only_at_a_server_that_is_named(pipeline_of, open_pipeline, server):
    def found(pipeline):
        return {finding.name: finding.ok for finding in examine(pipeline)}

    assert "model server" not in found(pipeline_of({"a.txt": "渡口\n每天六班。\n"}))
    assert found(open_pipeline(llm_url=server.url, llm_model="tiny"))["model server"]
