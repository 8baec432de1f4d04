"""Tables of contents: they repeat the headings, and so are set aside."""

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from rag.ingest.outline.blocks import Block
from rag.text.marks import SEMICOLONS, TERMINAL
from rag.text.patterns import as_pattern_text
from rag.types.document import Junk

__all__ = ["without_contents"]

_HEADING: Final = re.compile(r"^(?:本页)?(?:目录|目次|contents|tableofcontents)$", re.IGNORECASE)
_PAGE: Final = re.compile(r"[.·…\s]*\(?[0-9]{1,4}\)?$")
_NO_LETTER: Final = re.compile(r"[\W_]+")
_CLOSED: Final = re.compile(f"[{TERMINAL}{SEMICOLONS}]$")
_LONGEST_ENTRY: Final = 80
_FEWEST_ENTRIES, _MOST_ENTRIES = 2, 400
_MOST_TABLES: Final = 3  # lines that say “contents” and are looked behind
_REPEATED: Final = 0.6  # share of entries that come again as headings


def without_contents(blocks: Sequence[Block]) -> tuple[list[Block], list[Junk]]:
    """Set aside the lines of a table of contents, its own heading included."""
    captions = (index for index, block in enumerate(blocks) if _HEADING.match(_bare(block.text)))
    for index in islice(captions, _MOST_TABLES):
        end = _end_of_contents(blocks, index + 1)
        if end > index + 1:
            junk = [Junk(*entry.span, "table of contents") for entry in blocks[index:end]]
            return [*blocks[:index], *blocks[end:]], junk
    return list(blocks), []


def _end_of_contents(blocks: Sequence[Block], start: int) -> int:
    """Return where the entries end: where the first comes again, or a paragraph begins."""
    first = _entry(blocks[start]) if start < len(blocks) else ""
    end = start
    while end < min(len(blocks), start + _MOST_ENTRIES) and not (
        end > start and _bare(blocks[end].text).startswith(first)
    ):
        if len(blocks[end].text) > _LONGEST_ENTRY or _CLOSED.search(blocks[end].text):
            break
        end += 1
    later = [_bare(block.text) for block in blocks[end:]]
    again = [any(text.startswith(_entry(block)) for text in later) for block in blocks[start:end]]
    while again and not again[-1]:
        again.pop()
    return (
        start + len(again)
        if len(again) >= _FEWEST_ENTRIES and sum(again) >= _REPEATED * len(again)
        else start
    )


def _entry(block: Block) -> str:
    return _bare(_PAGE.sub("", block.text) or block.text)


def _bare(text: str) -> str:
    return _NO_LETTER.sub("", as_pattern_text(text[: 2 * _LONGEST_ENTRY])).lower()
