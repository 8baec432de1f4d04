"""GET /documents and what lies under it, whatever a document is called."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from tests.doubles import local_client
from tests.libraries import made_library
from tests.ui.api.shapes import ANSWER, DOCUMENT, DOCUMENTS, PROBLEM, badly_nested, lacks
from ui.api import create_app

# The test client decodes a path twice, a server once: a name with %2F is asked for in ui/cli/test_serve.py.
NAMES = [
    "通知.txt",
    "有 空格 .txt",
    "子目录/更深/文件.md",
    "text/text.txt",
    "100%.txt",
    "点..点...txt",
    "子..目录/x.txt",
    "问?号#井&和+加=等.txt",
    "引号'\"<b>&amp;.txt",
    "反\\斜.txt",
    "e\u0301.txt",
    "😀.txt",
]


def test_the_catalogue_and_each_document_have_the_promised_shape(client):
    catalogue = client.get("/documents").json()
    assert lacks(catalogue, DOCUMENTS) == []
    assert [row["document"][:3] for row in catalogue["documents"]] == ["000", "001", "002", "003", "004"]
    for row in catalogue["documents"]:
        one = client.get(f"/documents/{row['document']}").json()
        assert lacks(one, DOCUMENT) == []
        assert one["outline"]["document"] == one["document"] == row["document"]
        assert badly_nested(one["outline"]["sections"], 0, one["characters"]) == []


def test_a_text_is_what_was_decoded_from_the_file(client, seeds):
    for info in seeds.documents():
        reply = client.get(f"/documents/{info.name}/text")
        assert reply.headers["content-type"] == "text/plain; charset=utf-8"
        assert reply.text == seeds.document(info.name).text
        assert len(reply.text) == info.characters


@pytest.fixture(scope="module")
def named(tmp_path_factory) -> Iterator[TestClient]:
    """A client of a library that holds one document of each name, each with its own words."""
    texts = {name: f"一、第{i}件\n这是第{i}件事。\n" for i, name in enumerate(NAMES)}
    with made_library(tmp_path_factory.mktemp("named"), texts, embedder="hashing") as pipeline:
        yield local_client(create_app(pipeline))


def test_the_catalogue_names_documents_as_their_files_are_named(named):
    listed = [row["document"] for row in named.get("/documents").json()["documents"]]
    assert listed == sorted(NAMES, key=str.encode)


@pytest.mark.parametrize("safe", ["", "/"], ids=["slashes escaped", "slashes as they are"])
@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_found_by_its_name(named, name, safe):
    address = f"/documents/{quote(name, safe=safe)}"
    one = named.get(address)
    assert one.status_code == 200, one.text
    assert one.json()["document"] == name
    number = NAMES.index(name)
    assert named.get(f"{address}/text").text == f"一、第{number}件\n这是第{number}件事。\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_document_can_be_asked_by_its_name(named, name):
    body = {"question": "是第几件事？", "backend": "echo", "documents": [name]}
    answer = named.post("/ask", json=body).json()
    assert lacks(answer, ANSWER) == []
    assert {citation["document"] for citation in answer["citations"]} == {name}


@pytest.mark.parametrize(
    "path",
    [
        "nope.txt",
        "nope.txt/text",
        "",
        "/text",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd/text",
        "%2fetc%2fpasswd/text",
        "%00",
        "%00/text",
        "%ff%fe/text",
        "%ed%a0%80",
        "%f0%9f",
        "%",
        "%zz",
        "*",
        "%25",
        "' OR 1=1 --",
        pytest.param("a" * 50_000, id="a name of 50,000 characters"),
        pytest.param("/".join("a" * 2000), id="2,000 folders"),
        "000_ae8ef375415d7b84.txt/",
        "000_ae8ef375415d7b84.txt/outline",
        "000_ae8ef375415d7b84.txt/text/text",
        "000_AE8EF375415D7B84.TXT",
    ],
)
def test_a_document_that_is_not_there_is_a_404(client, path):
    reply = client.get(f"/documents/{path}")
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert lacks(reply.json(), PROBLEM) == []
    assert reply.json()["status"] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/documents", "/documents/000_ae8ef375415d7b84.txt", "/documents/000_ae8ef375415d7b84.txt/text"]
)
def test_nothing_can_be_written(client, method, path):
    reply = client.request(method, path, content=b"x")
    assert reply.status_code == 405
    assert reply.headers["allow"] == "GET"
    assert lacks(reply.json(), PROBLEM) == []
