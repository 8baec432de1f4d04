"""Which blocks are headings, and the tree they make."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from rag.clean import TERMINAL, clean, sentence_ends
from rag.outline.lines import Block
from rag.outline.rules import HeadingRule, Mark, as_pattern_text, heading_mark
from rag.types import Span

__all__ = ["Heading", "Node", "find_headings", "plant"]

_LONGEST_LINE: Final = 60  # a heading that fills its line
_LONGEST_LEAD: Final = 50  # a heading that is the first sentence of its paragraph
_LONGEST_STANDALONE: Final = 30
_FENCES: Final = ("```", "~~~")
_BULLET_RANK: Final = 30
_RANK_BELOW_ALL: Final = 50
_STANDALONE: Final = HeadingRule(
    "a short line that stands alone", 31, re.compile(""), numbered=False, inline=False, fewest=2
)
_ENDS_TEXT: Final = re.compile(rf"[{TERMINAL},，、:：;；.]$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A block that starts a section: the raw span of its words and its title without number."""

    block: int
    rule: HeadingRule
    number: int
    span: Span
    title: str


@dataclass(slots=True)
class Node:
    """A heading and the headings below it; `end` counts blocks, exclusive."""

    heading: Heading
    end: int
    children: list["Node"] = field(default_factory=list)


def find_headings(raw: str, blocks: Sequence[Block], start: int, end: int) -> list[Heading]:
    """Return the believable headings among `blocks[start:end]`, in order."""
    code = _within_fences(blocks, start, end)
    marked = [h for i in range(start, end) if i not in code and (h := _marked(raw, i, blocks[i]))]
    believed = _believed(_with_bullets_below(marked))
    if believed:
        return believed
    return _with_enough_siblings([h for i in range(start, end) if (h := _standalone(blocks, i, start, end))])


def _within_fences(blocks: Sequence[Block], start: int, end: int) -> set[int]:
    """Return the blocks of Markdown's code: what stands between two fences is no heading."""
    fences = [i for i in range(start, end) if blocks[i].text.startswith(_FENCES)]
    pairs = zip(fences[::2], fences[1::2], strict=False)
    return {index for opening, closing in pairs for index in range(opening, closing)}


def _with_bullets_below(candidates: list[Heading]) -> list[Heading]:
    """Let bullets such as ■ stand below a numbered heading that they first appear under."""
    first = next((i for i, heading in enumerate(candidates) if heading.rule.rank == _BULLET_RANK), None)
    if first is None or not any(heading.rule.numbered for heading in candidates[:first]):
        return candidates
    return [
        replace(heading, rule=heading.rule._replace(rank=_RANK_BELOW_ALL))
        if heading.rule.rank == _BULLET_RANK
        else heading
        for heading in candidates
    ]


def _marked(raw: str, index: int, block: Block) -> Heading | None:
    mark = heading_mark(block.text)
    if mark is None:
        return None
    end = _title_end(block.text, mark)
    if end is None:
        return None
    cleaned = clean(raw, [block.span])
    title = block.text[mark.title_at : end].strip().rstrip("。；;：: ") or block.text[: mark.title_at].strip()
    return Heading(index, mark.rule, mark.number, cleaned.span(0, end), title)


def _title_end(text: str, mark: Mark) -> int | None:
    """Return where the heading ends: the line, its first sentence, or its mark; None: no heading."""
    if len(text) <= _LONGEST_LINE and (not mark.rule.inline or not _ENDS_TEXT.search(text[:-1])):
        first = sentence_ends(text)[0]
        return first if mark.rule.inline else len(text)
    if not mark.rule.inline:
        return None
    first = sentence_ends(text)[0]
    if first <= _LONGEST_LEAD:
        return first
    return mark.title_at if mark.rule.name == "第一条" else _first_clause(text, mark)


def _first_clause(text: str, mark: Mark) -> int | None:
    clause = re.compile("[,:。]").search(as_pattern_text(text), mark.title_at)
    return clause.start() if clause and clause.start() - mark.title_at <= _LONGEST_STANDALONE else None


def _standalone(blocks: Sequence[Block], index: int, start: int, end: int) -> Heading | None:
    """Take a short line without a closing mark, between paragraphs, for a heading."""
    text = blocks[index].text
    is_last = index + 1 >= end
    if is_last or len(text) > _LONGEST_STANDALONE or _ENDS_TEXT.search(text) or len(text) < 2:
        return None
    before = blocks[index - 1].text if index > start else "。"
    follows_text = bool(re.search(rf"[{TERMINAL}][”’」』）)]*$", before))
    if not follows_text or len(blocks[index + 1].text) <= _LONGEST_STANDALONE:
        return None
    return Heading(index, _STANDALONE, 0, blocks[index].span, text.strip("*_ "))


def _believed(candidates: list[Heading]) -> list[Heading]:
    """Drop candidates until every numbered family counts 1, 2, 3 … under each parent."""
    while True:
        kept = _with_enough_siblings(_counting(candidates))
        if len(kept) == len(candidates):
            return kept
        candidates = kept


def _counting(candidates: list[Heading]) -> list[Heading]:
    """Keep the headings whose number continues, or starts, the count of its siblings."""
    kept: list[Heading] = []
    counts: dict[int, int] = {}  # rank -> number reached under the present parent
    for heading in candidates:
        rank = heading.rule.rank
        if heading.rule.numbered and not _continues_count(heading, counts.get(rank, 0)):
            continue
        counts = {r: n for r, n in counts.items() if r < rank}
        counts[rank] = heading.number
        kept.append(heading)
    return kept


def _continues_count(heading: Heading, reached: int) -> bool:
    """Tell whether a number is the next one; once two have been counted a slip may leave one out."""
    ahead = heading.number - reached
    return ahead == 1 or (ahead == 2 and reached >= 2) or _restarts_freely(heading)


def _restarts_freely(heading: Heading) -> bool:
    """Tell whether the family counts through a whole book (第 N 条), not under each parent."""
    return heading.rule.name in ("第一条", "第一章", "第一节", "第一编")


def _with_enough_siblings(headings: list[Heading]) -> list[Heading]:
    lonely: set[int] = set()

    def visit(nodes: Iterable[Node]) -> None:
        siblings = list(nodes)
        for node in siblings:
            rule = node.heading.rule
            if sum(other.heading.rule == rule for other in siblings) < rule.fewest and not _restarts_freely(
                node.heading
            ):
                lonely.add(node.heading.block)
            visit(node.children)

    visit(plant(headings, 0))
    return [heading for heading in headings if heading.block not in lonely]


def plant(headings: Sequence[Heading], end: int) -> list[Node]:
    """Nest headings by rank; `end` is the block behind the last section."""
    roots: list[Node] = []
    open_nodes: list[Node] = []
    for heading in headings:
        while open_nodes and open_nodes[-1].heading.rule.rank >= heading.rule.rank:
            open_nodes.pop().end = heading.block
        node = Node(heading, end)
        (open_nodes[-1].children if open_nodes else roots).append(node)
        open_nodes.append(node)
    _give_back_closing_text(roots)
    return roots


def _give_back_closing_text(siblings: Sequence[Node]) -> None:
    """Let items of one paragraph each end there: what follows the last closes their parent."""
    for node in siblings:
        _give_back_closing_text(node.children)
    single = [node.end - node.heading.block == 1 for node in siblings[:-1]]
    if len(single) >= 2 and all(single) and not siblings[-1].children:
        siblings[-1].end = siblings[-1].heading.block + 1
