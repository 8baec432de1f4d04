"""A file written whole, or an error that says which and why."""

from pathlib import Path

from rag.errors import InputError

__all__ = ["write_text"]


def write_text(path: Path, text: str, field: str) -> None:
    """Write a text as UTF-8, its folder made first; InputError about `field` if it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(field, f"{path}: cannot be written: {error.strerror or error}") from error
