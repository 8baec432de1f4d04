"""Files to text, by suffix."""

import glob
import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from rag.errors import ReadError
from rag.read.base import Reader, ReadingLimits, ReadText
from rag.read.encoding import decode
from rag.registry import Registry

__all__ = [
    "READERS",
    "FoundFile",
    "ReadText",
    "Reader",
    "ReadingLimits",
    "find_files",
    "is_pattern",
    "read_file",
    "suffixes_read",
]

NOT_PARTS: Final = (
    *("base", "encoding", "paragraphs"),
    *("layout", "pages", "plainhtml", "webpage"),
    *("numbering", "word", "wordstyles"),
)
_LONGEST_REASON: Final = 120
_IGNORE_FILE: Final = ".yinjuignore"
READERS: Final[Registry[Reader]] = Registry("reader", "rag.read")


class FoundFile(NamedTuple):
    """A file to be read and the name its document will have."""

    name: str
    path: Path


@cache
def _reader(suffix: str) -> Reader | None:
    """Return what reads files of a suffix, None if nothing does."""
    for name in READERS.names():
        reader = READERS.factory(name)()
        if suffix in reader.suffixes:
            return reader
    return None


@cache
def suffixes_read() -> frozenset[str]:
    """Return the suffixes of the files that are read."""
    return frozenset(suffix for name in READERS.names() for suffix in READERS.factory(name)().suffixes)


def find_files(paths: Iterable[Path], passed_over: list[str] | None = None) -> Iterator[FoundFile]:
    """Yield the files to read: those named, and those in folders whose suffix some reader reads.

    A file's document is named after the file, one in a folder by its path below the folder, one that
    a pattern (`*`, `?`, `[…]`, `**`) matches by its path below the folder where the pattern begins.
    Hidden files are passed over, and those that match a line of the folder's `.yinjuignore`; the names
    of those that nothing reads are added to `passed_over`. Raises ReadError for a pattern that matches
    nothing.
    """
    for path in paths:
        if path.is_dir():
            yield from _files_within(path, passed_over)
        elif is_pattern(path) and not path.exists():
            yield from _files_matching(path, passed_over)
        else:
            yield FoundFile(path.name, path)


def is_pattern(path: Path) -> bool:
    """Tell whether a path stands for those that match it."""
    return glob.has_magic(str(path))


def _files_matching(pattern: Path, passed_over: list[str] | None) -> Iterator[FoundFile]:
    """Yield the files that a pattern matches, and those in folders that it matches."""
    first = next(i for i, part in enumerate(pattern.parts) if glob.has_magic(part))
    base = Path(*pattern.parts[:first])
    matches = glob.glob(str(pattern), recursive=True)  # noqa: PTH207 - a Path takes no absolute pattern
    found = sorted({Path(match) for match in matches})
    if not found:
        raise ReadError(str(pattern), "no file matches")
    seen: set[Path] = set()
    for path in found:
        for file in _files_below(path, base, passed_over):
            if file.path not in seen and not _is_ignored(file.path, base):
                seen.add(file.path)
                yield file


def _files_below(path: Path, base: Path, passed_over: list[str] | None) -> Iterator[FoundFile]:
    if path.is_dir():
        for file in _files_within(path, None):
            yield FoundFile(file.path.relative_to(base).as_posix(), file.path)
    elif path.suffix.lower() in suffixes_read():
        yield FoundFile(path.relative_to(base).as_posix(), path)
    elif passed_over is not None:
        passed_over.append(path.relative_to(base).as_posix())


def _is_ignored(file: Path, base: Path) -> bool:
    """Tell whether a folder from the base down ignores a file, or the folder it is in."""
    return any(
        _matches(child.name, _ignored(folder))
        for child, folder in zip((file, *file.parents), file.parents, strict=False)
        if folder == base or base in folder.parents
    )


def _files_within(top: Path, passed_over: list[str] | None) -> Iterator[FoundFile]:
    closed: list[Path] = []  # folders that may not be listed: handed on, so that reading them fails

    def take_down(error: OSError) -> None:
        closed.append(Path(error.filename))

    for folder, folders, names in os.walk(top, onerror=take_down):
        ignored = _ignored(Path(folder))
        folders[:] = sorted(name for name in folders if not _matches(name, ignored))
        for name in sorted(names):
            file = Path(folder, name)
            if _matches(name, ignored):
                continue
            below = file.relative_to(top).as_posix()
            if file.suffix.lower() in suffixes_read():
                yield FoundFile(below, file)
            elif passed_over is not None:
                passed_over.append(below)
    yield from (FoundFile(folder.relative_to(top).as_posix(), folder) for folder in closed)


def _ignored(folder: Path) -> list[str]:
    """Return the name patterns of files and folders that are passed over."""
    file = folder / _IGNORE_FILE
    data = file.read_bytes() if file.is_file() else b""
    try:
        lines = decode(data, file.name).text.splitlines() if data.strip() else []
    except ReadError:
        lines = []  # what cannot be read names nothing
    return [".*", *(line.strip().rstrip("/") for line in lines if line.strip() and not line.startswith("#"))]


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def read_file(name: str, suffix: str, data: bytes, limits: ReadingLimits) -> ReadText:
    """Return the text of a file's bytes; raises ReadError."""
    reader = _reader(suffix.lower())
    if reader is None:
        known = " ".join(sorted(suffixes_read()))
        raise ReadError(name, f"files of type {suffix or '(none)'} are not read, only {known}")
    try:
        return reader.read(data, name, limits)
    except (ReadError, MemoryError):
        raise
    except Exception as error:  # of a parser, over bytes that anybody may have made
        raise ReadError(name, f"it cannot be read, it may be damaged ({_in_a_line(error)})") from error


def _in_a_line(error: Exception) -> str:
    said = " ".join("".join(c if c.isprintable() else " " for c in str(error)).split())
    return f"{type(error).__name__}: {said[:_LONGEST_REASON]}" if said else type(error).__name__
