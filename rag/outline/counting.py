"""Which numbered lines are headings: those that count on from their siblings."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from rag.outline.rules import ARTICLE_OF_LAW
from rag.outline.tree import Heading, Node, plant

__all__ = ["believed", "with_enough_siblings"]

_OF_BOOKS: Final = (
    "第一编",
    "Part",
    "第一章",
    "Chapter",
    "Article",
    "第一节",
    "Section",
    ARTICLE_OF_LAW,
)
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
    counts: dict[int, int] = {}  # rank -> number reached under the present parent
    throughout: dict[int, int] = {}  # rank -> number reached in the whole text
    for heading in candidates:
        rank = heading.rule.rank
        if heading.rule.numbered and not (
            _continues_count(heading, counts)
            or _continues_freely(heading, throughout.get(rank, 0))
            or (rank not in counts and 0 < throughout.get(rank, 0) == heading.number - 1)
        ):
            continue
        counts = {r: n for r, n in counts.items() if r < rank}
        counts[rank] = throughout[rank] = heading.number
        kept.append(heading)
    return kept


def _continues_count(heading: Heading, counts: Mapping[int, int]) -> bool:
    """Tell whether a number is the next one; once two have been counted a slip may leave one out."""
    rank = heading.rule.rank
    if heading.above:
        uppers = [number for r, number in counts.items() if r < rank and number]
        if uppers and heading.above[-1] not in uppers:
            return False  # 2.1 below 1
        if len(heading.above) > 1 and rank - 1 not in counts:
            return False  # 1.1.1 below no 1.1: a version, an address
    reached = counts.get(rank, min(heading.number, 1) - 1)  # some count from 0
    ahead = heading.number - reached
    return ahead == 1 or (ahead == 2 and reached >= 2)


def _continues_freely(heading: Heading, reached: int) -> bool:
    """Tell whether a number of a family that counts through a whole book (第 N 条) may come next."""
    return _counts_freely(heading) and (heading.number == 1 or 0 <= heading.number - reached <= _WIDEST_STEP)


def _counts_freely(heading: Heading) -> bool:
    return heading.rule.name in _OF_BOOKS


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
    if _counts_freely(heading) or heading.above:
        return 1
    return (
        heading.rule.fewest if heading.is_whole and not heading.is_sentence else max(2, heading.rule.fewest)
    )
