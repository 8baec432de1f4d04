"""The ranks of headings that only the whole text tells: of bullets and of decimal numbers."""

from dataclasses import replace
from itertools import pairwise
from typing import Final

from rag.ingest.outline.heading_rules import BULLET_RANK, HeadingKind
from rag.ingest.outline.tree import Heading

__all__ = ["ranked"]

_RANK_BELOW_ALL: Final = 60
_DECIMAL_RANK: Final = 25  # of 1, 26 of 1.1 …, where they count through a whole text
_MARKDOWN: Final = (HeadingKind.MARKDOWN_TITLE, HeadingKind.MARKDOWN_HEADING)


def _without_remarks(candidates: list[Heading]) -> list[Heading]:
    """Drop the lines that begin with # where other headings came first: they are remarks in commands."""
    if candidates and candidates[0].rule.kind not in _MARKDOWN:
        return [heading for heading in candidates if heading.rule.kind not in _MARKDOWN]
    return candidates


def ranked(candidates: list[Heading]) -> list[Heading]:
    """Return the candidates with the ranks they have in this text; remarks in commands are dropped."""
    return _with_bullets_ranked(_with_decimals_ranked(_without_remarks(candidates)))


def _with_bullets_ranked(candidates: list[Heading]) -> list[Heading]:
    """Rank bullets such as ■ and ◆ in the order they appear, below a number that comes before the first."""
    first = next((i for i, heading in enumerate(candidates) if heading.rule.kind is HeadingKind.BULLET), None)
    if first is None:
        return candidates
    below = any(heading.rule.numbered for heading in candidates[:first])
    order: dict[str, int] = {}
    base = _RANK_BELOW_ALL if below else BULLET_RANK

    def in_order(heading: Heading) -> Heading:
        if heading.rule.kind is not HeadingKind.BULLET:
            return heading
        place = order.setdefault(heading.bullet, len(order))
        return replace(heading, rule=heading.rule._replace(name=heading.bullet, rank=base + place))

    return [in_order(heading) for heading in candidates]


def _with_decimals_ranked(candidates: list[Heading]) -> list[Heading]:
    """Let 1.1 stand right under the 1, 1. or 第一章 that it belongs to, above lists that count 1. 2. 3.

    Of several lines that begin with 2, the heading is the last one before 2.1 that is no item of a
    list (whose items follow each other).
    """
    if not any(len(heading.above) == 1 for heading in candidates):
        return candidates
    tops = _tops_of_decimals(candidates)
    return [
        replace(heading, rule=heading.rule._replace(rank=_DECIMAL_RANK + len(heading.above)))
        if heading.above or id(heading) in tops
        else heading
        for heading in candidates
    ]


def _tops_of_decimals(candidates: list[Heading]) -> set[int]:
    """Return which headings that count 1, 2, 3 are above the decimal ones, by identity."""
    lists = {
        id(heading)
        for one, other in pairwise(candidates)
        if one.rule == other.rule and other.block == one.block + 1 and other.number == one.number + 1
        for heading in (one, other)
    }
    possible = [h for h in candidates if h.rule.kind is HeadingKind.WHOLE_NUMBER and id(h) not in lists]
    named = {h.above[0] for h in candidates if len(h.above) == 1}
    families = [h.rule.name for h in possible if h.number in named]
    if not families:
        return set()
    family = max(families, key=families.count)
    chosen: list[Heading] = []
    reached = min((heading.number for heading in possible if heading.rule.name == family), default=1) - 1
    for heading in candidates:
        if id(heading) not in lists and heading.rule.name == family and heading.number == reached + 1:
            chosen.append(heading)
            reached += 1
        elif len(heading.above) == 1 and heading.above[0] > reached:
            reached = heading.above[0]
    return {id(heading) for heading in chosen}
