"""Find the outline of a text: articles, sections by heading, run-in points, and junk."""

from collections.abc import Sequence
from typing import Final

from rag.ingest.outline.articles import Article, find_articles
from rag.ingest.outline.blocks import Block, blocks_of
from rag.ingest.outline.contents import without_contents
from rag.ingest.outline.heading_rules import heading_mark
from rag.ingest.outline.headings import find_headings
from rag.ingest.outline.points import points_within
from rag.ingest.outline.titles import find_title, is_title, title_of, with_broken_titles_joined
from rag.ingest.outline.tree import Node, plant
from rag.text.patterns import is_byline
from rag.types.document import Junk, Markup, Outline, Section, Span

__all__ = ["find_outline"]

_LONGEST_MADE_UP_TITLE: Final = 40
_LETTERHEAD: Final = 4  # blocks behind a ruled line in which a title stands


def find_outline(raw: str, markup: Sequence[Markup] = ()) -> Outline:
    """Return the outline of a document's raw text."""
    blocks, junk = blocks_of(raw, markup)
    raw = Outline("", (), (), tuple(junk)).shown(raw)
    blocks, contents = without_contents(blocks)
    blocks = with_broken_titles_joined(raw, blocks)
    place = find_title(blocks)
    title = _document_title(blocks, place)
    blocks, repeated = _without_repeated_title(blocks, title, place or 0)
    articles = find_articles(blocks)
    if articles[0].title is None and len(articles) == 1 and blocks and not is_title(blocks[0].text):
        title = _made_up_title(blocks)
    sections = tuple(
        _article(raw, blocks, article, title) for article in articles if article.start < article.end
    )
    return Outline(
        title, sections, tuple(block.span for block in blocks), tuple(sorted(junk + contents + repeated))
    )


def _document_title(blocks: Sequence[Block], place: int | None) -> str:
    """Return the title without its mark; the first words of a text that has none."""
    words = title_of(blocks[place]) if place is not None else ""
    mark = heading_mark(words)
    if words and (mark is None or not mark.rule.numbered):
        return words[mark.title_at if mark else 0 :].strip()
    return _made_up_title(blocks)


def _made_up_title(blocks: Sequence[Block]) -> str:
    """Make a title of the first words of a text that has none."""
    if not blocks:
        return ""
    first = title_of(blocks[0]).replace("**", "")
    return first if len(first) <= _LONGEST_MADE_UP_TITLE else first[:_LONGEST_MADE_UP_TITLE] + "…"


def _without_repeated_title(
    blocks: Sequence[Block], title: str, place: int
) -> tuple[list[Block], list[Junk]]:
    """Set aside the lines that say the document's title again, but for those that head the next one."""
    kept, junk = list(blocks[: place + 1]), []
    ruled = -_LETTERHEAD
    for index, block in enumerate(blocks[place + 1 :]):
        ruled = index if block.after_rule else ruled
        if block.text == title and index - ruled >= _LETTERHEAD:
            junk.append(Junk(*block.span, "title repeated"))
        else:
            kept.append(block)
    return kept, junk


def _article(raw: str, blocks: Sequence[Block], article: Article, document_title: str) -> Section:
    body_start = article.start + (article.title == article.start)
    late = article.title if article.title is not None and article.title != article.start else None
    body_end = late if late is not None else article.end
    last = body_end
    while last > body_start and is_byline(blocks[last - 1].text):  # the article's, not its last section's
        last -= 1
    headings = find_headings(raw, blocks, body_start, last)
    start = blocks[article.start].span.start
    heading = blocks[article.title].span if article.title is not None else Span(start, start)
    return Section(
        title=article.name or document_title,
        kind="article",
        level=1,
        start=start,
        end=blocks[article.end - 1].span.end,
        heading=heading,
        children=_children(raw, blocks, body_start, plant(headings, last, blocks), last, 2),
    )


def _children(
    raw: str, blocks: Sequence[Block], start: int, nodes: Sequence[Node], end: int, level: int
) -> tuple[Section, ...]:
    """Return the points of the text before the first sub-heading, then the sub-sections."""
    own_end = nodes[0].heading.block if nodes else end
    points = points_within(raw, blocks[start:own_end], level)
    return points + tuple(_section(raw, blocks, node, level) for node in nodes)


def _section(raw: str, blocks: Sequence[Block], node: Node, level: int) -> Section:
    heading = node.heading
    block = blocks[heading.block]
    rest = Block(Span(heading.span.end, block.span.end), "")
    own = list(blocks[heading.block + 1 : node.children[0].heading.block if node.children else node.end])
    if raw[rest.span.start : rest.span.end].strip():
        own.insert(0, _stripped(raw, rest))
    sections = tuple(_section(raw, blocks, child, level + 1) for child in node.children)
    return Section(
        title=heading.title,
        kind="point" if node.is_item else "section",
        level=level,
        start=block.span.start,
        end=blocks[node.end - 1].span.end,
        heading=heading.span,
        children=points_within(raw, own, level + 1) + sections,
    )


def _stripped(raw: str, block: Block) -> Block:
    text = raw[block.span.start : block.span.end]
    start = block.span.start + len(text) - len(text.lstrip())
    return Block(Span(start, block.span.end), text.strip())
