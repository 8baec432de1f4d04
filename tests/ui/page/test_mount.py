import os
import subprocess
import sys

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ui.page import mount_page


@pytest.fixture(scope="module")
def client(pipeline):
    app = FastAPI()

    @app.post("/ask")
    def ask() -> dict[str, bool]:
        return {"own": True}

    with TestClient(mount_page(app, pipeline)) as client:
        yield client


def test_the_page_is_at_the_root(client):
    page = client.get("/")
    assert page.status_code == 200
    assert "引据 Yinju" in page.text


def test_the_apps_own_routes_go_first(client):
    assert client.post("/ask").json() == {"own": True}
    assert client.get("/openapi.json").json()["info"]["title"] == "FastAPI"
    assert "swagger" in client.get("/docs").text


def test_the_app_refuses_a_wrong_method_on_its_own_route(client):
    refused = client.get("/ask")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "POST"


def test_an_unknown_path_is_the_apps_to_refuse(client):
    assert client.get("/nowhere").json() == {"detail": "Not Found"}


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/gradio_api/upload"), ("GET", "/gradio_api/info"), ("GET", "/config")]
)
def test_the_page_opens_no_second_api(client, method, path):
    assert client.request(method, path).status_code == 404


def test_nothing_in_the_page_is_fetched_from_elsewhere(client):
    assert "googleapis" not in client.get("/theme.css").text
    assert "googleapis" not in client.get("/").text


def test_gradio_is_told_not_to_phone_home_before_it_is_imported():
    code = "import ui.page, os; print(os.environ['GRADIO_ANALYTICS_ENABLED'])"
    unset = {name: value for name, value in os.environ.items() if name != "GRADIO_ANALYTICS_ENABLED"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=unset, check=True)
    assert done.stdout.strip() == "False"
