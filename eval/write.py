"""The report as a file."""

import json
from pathlib import Path

from eval.report import Report
from rag.errors import InputError

__all__ = ["write_json"]


def write_json(report: Report, path: Path) -> None:
    """Write the report as UTF-8 JSON; InputError when the file cannot be written."""
    text = json.dumps(report.as_dict(), ensure_ascii=False, indent=2, allow_nan=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError("json", f"{path}: cannot be written: {error.strerror or error}") from error
