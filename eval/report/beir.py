"""What was measured on a BEIR set: as a table for a terminal, as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table

from eval.files import write_text
from eval.retrieval.beir import BeirReport

__all__ = ["render_beir", "write_beir"]


def render_beir(report: BeirReport) -> RenderableType:
    """Return the report as a table."""
    table = Table(
        "measure",
        "value",
        "95 % interval",
        title=f"{report.set}: {report.queries} queries, {report.documents} passages, {report.retriever}",
    )
    for name, value in report.metrics.items():
        low, high = report.ci95[name]
        table.add_row(name, f"{value:.3f}", f"{low:.3f} to {high:.3f}")
    return table


def write_beir(report: BeirReport, path: Path) -> None:
    """Write the report as JSON; InputError if it cannot be written."""
    write_text(path, json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n", "json")
