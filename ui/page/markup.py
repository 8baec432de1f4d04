"""From text that nobody vouches for to HTML that shows it, and does nothing else."""

import re
from collections.abc import Collection, Iterable
from html import escape
from typing import Final
from urllib.parse import quote

from rag.types.answer import Claim

__all__ = ["answer_markup", "document_address", "inert", "mark_unsupported", "place_id", "plain_block"]

_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
_MARKER: Final = re.compile(r"\[(\d{1,3})\]")
_ITEM: Final = re.compile(r"\s*(\d{1,3})[.、．)）]\s*(?=\D)(.+)")
_UNSUPPORTED: Final = "\ue000"  # stands behind a sentence while the rest is made inert
_BULLET: Final = re.compile(r"\s*[-•*]\s+(.+)")


def inert(text: str) -> str:
    """Write text so that neither HTML nor Markdown nor LaTeX finds anything in it to act on."""
    return _PUNCTUATION.sub(lambda match: f"&#{ord(match.group())};", text)


def place_id(turn: int, marker: int) -> str:
    """Return the anchor of what marker `marker` of the conversation's answer `turn` points to."""
    return f"source-{turn}-{marker}"


def document_address(name: str) -> str:
    """Return where the HTTP API gives out a document's text."""
    return f"documents/{quote(name, safe='')}/text"


def plain_block(text: str, css_class: str) -> str:
    """Return text as one block; its line breaks stay."""
    lines = "<br>".join(inert(line) for line in text.split("\n"))
    return f'<div class="{css_class}">{lines}</div>'


def mark_unsupported(text: str, claims: Iterable[Claim]) -> str:
    """Return an answer with a mark for `answer_markup` behind each sentence that nothing supports."""
    text = text.replace(_UNSUPPORTED, " ")
    for claim in sorted(claims, key=lambda claim: -claim.end):
        if not claim.supported:
            text = f"{text[: claim.end]}{_UNSUPPORTED}{text[claim.end :]}"
    return text


def answer_markup(text: str, turn: int, known: Collection[int] = (), unsupported: str = "") -> str:
    """Return an answer as paragraphs and lists; markers in `known` link to their sources.

    `unsupported` is what a mark set by `mark_unsupported` says when it is pointed at.

    Bold stays as it is written: Chinese documents put ** where a name was taken out.
    It has no line break: a blank line would end the HTML block for a Markdown reader.
    """
    blocks: list[str] = []
    for line in filter(str.strip, text.split("\n")):
        if item := _ITEM.fullmatch(line):
            blocks.append(_item(f"{item[1]}&#46;", _inline(item[2], turn, known)))
        elif bullet := _BULLET.fullmatch(line):
            blocks.append(_item("•", _inline(bullet[1], turn, known)))
        else:
            blocks.append(f'<div class="paragraph">{_inline(line.strip(), turn, known)}</div>')
    mark = f'<span class="unsupported" title="{escape(unsupported)}">?</span>'
    return "".join(blocks).replace(_UNSUPPORTED, mark if unsupported else "")


def _item(number: str, shown: str) -> str:
    return f'<div class="item"><span class="number">{number}</span> <span>{shown}</span></div>'


def _inline(text: str, turn: int, known: Collection[int]) -> str:
    parts = _MARKER.split(text)
    return "".join(
        _marker(int(part), turn, known) if odd % 2 else inert(part) for odd, part in enumerate(parts)
    )


def _marker(number: int, turn: int, known: Collection[int]) -> str:
    if number in known:
        return f'<a class="marker" href="#{escape(place_id(turn, number))}">{number}</a>'
    return f'<span class="marker">{number}</span>'
