"""Every model file has a manifest that tells the truth, and what is no longer true is found."""

import shutil
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models.manifest import NAME, Made, Manifest, ModelFile, faults, model_file, read_manifest
from rag.resources import MODELS

WEIGHTS = (".safetensors", ".onnx", ".tiktoken", ".json")


@pytest.fixture
def copied(tmp_path) -> Path:
    """The smallest models with their manifests."""
    for name in ("tokens", "reranker"):
        shutil.copytree(MODELS / name, tmp_path / name)
    return tmp_path


def test_what_ships_is_what_was_made():
    assert list(faults()) == []


def test_every_model_file_that_ships_stands_in_a_manifest():
    files = {path for path in MODELS.glob("*/*") if path.suffix in WEIGHTS and path.name != NAME}
    told = {
        folder.parent / name
        for folder in MODELS.glob(f"*/{NAME}")
        for name in read_manifest(folder.parent).files()
    }

    assert files == told


def test_what_cannot_be_made_again_says_why():
    made = [run for folder in MODELS.glob(f"*/{NAME}") for run in read_manifest(folder.parent).made]

    assert made
    assert all(run.can_be_made_again != bool(run.why) for run in made)
    assert all(run.recipe.startswith("yinju train ") for run in made)


def flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def put_a_folder_there(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "seen"),
    [
        (flip_a_byte, "checksum differs"),
        (cut_off, "has 1,000 bytes where"),
        (Path.unlink, "is missing"),
        (put_a_folder_there, "cannot be read"),
    ],
)
def test_a_file_that_is_not_what_was_made_is_named(copied, spoil, seen):
    spoil(copied / "reranker" / "trees.safetensors")

    (fault,) = faults(copied)

    assert fault.file == copied / "reranker" / "trees.safetensors"
    assert seen in fault.seen


@pytest.mark.parametrize("text", ["", "[]", '{"made": [{"recipe": 3}]}'])
def test_a_manifest_that_is_none_is_named(copied, text):
    (copied / "tokens" / NAME).write_text(text)

    (fault,) = faults(copied)

    assert fault.file == copied / "tokens" / NAME
    with pytest.raises(ModelError, match="cannot be read"):
        read_manifest(copied / "tokens")


def test_a_file_is_of_the_last_run_that_made_it():
    def run(name: str, *files: str) -> Made:
        made = {file: ModelFile(bytes=1, sha256=name) for file in files}
        return Made(recipe=name, files=made, can_be_made_again=True)

    manifest = Manifest(made=()).with_run(run("one", "a", "b")).with_run(run("two", "b", "c"))
    manifest = manifest.with_run(run("three", "c", "b"))

    assert [(made.recipe, sorted(made.files)) for made in manifest.made] == [
        ("one", ["a"]),
        ("three", ["b", "c"]),
    ]


def test_a_file_is_measured_as_it_is(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")  # FIPS 180-4 has the digest of these three letters

    told = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert model_file(tmp_path / "a") == ModelFile(bytes=3, sha256=told)
