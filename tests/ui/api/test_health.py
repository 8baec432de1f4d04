"""GET /healthz, /readyz, /docs and /openapi.json."""

import re

import pytest

from rag.errors import LibraryError
from rag.settings import Settings
from tests.doubles import local_client
from tests.stand_in import StandIn
from tests.ui.api.shapes import PROBLEM, lacks
from ui.api import create_app


def test_the_process_answers_and_is_ready(client, seeds):
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["documents"] == len(seeds.documents())


class Broken(StandIn):
    """A pipeline whose library cannot be read."""

    settings = Settings()

    @property
    def corpus(self):
        raise LibraryError("the library cannot be read")

    def documents(self):
        raise LibraryError("the library cannot be read")


def test_a_server_that_cannot_read_its_library_is_alive_and_not_ready():
    client = local_client(create_app(Broken()))
    assert client.get("/healthz").status_code == 200
    for path in ("/readyz", "/documents"):
        reply = client.get(path)
        assert reply.status_code == 503
        assert reply.headers["content-type"] == "application/problem+json"
        assert lacks(reply.json(), PROBLEM) == []


def test_every_promised_route_is_described(client):
    described = client.get("/openapi.json").json()
    promised = {
        "/ask": "post",
        "/search": "post",
        "/documents": "get",
        "/documents/{document}": "get",
        "/documents/{document}/text": "get",
        "/healthz": "get",
        "/readyz": "get",
    }
    for path, method in promised.items():
        responses = described["paths"][path][method]["responses"]
        assert "200" in responses
        assert "application/problem+json" in responses["4XX"]["content"]
    assert client.get("/docs").status_code == 200


def test_a_request_is_described_with_the_promised_fields(client):
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert set(schemas["AskRequest"]["properties"]) >= {
        "question",
        "history",
        "top_k",
        "backend",
        "documents",
        "stream",
    }
    assert set(schemas["SearchRequest"]["properties"]) >= {"query", "k", "documents"}


@pytest.mark.parametrize(
    ("request_name", "field"), [("AskRequest", "question"), ("SearchRequest", "query")], ids=["ask", "search"]
)
def test_a_question_is_described_as_one_that_is_not_blank(client, request_name, field):
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    described = schemas[request_name]["properties"][field]

    assert (described["type"], described["minLength"]) == ("string", 1)
    wanted = re.compile(described["pattern"])
    assert [
        char for char in map(chr, range(0x110000)) if bool(wanted.search(char)) != bool(char.strip())
    ] == []
    assert wanted.search(" \n党建 ")
    assert not wanted.search(" \n\t　\x1c\x85")
