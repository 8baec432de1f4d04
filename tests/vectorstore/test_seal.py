"""The seal proves that a folder's files are those that were written."""

import pytest

from vectorstore import DamagedError, OtherVectorsError, State
from vectorstore.seal import Seal, checksum, read_seal, write_durably, write_seal


def test_a_folder_that_was_never_sealed_has_no_seal(tmp_path):
    assert read_seal(tmp_path / "nothing here", "maker") is None


def test_checksum_is_sha_256():
    assert checksum(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_seal_holds_the_change_the_maker_and_the_checksums(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    write_seal(tmp_path, State(5, "a"), "maker", ["a"])

    assert read_seal(tmp_path, "maker") == Seal(State(5, "a"), "maker", {"a": checksum(b"abc")})


def test_a_file_that_was_written_after_the_seal_is_told(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    write_seal(tmp_path, State(5, "a"), "maker", ["a"])
    (tmp_path / "a").write_bytes(b"abd")

    with pytest.raises(DamagedError, match="is not the file that was written"):
        read_seal(tmp_path, "maker")


def test_another_maker_is_told(tmp_path):
    write_seal(tmp_path, State(5, "a"), "maker", [])

    with pytest.raises(OtherVectorsError, match="made by maker, not by other"):
        read_seal(tmp_path, "other")


def test_a_durable_write_replaces_the_whole_file_and_leaves_nothing_beside_it(tmp_path):
    (tmp_path / "a").write_bytes(b"a longer text than the next")

    write_durably(tmp_path / "a", lambda file: file.write(b"new"))

    assert (tmp_path / "a").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_durable_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"old")

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("vectorstore.seal.os.fsync", fail)

    with pytest.raises(OSError, match="Input/output error"):
        write_durably(tmp_path / "a", lambda file: file.write(b"new"))
    assert (tmp_path / "a").read_bytes() == b"old"
