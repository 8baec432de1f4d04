"""yinju doctor."""

import typer

from ui.cli.shared import CONSOLE, LibraryOption, opened

__all__ = ["doctor"]


def doctor(library: LibraryOption = None) -> None:
    """Check the installation and the library, and say how to mend what is wrong."""
    from rag.doctor import examine, examine_models

    findings = examine_models()
    if all(finding.ok for finding in findings):
        with opened(library, check=False) as pipeline:
            findings += examine(pipeline)
    for finding in findings:
        CONSOLE.print(f"{'ok  ' if finding.ok else 'BAD '} {finding.name}: {finding.detail}", markup=False)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
