"""Files to text, by suffix."""

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NamedTuple

from rag.errors import ReadError
from rag.read.base import Reader, ReadText
from rag.read.encoding import decode
from rag.registry import Registry

__all__ = ["READERS", "FoundFile", "ReadText", "Reader", "find_files", "read_file"]

NOT_PARTS: Final = ("base", "encoding")
_IGNORE_FILE: Final = ".yinjuignore"
READERS: Final[Registry[Reader]] = Registry("reader", "rag.read")


class FoundFile(NamedTuple):
    """A file to be read and the name its document will have."""

    name: str
    path: Path


def _readers() -> dict[str, Reader]:
    readers = [READERS.factory(name)() for name in READERS.names()]
    return {suffix: reader for reader in readers for suffix in reader.suffixes}


def find_files(paths: Iterable[Path]) -> Iterator[FoundFile]:
    """Yield the files to read: those named, and those in folders whose suffix some reader reads.

    A file's document is named after the file, one in a folder by its path below the folder. Hidden
    files are passed over, and those that match a line of the folder's `.yinjuignore`.
    """
    suffixes = set(_readers())
    for path in paths:
        if path.is_dir():
            yield from _files_within(path, suffixes)
        else:
            yield FoundFile(path.name, path)


def _files_within(top: Path, suffixes: set[str]) -> Iterator[FoundFile]:
    closed: list[Path] = []  # folders that may not be listed: handed on, so that reading them fails

    def take_down(error: OSError) -> None:
        closed.append(Path(error.filename))

    for folder, folders, names in os.walk(top, onerror=take_down):
        ignored = _ignored(Path(folder))
        folders[:] = sorted(name for name in folders if not _matches(name, ignored))
        for name in sorted(names):
            file = Path(folder, name)
            if file.suffix.lower() in suffixes and not _matches(name, ignored):
                yield FoundFile(file.relative_to(top).as_posix(), file)
    yield from (FoundFile(folder.relative_to(top).as_posix(), folder) for folder in closed)


def _ignored(folder: Path) -> list[str]:
    """Return the name patterns of files and folders that are passed over."""
    file = folder / _IGNORE_FILE
    data = file.read_bytes() if file.is_file() else b""
    lines = decode(data, file.name).text.splitlines() if data.strip() else []
    return [".*", *(line.strip() for line in lines if line.strip() and not line.startswith("#"))]


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def read_file(file: FoundFile, data: bytes) -> ReadText:
    """Return the text of a file's bytes; raises ReadError."""
    readers = _readers()
    reader = readers.get(file.path.suffix.lower())
    if reader is None:
        known = " ".join(sorted(readers))
        raise ReadError(file.name, f"files of type {file.path.suffix or '(none)'} are not read, only {known}")
    return reader.read(data, file.name)
