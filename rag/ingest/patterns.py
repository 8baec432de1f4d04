"""The paths that a pattern matches, and the folders that links must not lead out of."""

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["Match", "is_within", "matches_of", "real_path"]

_ANY_DEPTH: Final = "**"


class Match(NamedTuple):
    """A path that a pattern matches, and the real folder that it must lie in."""

    path: Path
    top: Path


def real_path(path: Path) -> Path:
    """Return where a path leads when all links are followed."""
    return Path(os.path.realpath(path))  # unlike Path.resolve it raises nothing for a link to itself


def is_within(path: Path, top: Path) -> bool:
    """Tell whether a path leads into a real folder, or is that."""
    return real_path(path).is_relative_to(top)


def matches_of(pattern: Path) -> Iterator[Match]:
    """Yield what a pattern matches, some of it twice, and the links that `**` does not follow.

    What `*`, `?` and `[…]` match is named by the pattern and may be a link to anywhere. `**` searches:
    what it leads to must lie in the folder where the search begins.
    """
    if _ANY_DEPTH not in pattern.parts:
        yield from (Match(path, real_path(path)) for path in _named(Path(), pattern.parts))
        return
    first = pattern.parts.index(_ANY_DEPTH)
    for start in _named(Path(), pattern.parts[:first]):
        top = real_path(start)
        yield from (Match(path, top) for path in _searched(start, pattern.parts[first + 1 :], top))


def _named(folder: Path, parts: Sequence[str]) -> list[Path]:
    """Return what the parts of a pattern match in a folder; none of them is `**`."""
    pattern = os.path.join(glob.escape(str(folder)), *parts)  # noqa: PTH118 - a part may be the root
    return [Path(match) for match in glob.glob(pattern)]  # noqa: PTH207 - a Path takes no absolute pattern


def _searched(folder: Path, parts: Sequence[str], top: Path) -> Iterator[Path]:
    """Yield what the parts behind a `**` match in a folder and those below it."""
    deep = parts.index(_ANY_DEPTH) if _ANY_DEPTH in parts else None
    for inner in _folders(folder, top):
        if not parts or not is_within(inner, top):
            yield inner
        elif deep is None:
            yield from (path for path in _named(inner, parts) if not _is_circle(path))
        else:
            for start in _named(inner, parts[:deep]):
                yield from _searched(start, parts[deep + 1 :], top) if is_within(start, top) else [start]


def _folders(folder: Path, top: Path) -> Iterator[Path]:
    """Yield a folder, those below it that are not hidden, and links that lead out, which end there."""
    followed: set[Path] = set()
    for at, names, _ in os.walk(folder, followlinks=True):
        yield Path(at)
        inner = [Path(at, name) for name in sorted(names) if not name.startswith(".")]
        yield from (path for path in inner if not is_within(path, top))
        names[:] = [path.name for path in inner if not path.is_symlink() or _leads_on(path, top, followed)]


def _leads_on(link: Path, top: Path, followed: set[Path]) -> bool:
    """Tell whether a link leads to a folder that no other link led to, and that it is not in."""
    target = real_path(link)
    if target in followed or not target.is_relative_to(top) or _is_circle(link):
        return False
    followed.add(target)
    return True


def _is_circle(path: Path) -> bool:
    """Tell whether a path is a link to a folder that it is in."""
    return path.is_symlink() and is_within(path.parent, real_path(path))
