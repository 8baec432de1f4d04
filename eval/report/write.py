"""The report as a file."""

import json
from collections.abc import Mapping
from pathlib import Path

from eval.answers.summary import Report
from rag.errors import InputError

__all__ = ["write_json", "write_text"]


def write_json(report: Report, path: Path, besides: Mapping[str, object] | None = None) -> None:
    """Write the report, and what stands beside it, as JSON; InputError when it cannot be written."""
    data = {**report.as_dict(), **(besides or {})}
    write_text(path, json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n", "json")


def write_text(path: Path, text: str, field: str) -> None:
    """Write a text as UTF-8, its folder made first; InputError about `field` if it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(field, f"{path}: cannot be written: {error.strerror or error}") from error
