"""From a question to a request, and from what a model says to an answer."""

from typing import Any

import pytest

from rag.answer.backend_runner import BackendRunner
from rag.doctor import examine
from rag.errors import BackendError, InputError, SettingsError
from rag.settings import Settings
from rag.text.normalize import convert
from rag.types.answer import Draft
from rag.types.query import Turn
from tests.llm_server import saying
from tests.rag.answer.llm.conftest import KEY, QUESTION, asking

UNREAD: Any = None  # evidence that no double looks at
UNTOLD = "月球基地的火箭燃料由哪家公司供应？"
STATUS_500 = "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"


def broken(peer):
    peer.raw(STATUS_500.encode())


def half_then_broken(peer):
    peer.say("末班是早上", finish=None, done=False)


def test_a_request_names_model_limits_and_passages(pipeline, server):
    answer = pipeline.ask(QUESTION, history=[Turn("user", "几班？"), Turn("assistant", "六班。[1]")])
    sent = server.peers[-1]

    assert {name: sent.asked[name] for name in ("model", "stream", "temperature", "max_tokens")} == {
        "model": "tiny",
        "stream": True,
        "temperature": 0,
        "max_tokens": 1024,
    }
    assert "Accept-Encoding: identity" in sent.head
    assert answer.passages[0].text in server.prompt
    assert KEY not in server.prompt
    assert "assistant: 六班。" in server.prompt


def test_options_are_added_and_null_leaves_one_out(library, server):
    with asking(
        library, server.url, llm_options='{"temperature": null, "top_p": 0.5}', llm_key=""
    ) as pipeline:
        pipeline.ask(QUESTION)

    assert "temperature" not in server.peers[-1].asked
    assert server.peers[-1].asked["top_p"] == 0.5
    assert "authorization" not in server.peers[-1].head.lower()


def test_an_answer_is_streamed_and_cites_what_it_says_whatever_it_marked(pipeline, server):
    server.behave = saying("首班早上七点。[2]", "末班晚上八点。[1]", "遇到大雾乘客可以全额退票。[2]")
    passages, *pieces, answer = pipeline.stream("轮船首班几点，末班几点？")

    assert "".join(pieces) == "首班早上七点。[2]末班晚上八点。[1]遇到大雾乘客可以全额退票。[2]"
    assert answer.answer == "首班早上七点。[1]末班晚上八点。[1]遇到大雾乘客可以全额退票。[2]"
    assert [citation.passage for citation in answer.citations] == [passages[0].id] * 2
    assert [citation.marker for citation in answer.citations] == [1, 2]
    assert (answer.backend, answer.model, answer.notice) == ("openai", "tiny", None)


@pytest.mark.parametrize("behave", [broken, half_then_broken])
def test_what_was_streamed_of_a_failed_answer_is_replaced_whole(pipeline, server, behave):
    server.behave = behave
    _, *pieces, answer = pipeline.stream(QUESTION)

    assert "".join(pieces) == ("" if behave is broken else "末班是早上")
    assert "早上七点" in answer.answer
    assert answer.backend == "extractive"
    assert answer.citations


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        (QUESTION, "语言模型没有完成回答（模型服务器拒绝了请求，500）"),
        ("輪船末班是幾點？", "語言模型沒有完成回答（模型服務器拒絕了請求，500）"),
        (
            "When does the last boat leave?",
            "The language model did not finish its answer (its server refused, 500)",
        ),
    ],
)
def test_the_notice_is_in_the_language_of_the_question(pipeline, server, question, begins):
    server.behave = broken

    assert pipeline.ask(question).notice.startswith(begins)


def test_an_answer_in_the_other_script_is_written_in_the_askers(pipeline, server):
    server.behave = saying("图书馆每周二开门。[1]")
    answer = pipeline.ask("圖書館什麼時候開門？").answer

    assert answer == convert("图书馆每周二开门。[1]", "zh-Hant")


@pytest.mark.parametrize(
    "said", ["NOT_FOUND", "NOT_FOUND。", "**NOT_FOUND**", "NOT FOUND", "NOT_FOUND\n没有提到。[1]"]
)
def test_a_model_that_finds_no_answer_abstains_in_the_usual_words(pipeline, server, said):
    server.behave = saying(*said)
    _, *pieces, answer = pipeline.stream(UNTOLD)

    assert answer.abstained
    assert answer.backend == "openai"
    assert answer.answer == pipeline.ask(UNTOLD, backend="extractive").answer
    assert "".join(pieces) == answer.answer
    assert answer.citations == ()


def test_without_passages_no_model_is_asked(pipeline, server):
    hits = server.hits

    assert pipeline.ask(QUESTION, documents=[]).abstained
    assert server.hits == hits


def test_a_question_may_name_another_backend_that_is_set_up(library, server):
    with asking(library, server.url, backend="extractive") as pipeline:
        assert pipeline.ask(QUESTION).backend == "extractive"
        assert pipeline.ask(QUESTION, backend="openai").backend == "openai"
        with pytest.raises(InputError, match="YINJU_TRANSFORMERS_MODEL"):
            pipeline.ask(QUESTION, backend="transformers")


@pytest.mark.parametrize("missing", ["llm_url", "llm_model"])
def test_a_backend_that_lacks_a_setting_is_refused_at_start(library, missing):
    with asking(library, "http://127.0.0.1:1/v1", **{missing: ""}) as pipeline:
        with pytest.raises(SettingsError, match=f"needs the setting {missing}"):
            pipeline.prepare()
        with pytest.raises(SettingsError, match=f"needs the setting {missing}"):
            pipeline.ask(QUESTION)
        assert pipeline.documents()  # whoever asks nothing needs no model
        assert {finding.name: finding.ok for finding in examine(pipeline)}["backend"] is False


def test_a_backend_is_made_once(monkeypatch):
    made = []

    def create(settings):
        made.append(settings)
        return object()

    monkeypatch.setattr("yinju_doubles.echo.create", create)
    settings = Settings.read()
    backends = BackendRunner(settings)

    assert backends.get("echo") is backends.get("echo")
    assert made == [settings]


def test_a_failure_of_the_extractive_backend_is_an_error(small):
    class Broken:
        def write(self, plan):
            yield "半"
            raise BackendError("broken")

    with pytest.raises(BackendError, match="broken"):
        list(BackendRunner(small.settings).write("extractive", Broken(), UNREAD))


def test_a_backend_that_ends_without_a_draft_is_a_fault_of_its_own():
    class Endless:
        def write(self, plan):
            yield "半"

    class Listed:
        def write(self, plan):
            return iter([Draft("整", (), abstained=True)])

    backends = BackendRunner(Settings.read())
    with pytest.raises(TypeError, match="without a draft"):
        list(backends.write("endless", Endless(), UNREAD))
    assert list(backends.write("listed", Listed(), UNREAD)) == []


# Settings


@pytest.mark.parametrize("key", ["s3cret\nX: y", "s3cret key", "s3crét", "s3cret\x00"])
def test_a_key_that_cannot_be_sent_is_refused_and_not_repeated(key):
    with pytest.raises(SettingsError, match=r"llm_key \(YINJU_LLM_KEY\) = \(not shown\)") as caught:
        Settings.read(llm_key=key)
    assert "s3cr" not in str(caught.value)


def test_a_key_is_never_shown():
    settings = Settings.read(llm_key=f" {KEY}\n")

    assert settings.llm_key.get_secret_value() == KEY
    assert KEY not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


@pytest.mark.parametrize("options", ["[1]", "{", "[" * 100_000, '{"messages": []}', '{"stream": false}', "7"])
def test_options_that_are_none_are_refused(options):
    with pytest.raises(SettingsError, match="llm_options"):
        Settings.read(llm_options=options)
