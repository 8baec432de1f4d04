"""yinju ingest, remove, documents, outline."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from rag.errors import ReadError
from rag.types import Section
from ui.cli.shared import CONSOLE, AsJson, LibraryOption, opened, print_json
from ui.present import document_data, info_data

if TYPE_CHECKING:
    from rich.tree import Tree

__all__ = ["documents", "ingest", "outline", "rebuild", "remove"]


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files and folders.")],
    library: LibraryOption = None,
    json: AsJson = False,
) -> None:
    """Bring files and folders into the library; unchanged files are skipped, changed ones replaced."""
    from rag.ingest import ingest as ingest_files

    for path in paths:
        if not path.exists():
            raise ReadError(str(path), "there is no such file or folder")
    with opened(library, create=True, check=False) as pipeline, _progress(not json) as progress:
        report = ingest_files(pipeline, paths, progress)
        encodings = {info.name: info.encoding for info in pipeline.documents()}
    if report == type(report)():
        raise ReadError(", ".join(map(str, paths)), "no file of a type that is read: .txt, .md")
    if json:
        print_json(
            {
                "added": report.added,
                "replaced": report.replaced,
                "unchanged": report.unchanged,
                "failed": [{"document": name, "reason": reason} for name, reason in report.failed.items()],
            }
        )
    else:
        for verb, names in (("added", report.added), ("replaced", report.replaced)):
            for name in names:
                CONSOLE.print(f"{verb} {escape(name)} ({encodings[name]})")
        done = (
            f"{len(report.added)} added, {len(report.replaced)} replaced, {len(report.unchanged)} unchanged"
        )
        CONSOLE.print(f"{done}, {len(report.failed)} failed")
    if report.failed:
        for name, reason in report.failed.items():
            typer.echo(" ".join(f"yinju: {name}: {reason}".split()), err=True)
        raise typer.Exit(1)


def rebuild(library: LibraryOption = None) -> None:
    """Make every chunk, vector and index anew from the stored texts, with the present embedder."""
    from rag.ingest import rebuild as rebuild_library

    with opened(library, check=False) as pipeline, _progress(True) as progress:
        rebuild_library(pipeline, progress)
        count = len(pipeline.documents())
    CONSOLE.print(f"{count} documents made anew")


@contextmanager
def _progress(shown: bool) -> Iterator[Callable[[int, int, str], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # On a terminal only, and gone when done: what stays is the report.
    with Progress(
        *columns, console=CONSOLE, transient=True, disable=not (shown and CONSOLE.is_terminal)
    ) as bar:
        task = bar.add_task("", total=None)

        def advance(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=escape(name))

        yield advance


def remove(
    names: Annotated[
        list[str], typer.Argument(metavar="DOCUMENT...", help="Names, as `yinju documents` lists them.")
    ],
    library: LibraryOption = None,
) -> None:
    """Remove documents from the library and its indexes."""
    from rag.ingest import remove as remove_documents

    with opened(library) as pipeline:
        remove_documents(pipeline, names)
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
            escape(info.name), escape(info.title), f"{info.characters:,}", str(info.chunks), info.encoding
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
        for span in found.outline.junk:
            CONSOLE.print(f"  {span.start}-{span.end}  {escape(found.text[span.start : span.end].strip())}")


def _grow(tree: "Tree", section: Section) -> None:
    mark = {"article": "[bold]", "section": "", "point": "[dim]· "}[section.kind]
    close = "[/]" if mark.startswith("[") else ""
    branch = tree.add(f"{mark}{escape(section.title)}{close} [dim]{section.start}-{section.end}[/]")
    for child in section.children:
        _grow(branch, child)
