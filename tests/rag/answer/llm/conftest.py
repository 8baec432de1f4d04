"""A small library whose questions go to a scripted model server."""

from contextlib import contextmanager

import pytest

from rag.build import build_pipeline
from rag.settings import Settings
from tests.doubles import TEXTS
from tests.libraries import made_library
from tests.llm_server import ScriptedServer, saying, scripted_server

KEY = "sk-never-to-be-seen-4711"
QUESTION = "轮船末班是几点？"
HASTY = {"llm_connect_seconds": 1, "llm_first_seconds": 1.5, "llm_idle_seconds": 1, "llm_total_seconds": 2}
PATIENT = dict.fromkeys(HASTY, 120)  # a slow machine is no fault of the server's


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """A library of the three small documents, with the shipped model. Only read it."""
    with made_library(tmp_path_factory.mktemp("asked"), TEXTS) as pipeline:
        return pipeline.settings.library


@pytest.fixture(scope="module")
def module_server():
    with scripted_server() as server:
        yield server


@pytest.fixture
def server(module_server) -> ScriptedServer:
    """The server, well-behaved until told otherwise."""
    module_server.behave = saying("末班是晚上八点。[1]")
    module_server.reads = True
    return module_server


@contextmanager
def asking(library, url, **more):
    """Open a pipeline that asks a model server, at most 1 MB an answer."""
    given = {"backend": "openai", "llm_url": url, "llm_model": "tiny", "llm_key": KEY, "llm_max_mb": 1}
    pipeline = build_pipeline(Settings.read(library=library, **{**given, **PATIENT, **more}))
    try:
        yield pipeline
    finally:
        pipeline.close()


@pytest.fixture(scope="module")
def pipeline(library, module_server):
    """A pipeline that asks the server and has time."""
    with asking(library, module_server.url) as pipeline:
        yield pipeline


@pytest.fixture(scope="module")
def hasty(library, module_server):
    """A pipeline that asks the server under short deadlines."""
    with asking(library, module_server.url, **HASTY) as pipeline:
        yield pipeline
