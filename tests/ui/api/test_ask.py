"""POST /ask and /search: the shapes promised, and what the promises mean."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

from rag.errors import BackendError, LibraryBusyError
from rag.settings import Settings
from rag.text.normalize import language_of
from tests.doubles import READY_BACKENDS, local_client
from tests.stand_in import StandIn
from tests.ui.api.shapes import ANSWER, PASSAGES, PROBLEM, lacks, without_passing
from tests.ui.api.sse import events
from ui.api import create_app

LIST = "“一领五联”里的“五联”都有哪些？"
TRADITIONAL = "問題管理「1234」工作法裏的「兩個結合」是什麼？"
ENGLISH = "Who is the author of the article on the four-in-one (四位一体) approach?"
FACT = "宁波建了多少个“全科网格”？"
NOT_IN_IT = "从台北搭高铁到高雄，票价大概多少？"
QUESTIONS = [LIST, TRADITIONAL, ENGLISH, FACT, NOT_IN_IT, "“六必谈”指的是职工遇到哪六种情况必须谈？"]


def ask(client, question, **more):
    reply = client.post("/ask", json={"question": question, **more})
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.fixture(scope="module")
def plain(client):
    """Answer a question that stands alone; each is asked once."""
    return cache(lambda question: ask(client, question))


@pytest.fixture(scope="module")
def text_of(client):
    """Return a document's text; each is fetched once."""
    return cache(lambda name: client.get(f"/documents/{name}/text").text)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_has_the_promised_shape_and_every_quote_is_exact(plain, text_of, question):
    answer = plain(question)
    assert lacks(answer, ANSWER) == []
    assert answer["backend"] == "extractive"
    assert answer["abstained"] or answer["citations"]
    for citation in answer["citations"]:
        text = text_of(citation["document"])
        assert 0 <= citation["start"] < citation["end"] <= len(text)
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['marker']}]" in answer["answer"]
    for passage in answer["passages"]:
        spans = [end for span in passage["spans"] for end in span]
        assert spans == sorted(spans)
        assert 0 <= spans[0] < spans[-1] <= len(text_of(passage["document"]))


@pytest.mark.parametrize("question", [*QUESTIONS, "\u202e党建", "党\0建是什么", "😀党建是什么"])
def test_a_stream_is_the_passages_the_text_as_it_comes_and_the_plain_answer(client, plain, question):
    reply = client.post("/ask", json={"question": question, "stream": True})
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    (first, passages), *tokens, (last, answer) = events(reply.text)
    assert (first, last) == ("passages", "answer")
    assert {name for name, _ in tokens} == {"token"}
    assert passages == answer["passages"]
    written = "".join(data for _, data in tokens)
    assert written.rstrip() == answer["answer"]  # a list is written with a line end after each item
    assert without_passing(answer) == without_passing(plain(question))
    assert answer["request_id"] != plain(question)["request_id"]


@pytest.mark.parametrize(
    ("question", "language"),
    [(LIST, "zh-Hans"), (TRADITIONAL, "zh-Hant"), (ENGLISH, "en"), (NOT_IN_IT, "zh-Hans")],
)
def test_the_language_is_the_askers(plain, question, language):
    answer = plain(question)
    assert answer["language"] == language
    if language != "en":
        assert language_of(answer["answer"]) == language


def test_a_question_in_traditional_script_finds_what_is_written_in_either(client):
    simplified = ask(client, "宁波建了多少个“全科网格”？", top_k=3)["passages"]
    traditional = ask(client, "寧波建了多少個“全科網格”？", top_k=3)["passages"]
    assert [passage["id"] for passage in simplified] == [passage["id"] for passage in traditional]
    assert "全科网格" in simplified[0]["text"]


def test_what_no_document_holds_is_not_answered_and_the_nearest_passages_are_shown(plain):
    answer = plain(NOT_IN_IT)
    assert answer["abstained"]
    assert answer["citations"] == []
    assert answer["passages"]


@pytest.mark.parametrize("question", ["？！", "😀", "\u200b", "\0", "——"])
def test_a_question_without_a_word_is_refused_or_not_answered(client, question):
    reply = client.post("/ask", json={"question": question})
    assert reply.status_code == 422 or reply.json()["abstained"]


def test_a_follow_up_is_understood_with_what_was_said(client):
    said = [
        {"role": "user", "content": "昆明官渡区电子商务产业园的党群服务中心有多大？"},
        {"role": "assistant", "content": "建筑面积600平方米。"},
    ]
    follow_up = "它能服务多少家企业？"
    alone, after = ask(client, follow_up), ask(client, follow_up, history=said)
    assert alone["understood"] == follow_up
    assert "官渡区电子商务产业园" in after["understood"]
    assert "昆明官渡区电子商务产业园" in after["passages"][0]["text"]


@pytest.mark.parametrize("route", ["/ask", "/search"])
def test_documents_limit_where_answers_come_from(client, route):
    name = "004_76d1a7742d2e14f1.txt"
    field = "question" if route == "/ask" else "query"
    got = client.post(route, json={field: "思想政治工作怎么做？", "documents": [name]}).json()
    assert {passage["document"] for passage in got["passages"]} == {name}
    assert {citation["document"] for citation in got.get("citations", [])} <= {name}
    none = client.post(route, json={field: "思想政治工作怎么做？", "documents": []}).json()
    assert none["passages"] == []
    assert none.get("abstained", True)


@pytest.mark.parametrize("count", [1, 3, 50])
def test_as_many_passages_come_as_were_asked_for_at_most(client, count):
    found = client.post("/search", json={"query": "党员", "k": count}).json()
    assert lacks(found, PASSAGES) == []
    asked = ask(client, "党员怎样发挥作用？", top_k=count)
    assert 0 < len(found["passages"]) <= count
    assert 0 < len(asked["passages"]) <= count
    scores = [passage["score"] for passage in found["passages"]]
    assert scores == sorted(scores, reverse=True)


def test_what_is_left_out_has_the_promised_default(client, plain):
    written_out = {"history": [], "top_k": 8, "backend": None, "documents": None, "stream": False}
    assert without_passing(ask(client, FACT, **written_out)) == without_passing(plain(FACT))
    by_default = client.post("/search", json={"query": FACT}).json()
    assert by_default == client.post("/search", json={"query": FACT, "k": 8, "documents": None}).json()


@pytest.mark.parametrize("name", READY_BACKENDS)
def test_every_backend_that_is_set_up_answers(client, name):
    answer = ask(client, FACT, backend=name)
    assert lacks(answer, ANSWER) == []
    assert answer["backend"] == name


@pytest.mark.parametrize(
    ("name", "setting"), [("openai", "YINJU_LLM_URL"), ("transformers", "YINJU_TRANSFORMERS_MODEL")]
)
def test_a_backend_that_is_not_set_up_is_refused_by_the_setting_it_needs(client, name, setting):
    reply = client.post("/ask", json={"question": FACT, "backend": name})
    assert (reply.status_code, reply.json()["field"]) == (422, "backend")
    assert setting in reply.json()["detail"]


@pytest.mark.parametrize("field", ["llm_url", "base_url", "llm_key", "model", "prompt"])
def test_no_request_says_where_a_model_is_or_what_it_is_told(client, field):
    reply = client.post("/ask", json={"question": FACT, field: "http://127.0.0.1:1/v1"})
    assert reply.status_code == 422


def test_questions_at_the_same_time_get_the_answers_they_get_alone(client, plain):
    alone = [without_passing(plain(question)) for question in QUESTIONS]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda question: without_passing(ask(client, question)), QUESTIONS * 2))
    assert together == alone * 2


class Failing(StandIn):
    """A pipeline whose answer fails after its first words."""

    settings = Settings()

    def __init__(self, error):
        self.error = error

    def stream(self, question, **_):
        def written():
            yield ()
            yield "半句"
            raise self.error

        return written()

    def search(self, *_):
        raise self.error


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (BackendError("the model server went away"), 500, "the model server went away"),
        (LibraryBusyError("busy: try again"), 503, "busy: try again"),
        (RuntimeError("a secret of the server's"), 500, "an error of the server's own; its log says more"),
    ],
)
def test_an_error_while_answering_is_a_problem_document_or_an_event(error, status, detail):
    client = local_client(create_app(Failing(error)))
    for path, body in (("/ask", {"question": "？"}), ("/search", {"query": "？"})):
        plain = client.post(path, json=body)
        assert plain.status_code == status
        assert plain.headers["content-type"] == "application/problem+json"
        assert lacks(plain.json(), PROBLEM) == []
        assert plain.json()["detail"] == detail


@pytest.mark.parametrize(
    ("error", "status"), [(BackendError("the model server went away"), 500), (LibraryBusyError("busy"), 503)]
)
def test_an_error_after_the_first_words_ends_the_stream_with_an_event(error, status):
    client = local_client(create_app(Failing(error)))
    reply = client.post("/ask", json={"question": "？", "stream": True})
    *before, (name, problem) = events(reply.text)
    assert before == [("passages", []), ("token", "半句")]
    assert name == "error"
    assert lacks(problem, PROBLEM) == []
    assert (problem["status"], problem["detail"]) == (status, str(error))
