"""The commands and options that CONTRACT.md promises, and what wrong usage gives."""

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from ui.cli import app

PROMISED = {
    "serve": ["--host", "--port", "--library"],
    "ingest": ["--library", "--json"],
    "remove": ["--library"],
    "documents": ["--library", "--json"],
    "outline": ["--library", "--json"],
    "search": ["-k", "--library", "--json"],
    "ask": ["--backend", "--history", "--library", "--json"],
    "eval": ["--questions", "--beir", "--retriever", "--library", "--json", "--html"],
    "doctor": ["--library"],
    "train": [],
}
PROMISES = [(command, option) for command, options in PROMISED.items() for option in options]


def commands():
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    return command.commands


def test_every_promised_command_is_there():
    assert set(PROMISED) <= set(commands())


def test_every_shipped_model_can_be_trained_again():
    trained = set(commands()["train"].commands)

    readers = {"selector", "reader", "cross-reader", "encoder"}
    models = readers | {"embedding", "reranker", "lexicon", "tokens", "answers", "answerability", "sections"}
    assert trained == models


@pytest.mark.parametrize(("command", "option"), PROMISES)
def test_every_promised_option_is_there(command, option):
    assert option in {name for parameter in commands()[command].params for name in parameter.opts}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nope",),
        ("ask",),
        ("ask", "one", "two"),
        ("ingest",),
        ("remove",),
        ("outline",),
        ("search", "党建", "-k", "x"),
        ("search", "党建", "-k", "1" * 5000),
        ("serve", "--port", "abc"),
        ("documents", "--nope"),
        ("train", "nope"),
    ],
)
def test_wrong_usage_gives_2_and_touches_nothing(yinju, here, arguments):
    outcome = yinju(*arguments)
    assert outcome.status == 2
    assert "Usage: " in outcome.out + outcome.err
    assert "Traceback" not in outcome.err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("command", [[], *([name] for name in PROMISED)], ids=" ".join)
def test_help_is_given_with_0(yinju, command):
    outcome = yinju(*command, "--help")
    assert outcome.status == 0
    assert "Usage: " in outcome.out
