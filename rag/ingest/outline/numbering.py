"""Which numbered lines are headings: those that count on from their siblings."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from rag.ingest.outline.tree import Heading, Node, plant

__all__ = ["believed", "with_enough_siblings"]

_MOST_ROUNDS: Final = 12  # each drops what only a dropped one had made believable
_WIDEST_STEP: Final = 5  # of a count that goes through a whole book


def believed(candidates: list[Heading]) -> list[Heading]:
    """Drop candidates until every numbered family counts 1, 2, 3 … under each parent."""
    for _ in range(_MOST_ROUNDS):
        kept = with_enough_siblings(_counting(candidates))
        if len(kept) == len(candidates):
            break
        candidates = kept
    return kept


def _counting(candidates: list[Heading]) -> list[Heading]:
    """Keep the headings whose number continues, or starts, the count of its siblings.

    Under a new parent the count may start again or go on: （四） may be the first below 二、.
    """
    kept: list[Heading] = []
    open_headings: dict[int, Heading] = {}  # by rank, under the present parent
    throughout: dict[int, int] = {}  # rank -> number reached in the whole text
    for heading in candidates:
        rank = heading.rule.rank
        if heading.rule.numbered and not (
            (_is_below_its_number(heading, open_headings) and _continues_count(heading, open_headings))
            or _continues_freely(heading, throughout.get(rank, 0))
            or _goes_on_below(heading, open_headings, throughout.get(rank, 0))
        ):
            continue
        open_headings = {r: h for r, h in open_headings.items() if r < rank}
        open_headings[rank] = heading
        throughout[rank] = heading.number
        kept.append(heading)
    return kept


def _is_below_its_number(heading: Heading, open_headings: Mapping[int, Heading]) -> bool:
    """Tell whether 2.1 stands below a 2, and 2.1.1 below 2.1; else it is a version, or an address."""
    if len(heading.above) > 1:
        parent = open_headings.get(heading.rule.rank - 1)
        return parent is not None and (*parent.above, parent.number) == heading.above
    if heading.above:
        uppers = [h.number for r, h in open_headings.items() if r < heading.rule.rank and h.number]
        return not uppers or heading.above[0] in uppers
    return True


def _continues_count(heading: Heading, open_headings: Mapping[int, Heading]) -> bool:
    """Tell whether a number is the next one; once two have been counted a slip may leave one out."""
    before = open_headings.get(heading.rule.rank)
    reached = before.number if before else min(heading.number, 1) - 1  # some count from 0
    ahead = heading.number - reached
    return ahead == 1 or (ahead == 2 and reached >= 2)


def _goes_on_below(heading: Heading, open_headings: Mapping[int, Heading], reached: int) -> bool:
    return not heading.above and heading.rule.rank not in open_headings and 0 < reached == heading.number - 1


def _continues_freely(heading: Heading, reached: int) -> bool:
    """Tell whether a number of a family that counts through a whole book (第 N 条) may come next."""
    return heading.rule.throughout and (heading.number == 1 or 0 <= heading.number - reached <= _WIDEST_STEP)


def with_enough_siblings(headings: list[Heading]) -> list[Heading]:
    """Drop the headings that stand alone where their family never does."""
    lonely: set[int] = set()

    def visit(nodes: Iterable[Node]) -> None:
        siblings = list(nodes)
        families = Counter(node.heading.rule for node in siblings)
        for node in siblings:
            if families[node.heading.rule] < _fewest(node.heading):
                lonely.add(node.heading.block)
            visit(node.children)

    visit(plant(headings, 0))
    return [heading for heading in headings if heading.block not in lonely]


def _fewest(heading: Heading) -> int:
    """Return how many siblings it takes to believe a heading."""
    if heading.rule.throughout or heading.above:
        return 1
    return (
        heading.rule.fewest if heading.is_whole and not heading.is_sentence else max(2, heading.rule.fewest)
    )
