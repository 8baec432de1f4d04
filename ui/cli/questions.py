"""yinju search and ask."""

import json as json_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from rag.errors import InputError
from rag.types.answer import Answer, Citation
from rag.types.evidence import Passage
from rag.types.query import Turn
from ui.cli.shared import CONSOLE, AsJson, LibraryOption, opened, print_json
from ui.present import answer_data, passages_data

__all__ = ["ask", "search"]

_SHOWN = 160  # characters of a passage in a list


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY")],
    k: Annotated[int, typer.Option("-k", help="How many passages.")] = 8,
    library: LibraryOption = None,
    json: AsJson = False,
) -> None:
    """Show the passages nearest to a query."""
    with opened(library) as pipeline:
        passages = pipeline.search(query, k)
    if json:
        print_json({"passages": passages_data(passages)})
        return
    for rank, passage in enumerate(passages, 1):
        _print_passage(rank, passage)


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION")],
    backend: Annotated[
        str | None, typer.Option("--backend", metavar="NAME", help="What writes the answer.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option("--history", metavar="FILE", help='JSON: [{"role", "content"}, …].')
    ] = None,
    library: LibraryOption = None,
    json: AsJson = False,
) -> None:
    """Answer a question, with the words the answer relies on."""
    turns = _read_history(history) if history else []
    with opened(library) as pipeline:
        answer = pipeline.ask(question, history=turns, backend=backend)
    if json:
        print_json(answer_data(answer))
    else:
        _print_answer(answer)


def _read_history(path: Path) -> list[Turn]:
    try:
        rows: Any = json_module.loads(path.read_text(encoding="utf-8"))
        return [_turn(row) for row in rows]
    except OSError as error:
        raise InputError("history", f"{path}: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        expected = '[{"role": "user" or "assistant", "content": "…"}, …]'
        raise InputError("history", f"{path} is no conversation, expected {expected}: {error}") from error


def _turn(row: dict[str, str]) -> Turn:
    role, content = row["role"], row["content"]
    if role not in ("user", "assistant") or not isinstance(content, str):
        raise ValueError(f"role {role!r}")
    return Turn("user" if role == "user" else "assistant", content)


def _print_answer(answer: Answer) -> None:
    if answer.notice:
        typer.echo(answer.notice, err=True)
    CONSOLE.print(escape(answer.answer))
    CONSOLE.print()
    for claim in answer.claims:
        if not claim.supported:
            sentence = escape(answer.answer[claim.start : claim.end])
            CONSOLE.print(f"[yellow]not supported by what it cites:[/] {sentence}")
    for citation in answer.citations:
        _print_citation(citation)
    if answer.abstained:
        for rank, passage in enumerate(answer.passages[:3], 1):
            _print_passage(rank, passage)


def _print_citation(citation: Citation) -> None:
    path = " › ".join(citation.heading_path)
    CONSOLE.print(
        f"{escape(f'[{citation.marker}]')} [bold]{escape(path)}[/]"
        f" [dim]{escape(citation.document)} {citation.start}-{citation.end}[/]"
    )
    CONSOLE.print(f"    {escape(' '.join(citation.quote.split()))}")


def _print_passage(rank: int, passage: Passage) -> None:
    text = passage.text.replace("\n", " ")
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    path = " › ".join(passage.heading_path)
    CONSOLE.print(f"{rank}. [bold]{escape(path)}[/] [dim]{escape(passage.document)} {passage.score:.3f}[/]")
    CONSOLE.print(f"   {escape(shown)}")
