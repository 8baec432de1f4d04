"""The files that paths, folders and patterns name."""

import glob
import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NamedTuple

from rag.errors import ReadError
from rag.ingest.formats import suffixes_read
from rag.ingest.formats.encoding import decode
from rag.ingest.patterns import is_within, matches_of, real_path

__all__ = ["FoundFile", "find_files", "is_pattern"]

_IGNORE_FILE: Final = ".yinjuignore"


class FoundFile(NamedTuple):
    """A file to be read and the name its document will have."""

    name: str
    path: Path


class _Met(NamedTuple):
    """A file that was come by, and whether it is to be read."""

    path: Path
    is_read: bool


def find_files(paths: Iterable[Path], passed_over: list[str] | None = None) -> Iterator[FoundFile]:
    """Yield the files to read: those named, and those in folders whose suffix some reader reads.

    A file's document is named after the file, one in a folder by its path below the folder, one that
    a pattern (`*`, `?`, `[…]`, `**`) matches by its path below the folder where the pattern begins.
    Hidden files are passed over, and those that match a line of the folder's `.yinjuignore`; the names
    of those that nothing reads, and of links that lead out of the folder that was named, are added to
    `passed_over`. What is named may be a link to anywhere. Raises ReadError for a pattern that matches
    nothing.
    """
    left = [] if passed_over is None else passed_over
    for path in paths:
        if path.is_dir():
            yield from _by_name(_within(path, real_path(path)), path, left)
        elif is_pattern(path) and not path.exists():
            base = _base_of(path)
            yield from _by_name(_matching(path, base), base, left)
        else:
            yield FoundFile(path.name, path)


def is_pattern(path: Path) -> bool:
    """Tell whether a path stands for those that match it."""
    return glob.has_magic(str(path))


def _by_name(met: Iterable[_Met], base: Path, left: list[str]) -> Iterator[FoundFile]:
    """Yield the files to read by their names below a folder, and put down the names of the others."""
    for path, is_read in met:
        name = path.relative_to(base).as_posix()
        if is_read:
            yield FoundFile(name, path)
        else:
            left.append(name)


def _base_of(pattern: Path) -> Path:
    """Return the folder where a pattern begins."""
    first = next(i for i, part in enumerate(pattern.parts) if glob.has_magic(part))
    return Path(*pattern.parts[:first])


def _matching(pattern: Path, base: Path) -> Iterator[_Met]:
    """Yield what a pattern matches, and what is in folders that it matches, each once."""
    matches = sorted(set(matches_of(pattern)))
    if not matches:
        raise ReadError(str(pattern), "no file matches")
    seen: set[Path] = set()
    for path, top in matches:
        is_folder = path.is_dir() and is_within(path, top)
        for met in _within(path, top) if is_folder else [_judged(path, top)]:
            if met.path not in seen and not _is_ignored(met.path, base):
                seen.add(met.path)
                yield met


def _judged(path: Path, top: Path) -> _Met:
    return _Met(path, path.suffix.lower() in suffixes_read() and is_within(path, top))


def _is_ignored(file: Path, base: Path) -> bool:
    """Tell whether a folder from the base down ignores a file, or the folder it is in."""
    return any(
        _matches(child.name, _ignored(folder))
        for child, folder in zip((file, *file.parents), file.parents, strict=False)
        if folder == base or base in folder.parents
    )


def _within(folder: Path, top: Path) -> Iterator[_Met]:
    """Yield the files of a folder and of those below it, and the links to folders out of a real one."""
    closed: list[Path] = []  # folders that may not be listed: handed on, so that reading them fails

    def take_down(error: OSError) -> None:
        closed.append(Path(error.filename))

    for at, folders, names in os.walk(folder, onerror=take_down):
        ignored = _ignored(Path(at))
        folders[:] = sorted(name for name in folders if not _matches(name, ignored))
        yield from (_Met(path, False) for name in folders if not is_within(path := Path(at, name), top))
        yield from (_judged(Path(at, name), top) for name in sorted(names) if not _matches(name, ignored))
    yield from (_Met(path, True) for path in closed)


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
