"""Headings and the tree they make; enumerations, whose items head nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rag.ingest.outline.blocks import Block
from rag.ingest.outline.heading_rules import BULLET_RANK, CAPTION, HeadingRule
from rag.text.marks import COLONS, COMMAS, SEMICOLONS, TERMINAL
from rag.text.normalize import HAN
from rag.text.patterns import as_pattern_text
from rag.types.document import Span

__all__ = ["ENDS_TEXT", "Heading", "Node", "plant"]

ENDS_TEXT: Final = re.compile(f"[{TERMINAL}{COMMAS}、{COLONS}{SEMICOLONS}.]$")
"""What ends a sentence or a clause, and so no heading."""

_CLAUSE_CLOSED: Final = re.compile(f"[{SEMICOLONS}{COMMAS}、]$")
_LONGEST_LATIN_ITEM: Final = 120
_HAN: Final = re.compile(f"[{HAN}]")
_HIGHEST_ITEM_RANK, _LOWEST_NUMBER_RANK = 38, 59  # 壹、 to ①
_TOP_RANKS: Final = (38, 39, 40)  # 壹、 甲、 一、: bare lines are headings, unless they are closed


@dataclass(frozen=True, slots=True)
class Heading:
    """A block that starts a section: the raw span of its words and its title without number.

    `above` holds the parts of a decimal number before its last; `is_whole` tells that the heading is
    all there is in its block, `is_sentence` that it is closed like one.
    """

    block: int
    rule: HeadingRule
    number: int
    span: Span
    title: str
    above: tuple[int, ...] = ()
    is_whole: bool = True
    is_sentence: bool = False
    bullet: str = ""


@dataclass(slots=True)
class Node:
    """A heading and the headings below it; `end` counts blocks, exclusive.

    An item of an enumeration is a node too: it heads nothing.
    """

    heading: Heading
    end: int
    children: list["Node"] = field(default_factory=list)
    is_item: bool = False


def plant(headings: Sequence[Heading], end: int, blocks: Sequence[Block] = ()) -> list[Node]:
    """Nest headings by rank; `end` is the block behind the last section."""
    roots: list[Node] = []
    open_nodes: list[Node] = []
    for heading in headings:
        while open_nodes and open_nodes[-1].heading.rule.rank >= heading.rule.rank:
            open_nodes.pop().end = heading.block
        node = Node(heading, end)
        (open_nodes[-1].children if open_nodes else roots).append(node)
        open_nodes.append(node)
    _settle(roots, blocks)
    return roots


def _settle(siblings: Sequence[Node], blocks: Sequence[Block]) -> None:
    """Find the enumerations, then let a last item end with its paragraph.

    Where items are a paragraph each, what follows the last of them closes their parent.
    """
    for node in siblings:
        _settle(node.children, blocks)
    for run in _runs(siblings):
        single = [node.end - node.heading.block == 1 for node in run[:-1]]
        is_list = bool(blocks) and _is_enumeration(run, blocks)
        for node in run:
            node.is_item = is_list
        if (is_list or len(single) >= 2) and all(single) and not run[-1].children:
            run[-1].end = run[-1].heading.block + 1


def _runs(siblings: Sequence[Node]) -> Iterator[list[Node]]:
    """Yield the neighbours that are of one family and count on."""
    run: list[Node] = []
    for node in siblings:
        heading = node.heading
        if run and (heading.rule != run[-1].heading.rule or heading.number <= run[-1].heading.number > 0):
            yield run
            run = []
        run.append(node)
    if run:
        yield run


def _is_enumeration(run: Sequence[Node], blocks: Sequence[Block]) -> bool:
    """Tell whether numbered lines are the items of a list: clauses of a sentence, or bare lines."""
    first = run[0].heading
    before = blocks[first.block - 1].text if first.block else ""
    is_bullet = BULLET_RANK <= first.rule.rank < _HIGHEST_ITEM_RANK or first.rule.rank > _LOWEST_NUMBER_RANK
    if len(run) < 2 or blocks[first.block].mark or not (is_bullet or first.rule.rank >= _HIGHEST_ITEM_RANK):
        return False
    if any(node.children for node in run[:-1]) or any(not child.is_item for child in run[-1].children):
        return False
    if CAPTION.match(as_pattern_text(before)):
        return True
    texts = [blocks[node.heading.block].text for node in run]
    if 2 * sum(bool(_CLAUSE_CLOSED.search(text)) for text in texts[:-1]) >= len(run) - 1:
        return True
    bare = all(node.heading.is_whole or _is_short_latin(text) for node, text in zip(run, texts, strict=True))
    single = all(node.end - node.heading.block == 1 for node in run[:-1]) and not run[-1].children
    announced = before.endswith(tuple(COLONS))
    closed = all(ENDS_TEXT.search(text) for text in texts)
    return bare and single and (announced or closed or first.rule.rank not in _TOP_RANKS)


def _is_short_latin(text: str) -> bool:
    """Tell whether a text is a line or so of an alphabet, where no heading runs into its text."""
    return len(text) <= _LONGEST_LATIN_ITEM and not _HAN.search(text)
