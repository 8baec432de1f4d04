"""A real language model, in this process and behind transformers' own server, through every door."""

import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from rag.answer.llm.healthcheck import try_server
from rag.build import build_pipeline
from rag.errors import InputError, ModelError
from rag.settings import Settings
from tests.doubles import local_client
from tests.local_server import free_port, served
from tests.rag.answer.llm.conftest import PATIENT, QUESTION, asking
from tests.ui.api.sse import events
from tests.ui.page.browser import chromium, watched
from ui.api import create_app
from ui.page import mount_page

pytestmark = pytest.mark.slow

ANSWER = "末班是晚上八点。[1]"
ENDLESS = "".join(chr(0x4E00 + n) for n in range(50)) + "，"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Two models: one gives an answer, the other never ends one."""
    from tests.tiny_model import make_tiny_model

    folder = tmp_path_factory.mktemp("models")
    make_tiny_model(folder / "tiny", ANSWER)
    make_tiny_model(folder / "endless", ENDLESS, is_endless=True)
    return folder


@pytest.fixture(scope="module")
def url(models, tmp_path_factory):
    """The address of transformers' server."""
    pytest.importorskip("openai", reason="transformers serve needs it")
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("transformers")),
        "serve",
        "--device",
        "cpu",
        "--port",
        str(port),
    ]
    log = tmp_path_factory.mktemp("log") / "serve.log"
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output, env=environment) as process,
    ):
        until = time.monotonic() + 240
        while not is_up(f"http://127.0.0.1:{port}/health"):
            assert process.poll() is None and time.monotonic() < until, log.read_text(errors="replace")
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/v1"
        process.terminate()


def is_up(address):
    try:
        with urllib.request.urlopen(address, timeout=5) as reply:  # noqa: S310 - our own
            return reply.status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def served_model(library, models, url):
    with asking(library, url, llm_model=str(models / "tiny"), llm_max_mb=16) as pipeline:
        yield pipeline


# Behind a server


def test_an_answer_of_a_real_server_is_streamed_and_cited(served_model):
    passages, *pieces, answer = served_model.stream(QUESTION)

    assert (answer.answer, answer.backend, answer.notice) == (ANSWER, "openai", None)
    assert "".join(pieces) == ANSWER
    assert len([piece for piece in pieces if piece]) > 3
    assert answer.citations[0].passage == passages[0].id


def test_the_api_streams_it(served_model):
    client = local_client(create_app(served_model))
    (first, _), *tokens, (last, answer) = events(
        client.post("/ask", json={"question": QUESTION, "stream": True}).text
    )

    assert (first, last) == ("passages", "answer")
    assert "".join(text for _, text in tokens) == answer["answer"] == ANSWER
    assert (answer["backend"], answer["notice"]) == ("openai", None)


@pytest.mark.browser
def test_the_page_shows_it_with_its_source(served_model):
    with (
        served(mount_page(FastAPI(), served_model)) as address,
        chromium() as browser,
        watched(browser, address) as reader,
    ):
        reader.ask(QUESTION)
        expect(reader.page.locator("#chat .reply")).to_contain_text("末班是晚上八点。1")
        expect(reader.page.locator("#sources .card .document").first).to_have_text("ferry.txt")
        assert reader.page.locator("#sources .notice").count() == 0


def test_the_doctor_finds_it_sound(served_model, models):
    assert try_server(served_model.settings) == (True, f"{models / 'tiny'} answers")


def test_a_model_that_the_server_has_not_leaves_the_extractive_answer(library, url, models):
    with asking(library, url, llm_model=str(models / "nobody")) as pipeline:
        answer = pipeline.ask(QUESTION)

    assert answer.backend == "extractive"
    assert answer.notice


# In this process


@pytest.fixture
def local(library, models):
    opened = []

    def open_one(name, **more):
        given = {"backend": "transformers", "transformers_model": str(models / name), **PATIENT, **more}
        opened.append(build_pipeline(Settings.read(library=library, **given)))
        opened[-1].prepare()
        return opened[-1]

    yield open_one
    for pipeline in opened:
        pipeline.close()


def test_a_model_in_this_process_answers(local, models):
    passages, *pieces, answer = local("tiny").stream(QUESTION)

    assert (answer.answer, answer.backend, answer.notice) == (ANSWER, "transformers", None)
    assert answer.model == str(models / "tiny")
    assert "".join(pieces) == ANSWER
    assert answer.citations[0].passage == passages[0].id


def test_two_questions_at_a_time_take_turns(local):
    pipeline = local("tiny")
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(pipeline.ask(QUESTION).answer)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [ANSWER] * 3


def test_a_model_that_does_not_end_is_stopped_and_replaced(local):
    answer = local("endless", llm_answer_tokens=2000).ask(QUESTION)

    assert answer.backend == "extractive"
    assert "没完没了" in answer.notice
    assert_no_model_runs()


def test_an_answer_that_is_cut_keeps_its_whole_sentences(local):
    answer = local("tiny", llm_answer_tokens=16).ask(QUESTION)
    assert (answer.answer, answer.notice) == (ANSWER, None)

    cut = local("endless", llm_answer_tokens=16).ask(QUESTION)
    assert "中途断开" in cut.notice  # it has no whole sentence


def test_a_model_stops_where_the_reader_goes_away(local):
    events = local("endless", llm_answer_tokens=4000, llm_context_tokens=16384).stream(QUESTION)
    next(events)
    while not next(events):
        pass

    events.close()

    assert_no_model_runs()


def test_a_model_that_is_too_slow_is_stopped(local):
    pipeline = local("endless", llm_answer_tokens=4000, llm_context_tokens=16384, llm_total_seconds=0.01)
    answer = pipeline.ask(QUESTION)

    assert "没有在规定时间内答完" in answer.notice
    assert_no_model_runs()


def assert_no_model_runs():
    until = time.monotonic() + 60
    while any(thread.name == "yinju-model" for thread in threading.enumerate()):
        assert time.monotonic() < until, "the model goes on"
        time.sleep(0.05)


def test_a_folder_without_a_model_is_told_at_start(local, tmp_path):
    with pytest.raises(ModelError, match="cannot be loaded"):
        local(tmp_path)


def test_weights_that_could_hold_code_are_not_loaded(local, models, tmp_path):
    import torch
    from safetensors.torch import load_file

    shutil.copytree(models / "tiny", tmp_path / "pickled")
    torch.save(
        load_file(tmp_path / "pickled" / "model.safetensors"), tmp_path / "pickled" / "pytorch_model.bin"
    )
    (tmp_path / "pickled" / "model.safetensors").unlink()

    with pytest.raises(ModelError, match="cannot be loaded"):
        local(tmp_path / "pickled")


def test_code_that_comes_with_a_model_is_not_run(local, models, tmp_path):
    import json

    shutil.copytree(models / "tiny", tmp_path / "coded")
    config = json.loads((tmp_path / "coded" / "config.json").read_text())
    config |= {
        "model_type": "own",
        "auto_map": {"AutoModelForCausalLM": "own.Own", "AutoConfig": "own.Config"},
    }
    (tmp_path / "coded" / "config.json").write_text(json.dumps(config))
    (tmp_path / "coded" / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")

    with pytest.raises(ModelError, match="cannot be loaded"):
        local(tmp_path / "coded")
    assert not (tmp_path / "ran").exists()


def test_a_model_without_a_chat_template_is_told(local, models, tmp_path):
    shutil.copytree(models / "tiny", tmp_path / "bare")
    (tmp_path / "bare" / "chat_template.jinja").unlink()

    with pytest.raises(ModelError, match="no chat template"):
        local(tmp_path / "bare")


def test_a_template_without_a_system_message_gets_it_with_the_question(local, models, tmp_path):
    shutil.copytree(models / "tiny", tmp_path / "no-system")
    template = tmp_path / "no-system" / "chat_template.jinja"
    refusal = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}"
    template.write_text(refusal + template.read_text())

    assert local(tmp_path / "no-system").ask(QUESTION).answer == ANSWER


def test_a_model_of_another_setting_is_not_loaded_because_a_question_asks(library, url):
    with asking(library, url) as pipeline, pytest.raises(InputError, match="YINJU_TRANSFORMERS_MODEL"):
        pipeline.ask(QUESTION, backend="transformers")
