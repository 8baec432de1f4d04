"""The wheel stands alone: it holds what the code opens, nothing that is the tests', and fits the registry."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.doubles import FERRY, write_files
from tests.test_house import PACKAGES

ROOT = Path(__file__).parents[1]
LARGEST = 75_000_000  # bytes: well below the 100 MiB of a file that PyPI takes, so that there is room
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
START = "from ui.cli import main; main()"
NOT_OPENED = {
    "eval/baseline.json",  # named on the command line
    "ui/page/picture.png",  # the README's
}
ASKED_ABOUT = (
    "eval/questions/",
    "eval/practice/",
    "eval/documents/",
    "eval/documents-2/",
    "eval/grades/",
)  # documents and questions to measure and to train with


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built from a copy, since a build leaves things lying about."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / name, folder / "checkout" / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "checkout")
    write_files(folder / "checkout", {"rag/models/__pycache__/left.cpython-311.pyc": b""})
    command = [sys.executable, "-c", BUILD, str(folder)]
    subprocess.run(command, cwd=folder / "checkout", check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel):
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_module_and_every_file_that_is_opened_is_in_it(names):
    files = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert {path for path in files - names if not path.startswith(ASKED_ABOUT)} == NOT_OPENED
    assert {
        "rag/store/schema.sql",
        "rag/answer/llm/prompt.md",
        "rag/models/static/model.safetensors",
    } <= names


def test_nothing_else_is_in_it(names):
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == set(PACKAGES)
    assert [name for name in names if name.startswith(ASKED_ABOUT) or name.endswith(".pyc")] == []


def test_the_registry_takes_it(wheel):
    assert wheel.stat().st_size < LARGEST


@pytest.fixture(scope="module")
def alone(wheel, tmp_path_factory):
    """Run `yinju` out of the wheel, in a folder that is no checkout."""
    folder = tmp_path_factory.mktemp("alone")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")

    def run(code, *arguments):
        return subprocess.run(
            [sys.executable, "-c", code, *map(str, arguments)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder / "site")},
            capture_output=True,
            text=True,
            timeout=300,
        )

    where = run("import rag, ui, eval, vectorstore as v; print(*(p.__file__ for p in (rag, ui, eval, v)))")
    assert all(place.startswith(str(folder)) for place in where.stdout.split())
    return run


def test_it_reads_answers_and_finds_itself_sound(alone, tmp_path):
    files = write_files(tmp_path / "files", {"ferry.txt": FERRY})
    library = ("--library", tmp_path / "library")

    assert "ingest" in alone(START, "--help").stdout
    assert alone(START, "ingest", files, *library).returncode == 0
    asked = alone(START, "ask", "轮船末班是几点？", *library)
    looked = alone(START, "doctor", *library)

    assert "末班晚上八点" in asked.stdout, asked.stderr
    assert (looked.returncode, "BAD" in looked.stdout) == (0, False), looked.stdout
