"""From text that nobody vouches for to HTML that shows it, and does nothing else."""

import re
from collections.abc import Collection, Iterable
from html import escape
from typing import Final
from urllib.parse import quote

from rag.types.answer import Claim

__all__ = [
    "answer_markup",
    "document_address",
    "inert",
    "place_id",
    "plain_block",
    "with_marks",
]

_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
_MARKER: Final = re.compile(r"\[(\d{1,3})\]")
_ITEM: Final = re.compile(r"\s*(\d{1,3})[.、．)）]\s*(?=\D)(.+)")
_UNSUPPORTED: Final = "\ue000"  # stands behind a sentence while the rest is made inert
_OPENS: Final = "\ue001"  # words that answer begin
_CLOSES: Final = "\ue002"
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


def with_marks(text: str, claims: Iterable[Claim], highlights: Iterable[tuple[int, int]] = ()) -> str:
    """Return an answer with marks for `answer_markup`.

    One stands behind each sentence that nothing supports, two around the words that answer.
    """
    for mark in (_UNSUPPORTED, _OPENS, _CLOSES):
        text = text.replace(mark, " ")
    marks = [(claim.end, _UNSUPPORTED) for claim in claims if not claim.supported]
    for start, end in highlights:
        if "\n" not in text[start:end]:
            marks += [(start, _OPENS), (end, _CLOSES)]
    for place, mark in sorted(marks, reverse=True):
        text = f"{text[:place]}{mark}{text[place:]}"
    return text


def answer_markup(text: str, turn: int, known: Collection[int] = (), unsupported: str = "") -> str:
    """Return an answer as paragraphs and lists; markers in `known` link to their sources.

    `unsupported` is what a mark set by `with_marks` says when it is pointed at.

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
    shown = "".join(blocks).replace(_UNSUPPORTED, mark if unsupported else "")
    return shown.replace(_OPENS, "<mark>").replace(_CLOSES, "</mark>")


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
