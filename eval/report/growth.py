"""How the cost of retrieval grows: as a table for a terminal, as Markdown."""

from rich import box
from rich.table import Table
from rich.text import Text

from eval.retrieval.growth import PARTS, GrowthReport

__all__ = ["growth_markdown", "render_growth"]


def render_growth(report: GrowthReport) -> Table:
    """Lay out the ratios, a row a size."""
    title = f"{report.set}: {report.questions} questions; times as ratios to the whole at the smallest size"
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, show_edge=False)
    for name in ("passages", *PARTS):
        table.add_column(name, justify="right", no_wrap=True)
    for cells in _cells(report):
        table.add_row(*cells)
    return table


def growth_markdown(report: GrowthReport) -> str:
    """Return the ratios as a Markdown table."""
    lines = [["passages", *PARTS], ["---:"] * (len(PARTS) + 1), *_cells(report)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cells(report: GrowthReport) -> list[list[str]]:
    return [[f"{row.passages:,}", *(f"{row.ratios[part]:.2f}" for part in PARTS)] for row in report.sizes]
