"""The report as a file."""

import json
from collections.abc import Mapping
from pathlib import Path

from eval.answers.summary import Report
from eval.files import write_text

__all__ = ["write_json"]


def write_json(report: Report, path: Path, besides: Mapping[str, object] | None = None) -> None:
    """Write the report, and what stands beside it, as JSON; InputError when it cannot be written."""
    data = {**report.as_dict(), **(besides or {})}
    write_text(path, json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n", "json")
