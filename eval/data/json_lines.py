"""JSON Lines as people write them: every fault is named with its file, its line and what was expected."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from rag.errors import InputError

__all__ = ["UnexpectedError", "listed", "parsed_lines", "shown", "string"]

Parsed = TypeVar("Parsed")


class UnexpectedError(Exception):
    """A line is not what was expected; carries the reason up to where the line is known."""


def parsed_lines(
    path: Path, field: str, parse: Callable[[dict[str, object]], Parsed]
) -> Iterator[tuple[int, Parsed]]:
    """Yield the number of each line that is not blank and what `parse` makes of its object.

    Raises InputError about `field`, also for an UnexpectedError of `parse`.
    """
    for number, line in enumerate(_text(path, field).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            parsed = parse(_object(line))
        except UnexpectedError as error:
            raise InputError(field, f"{path}, line {number}: {error}") from error
        yield number, parsed


def string(value: object, name: str) -> str:
    """Return a value that is to be a string and not blank."""
    if not isinstance(value, str) or not value.strip():
        raise UnexpectedError(f'"{name}": expected a string that is not blank, found {shown(value)}')
    return value


def listed(value: object, name: str) -> list[object]:
    """Return a value that is to be a list; none is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnexpectedError(f'"{name}": expected a list, found {shown(value)}')
    return value


def shown(value: object) -> str:
    """Return a value as an error shows it."""
    if value is None:
        return "nothing"
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= 60 else f"{written[:60]}…"


def _text(path: Path, field: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(field, f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(field, f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error


def _object(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
        json.dumps(row, ensure_ascii=False).encode()  # half of a surrogate pair cannot be written again
    except json.JSONDecodeError as error:
        raise UnexpectedError(f"not JSON: {error.msg} at column {error.colno}") from error
    except (ValueError, RecursionError) as error:  # a 5,000-digit number, 100,000 brackets
        raise UnexpectedError(f"not JSON that can be used: {error}") from error
    if not isinstance(row, dict):
        raise UnexpectedError(f"expected a JSON object, found {shown(row)}")
    return row
