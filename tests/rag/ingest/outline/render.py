"""The outline of a document as text that can be read beside it.

`python -m tests.rag.ingest.outline.render` writes the golden files anew; read the difference line by line.
"""

from pathlib import Path
from typing import Final

from rag.ingest.formats import ReadingLimits, read_file
from rag.ingest.outline import find_outline
from rag.types.document import Outline, Section

SEEDS: Final = Path(__file__).parents[4] / "seeds"
GOLDEN: Final = Path(__file__).parent / "golden"
MARKS: Final = {"article": "#", "section": "§", "point": "•"}


def render(outline: Outline) -> str:
    """Write an outline, one section a line: kind mark, level, title, start-end."""
    lines = [
        f"title: {outline.title}",
        *(f"junk: {start}-{end} {rule}" for start, end, rule in outline.junk),
        "",
    ]
    for article in outline.sections:
        lines += _lines(article, 0)
    return "\n".join(lines) + "\n"


def _lines(section: Section, depth: int) -> list[str]:
    mark = MARKS[section.kind]
    line = f"{'  ' * depth}{mark}{section.level} {section.title} {section.start}-{section.end}"
    return [line, *(below for child in section.children for below in _lines(child, depth + 1))]


def outline_of_seed(path: Path) -> Outline:
    """Find the outline of a file of the seeds, read as any other file."""
    read = read_file(path.name, path.suffix, path.read_bytes(), ReadingLimits())
    return find_outline(read.text, read.markup)


def main() -> None:
    """Write the golden files."""
    GOLDEN.mkdir(exist_ok=True)
    for path in SEEDS.glob("*.txt"):
        text = render(outline_of_seed(path))
        (GOLDEN / f"{path.name}.outline.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
