"""The head of the page: what this is and which documents it answers from."""

from collections.abc import Sequence
from html import escape
from typing import Final

from rag.types.document import DocumentInfo
from ui.page.markup import document_address
from ui.page.texts import Words

__all__ = ["header"]

_MOST_LISTED: Final = 100


def header(documents: Sequence[DocumentInfo], words: Words, problem: str = "") -> str:
    """Return the page's head as HTML; `problem` says why the documents are not known."""
    return (
        '<div class="masthead"><span class="seal" aria-hidden="true">引</span>'
        f'<div class="about"><h1>引据 <small>Yinju</small></h1><p>{escape(words.does)}</p></div>'
        f"{_library(documents, words, problem)}</div>"
    )


def _library(documents: Sequence[DocumentInfo], words: Words, problem: str) -> str:
    if not documents:
        return f'<p class="library empty">{escape(problem or words.library_empty)}</p>'
    rows = "".join(
        f'<li><a href="{document_address(info.name)}" target="_blank" rel="noopener">{escape(info.title)}</a>'
        f"<small>{escape(info.name)} · "
        f"{escape(words.document_size.format(count=f'{info.characters:,}'))}</small></li>"
        for info in documents[:_MOST_LISTED]
    )
    left = len(documents) - _MOST_LISTED
    more = f"<li>{escape(words.library_more.format(count=f'{left:,}'))}</li>" if left > 0 else ""
    title = escape(words.library_holds.format(count=f"{len(documents):,}"))
    return f'<details class="library"><summary>{title}</summary><ul>{rows}{more}</ul></details>'
