"""A backend that another distribution brings, found by its entry point."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import INSTALLED
from tests.doubles import write_files

ROOT = Path(__file__).parents[2]
PARROT = """
from rag.types.answer import Draft

class Parrot:
    def __init__(self, settings):
        self.most = settings.llm_answer_tokens

    def write(self, plan):
        yield plan.question.query.asked
        yield Draft(f"{plan.question.query.asked}{self.most}[1]", (), abstained=False, cites="passages")

def create(settings):
    return Parrot(settings)
"""
DISTRIBUTION = {
    "parrot_backend.py": PARROT,
    "parrot_backend-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: parrot-backend\nVersion: 1.0\n",
    "parrot_backend-1.0.dist-info/entry_points.txt": "[yinju.answer]\nparrot = parrot_backend:create\n",
    "parrot_backend-1.0.dist-info/RECORD": "",
}


@pytest.fixture
def yinju(tmp_path):
    """Run the command line in a process of its own, the distribution on its path."""
    installed = write_files(tmp_path / "installed", DISTRIBUTION)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, INSTALLED, installed))),
        "YINJU_LLM_ANSWER_TOKENS": "77",
        "YINJU_EMBEDDER": "hashing",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from ui.cli import main; main()", *arguments]
        library = ["--library", str(tmp_path / "library")]
        return subprocess.run(command + library, capture_output=True, text=True, env=environment, timeout=120)

    return run


def test_an_installed_backend_answers_with_the_settings_it_was_given(yinju, tmp_path):
    files = write_files(tmp_path / "files", {"a.txt": "渡口\n每天六班。\n"})
    assert yinju("ingest", str(files)).returncode == 0

    done = yinju("ask", "几班？", "--backend", "parrot")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("几班？77[1]\n")
    assert "a.txt" in done.stdout


def test_without_it_nobody_knows_the_name(yinju, tmp_path):
    (tmp_path / "installed" / "parrot_backend-1.0.dist-info" / "entry_points.txt").unlink()

    done = yinju("ask", "几班？", "--backend", "parrot")
    assert done.returncode == 1
    assert "parrot" not in done.stdout


@pytest.mark.parametrize(
    ("setting", "name", "said"),
    [
        ("BACKEND", "echo", "unknown backend 'echo': choose one of extractive, openai, transformers"),
        ("EMBEDDER", "hashing", "unknown embedder 'hashing': choose one of a folder, a hub name such as"),
    ],
)
def test_the_doubles_of_the_tests_do_not_ship(tmp_path, setting, name, said):
    files = write_files(tmp_path / "files", {"a.txt": "渡口\n每天六班。\n"})
    done = subprocess.run(
        [sys.executable, "-c", "from ui.cli import main; main()", "ingest", str(files)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), f"YINJU_{setting}": name},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(f"yinju: {said}")
    assert done.stderr.count("\n") == 1
