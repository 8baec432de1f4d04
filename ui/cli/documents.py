"""yinju ingest, remove, documents, outline."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from rag.errors import ReadError
from rag.ingest.discover import is_pattern
from rag.ingest.formats import suffixes_read
from rag.types.document import Section
from ui.cli.shared import CONSOLE, AsJson, LibraryOption, opened, print_json
from ui.present import document_data, info_data

if TYPE_CHECKING:
    from rich.progress import ProgressColumn
    from rich.tree import Tree

    from rag.ingest.ingest import IngestReport

__all__ = ["documents", "ingest", "outline", "rebuild", "remove"]


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, folders and patterns.")],
    library: LibraryOption = None,
    json: AsJson = False,
) -> None:
    """Bring files and folders into the library; unchanged files are skipped, changed ones replaced."""
    from rag.ingest.ingest import IngestReport
    from rag.ingest.ingest import ingest as ingest_files

    for path in paths:
        if not path.exists() and not is_pattern(path):
            raise ReadError(str(path), "there is no such file or folder")
    report = IngestReport()
    show = _print_report_as_json if json else _print_report
    with opened(library, create=True, check=False) as pipeline, _progress(not json) as progress:
        try:
            ingest_files(pipeline.corpus, paths, progress, report)
        except KeyboardInterrupt:
            show(report)
            raise
    if not (report.added or report.replaced or report.unchanged or report.failed):
        known = " ".join(sorted(suffixes_read()))
        raise ReadError(", ".join(map(str, paths)), f"no file of a type that is read: {known}")
    show(report)
    if report.failed:
        for name, reason in report.failed.items():
            typer.echo(" ".join(f"yinju: {name}: {reason}".split()), err=True)
        raise typer.Exit(1)


def _print_report_as_json(report: "IngestReport") -> None:
    print_json(
        {
            "added": report.added,
            "replaced": report.replaced,
            "unchanged": report.unchanged,
            "failed": [{"document": name, "reason": reason} for name, reason in report.failed.items()],
            "passed_over": report.passed_over,
            "encodings": {
                name: {"encoding": encoding, "confidence": confidence}
                for name, (encoding, confidence) in report.read_as.items()
            },
        }
    )


def _print_report(report: "IngestReport") -> None:
    for verb, names in (("added", report.added), ("replaced", report.replaced)):
        for name in names:
            before = f"; it was {report.moved[name]} before" if name in report.moved else ""
            CONSOLE.print(f"{verb} {escape(name)} ({_read_as(*report.read_as[name])}{escape(before)})")
    if report.passed_over:
        kinds = Counter(Path(name).suffix.lower() or "no suffix" for name in report.passed_over)
        told = ", ".join(f"{count} {escape(kind)}" for kind, count in kinds.most_common())
        CONSOLE.print(f"passed over, of types that are not read or links out of the folder: {told}")
    CONSOLE.print(
        f"{len(report.added)} added, {len(report.replaced)} replaced, {len(report.unchanged)} unchanged,"
        f" {len(report.failed)} failed"
    )


def _read_as(encoding: str, confidence: float) -> str:
    return encoding if confidence >= 1 else f"{encoding}, {100 * confidence:.1f} % sure"


def rebuild(library: LibraryOption = None) -> None:
    """Make every chunk, vector and index anew from the stored texts, with the present embedder."""
    from rag.ingest.rebuild import rebuild as rebuild_library

    with opened(library, check=False) as pipeline, _progress(True) as progress:
        rebuild_library(pipeline.corpus, progress)
        count = len(pipeline.documents())
    CONSOLE.print(f"{count} documents made anew")


@contextmanager
def _progress(shown: bool) -> Iterator[Callable[[int, int, str], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _rate_column(),
        TimeRemainingColumn(),
    )
    # On a terminal only, and gone when done: what stays is the report.
    with Progress(
        *columns, console=CONSOLE, transient=True, disable=not (shown and CONSOLE.is_terminal)
    ) as bar:
        task = bar.add_task("", total=None)

        def advance(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=escape(name))

        yield advance


def _rate_column() -> "ProgressColumn":
    from rich.progress import ProgressColumn, Task
    from rich.text import Text

    class RateColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    return RateColumn()


def remove(
    names: Annotated[
        list[str], typer.Argument(metavar="DOCUMENT...", help="Names, as `yinju documents` lists them.")
    ],
    library: LibraryOption = None,
) -> None:
    """Remove documents from the library and its indexes."""
    from rag.ingest.ingest import remove as remove_documents

    with opened(library) as pipeline:
        remove_documents(pipeline.corpus, names)
    CONSOLE.print(f"{len(set(names))} removed")


def documents(library: LibraryOption = None, json: AsJson = False) -> None:
    """List the documents of the library."""
    with opened(library) as pipeline:
        found = pipeline.documents()
    if json:
        print_json([info_data(info) for info in found])
        return
    from rich.table import Table

    table = Table("document", "title", "characters", "chunks", "encoding")
    for info in found:
        table.add_row(
            escape(info.name),
            escape(info.title),
            f"{info.characters:,}",
            str(info.chunks),
            _read_as(info.encoding, info.confidence),
        )
    CONSOLE.print(table if found else "the library is empty: `yinju ingest PATH` brings documents in")


def outline(
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help="A name, as `yinju documents` lists it.")
    ],
    library: LibraryOption = None,
    json: AsJson = False,
) -> None:
    """Show the outline of a document: its articles, sections and points."""
    with opened(library) as pipeline:
        found = pipeline.document(document)
    if json:
        print_json(document_data(found)["outline"])
        return
    from rich.tree import Tree

    tree = Tree(f"{escape(found.name)}  {escape(found.title)}")
    for section in found.outline.sections:
        _grow(tree, section)
    CONSOLE.print(tree)
    if found.outline.junk:
        CONSOLE.print(f"set aside as junk: {len(found.outline.junk)}")
        for start, end, rule in found.outline.junk:
            CONSOLE.print(f"  {start}-{end}  {rule}: {escape(found.text[start:end].strip())}")


def _grow(tree: "Tree", section: Section) -> None:
    mark = {"article": "[bold]", "section": "", "point": "[dim]· "}[section.kind]
    close = "[/]" if mark.startswith("[") else ""
    branch = tree.add(f"{mark}{escape(section.title)}{close} [dim]{section.start}-{section.end}[/]")
    for child in section.children:
        _grow(branch, child)
