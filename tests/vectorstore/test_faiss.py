"""The FAISS store never answers from files that are not those it wrote."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import vectorstore.faiss
from vectorstore import NOTHING, DamagedError, OtherVectorsError, State
from vectorstore.faiss import FaissStore, create

EAST = np.array([[1, 0, 0]], dtype=np.float32)


@pytest.fixture
def open_store(tmp_path) -> Callable[[], FaissStore]:
    return lambda: create(tmp_path / "store", 3, "model-1")


@pytest.fixture
def written(open_store, tmp_path) -> Path:
    """The folder of a store that was checkpointed twice."""
    store = open_store()
    store.add(np.array([1], dtype=np.int64), EAST, [""])
    store.checkpoint(State(1, "a"))
    store.add(np.array([2], dtype=np.int64), EAST, [""])
    store.checkpoint(State(2, "a"))
    return tmp_path / "store"


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 0xFF
    path.write_bytes(data)


def test_the_old_files_are_gone_once_the_new_are_sealed(written):
    assert [path.name for path in files(written) if path.name.startswith("vectors-1-")] == []
    assert json.loads((written / "seal.json").read_bytes())["change"] == 2


@pytest.mark.parametrize("where", [0.0, 0.5, 0.999])
def test_a_changed_byte_in_any_file_is_told(open_store, written, where):
    for path in files(written):
        whole = path.read_bytes()
        flip(path, int(where * len(whole)))
        with pytest.raises((DamagedError, OtherVectorsError)):
            open_store()
        path.write_bytes(whole)

    assert open_store().ids().tolist() == [1, 2]


def test_a_file_that_was_cut_short_is_told(open_store, written):
    for path in files(written):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(DamagedError):
            open_store()
        path.write_bytes(whole)


def test_a_missing_file_is_told(open_store, written):
    (data,) = [path for path in files(written) if path.name != "seal.json"]
    data.unlink()

    with pytest.raises(DamagedError, match=data.name):
        open_store()


@pytest.mark.parametrize("seal", [b"", b"[]", b'{"change": 1}', b'{"change": "x"}'])
def test_a_seal_that_is_none_is_told(open_store, written, seal):
    (written / "seal.json").write_bytes(seal)

    with pytest.raises(DamagedError, match="is not a seal"):
        open_store()


def test_a_changed_digit_in_the_change_number_is_told(open_store, written):
    seal = written / "seal.json"
    seal.write_bytes(seal.read_bytes().replace(b'"change": 2', b'"change": 6'))

    with pytest.raises(DamagedError):
        open_store()


def test_files_without_a_seal_are_taken_for_never_written(open_store, written):
    (written / "seal.json").unlink()

    store = open_store()
    assert (store.state, store.ids().tolist()) == (NOTHING, [])
    store.checkpoint(State(3, "a"))

    assert len(files(written)) == 2


def test_a_checkpoint_that_fails_before_the_seal_leaves_the_old_state(open_store, written, monkeypatch):
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    store = open_store()
    store.remove(np.array([1], dtype=np.int64))
    monkeypatch.setattr(vectorstore.faiss, "write_seal", full_disk)

    with pytest.raises(OSError, match="No space left"):
        store.checkpoint(State(3, "a"))

    assert (open_store().state, open_store().ids().tolist()) == (State(2, "a"), [1, 2])


def test_a_file_that_another_process_removes_while_it_is_opened_is_told(open_store, written, monkeypatch):
    def read_and_lose(folder, fingerprint):
        seal = vectorstore.seal.read_seal(folder, fingerprint)
        for name in seal.files:
            (folder / name).unlink()
        return seal

    monkeypatch.setattr(vectorstore.faiss, "read_seal", read_and_lose)

    with pytest.raises(DamagedError):
        open_store()
