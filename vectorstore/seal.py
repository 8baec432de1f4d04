"""A seal on a folder of index files: what they hold, and the checksums to prove it."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from vectorstore.base import State
from vectorstore.errors import DamagedError, OtherVectorsError

__all__ = ["Seal", "checksum", "file_checksum", "read_seal", "read_sealed", "write_durably", "write_seal"]

_NAME: Final = "seal.json"
_PRIVATE: Final = 0o600  # indexes hold the words of the documents


class Seal(NamedTuple):
    """The state of the library that the files hold, what made them, and their SHA-256 by name."""

    state: State
    fingerprint: str
    files: dict[str, str]


def checksum(data: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def file_checksum(file: Path) -> str:
    """Return the SHA-256 of a file that a seal names; raises DamagedError if it cannot be read."""
    try:
        with file.open("rb") as data:
            return hashlib.file_digest(data, "sha256").hexdigest()
    except OSError as error:
        raise DamagedError(f"{file} cannot be read: {error}") from error


def write_durably(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let a file be written whole or not at all: temporary file, fsync, rename, fsync of the folder."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - of a descriptor
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)  # half of it, on a full disk
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_seal(folder: Path, state: State, fingerprint: str, names: Iterable[str]) -> None:
    """Seal the named files of a folder."""
    files = {name: file_checksum(folder / name) for name in sorted(names)}
    seal = {"change": state.change, "state": state.id, "fingerprint": fingerprint, "files": files}
    text = json.dumps(seal | {"checksum": _own_checksum(seal)}, indent=1)
    write_durably(folder / _NAME, lambda file: file.write(text.encode()))


def _own_checksum(seal: dict[str, object]) -> str:
    return checksum(json.dumps(seal, sort_keys=True).encode())


def read_seal(folder: Path, fingerprint: str) -> Seal | None:
    """Return the seal of a folder after proving it; None if the folder was never sealed.

    Raises DamagedError if a file is not what was sealed, OtherVectorsError if something else made
    the files than `fingerprint` names.
    """
    path = folder / _NAME
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_bytes())
        if found.pop("checksum") != _own_checksum(found):
            raise DamagedError(f"{path} is not the seal that was written")
        state = State(int(found["change"]), str(found["state"]))
        seal = Seal(state, str(found["fingerprint"]), dict(found["files"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedError(f"{path} is not a seal: {error}") from error
    if seal.fingerprint != fingerprint:
        raise OtherVectorsError(f"{folder} was made by {seal.fingerprint}, not by {fingerprint}")
    for name, expected in seal.files.items():
        file = folder / name
        if file_checksum(file) != expected:
            raise DamagedError(f"{file} is not the file that was written")
    return seal


def read_sealed(file: Path) -> bytes:
    """Read a file that a seal names; raises DamagedError if it is not there."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise DamagedError(f"{file} cannot be read: {error}") from error
