"""The part of an outline that a list question asks for."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rag.query.counted_names import CountedName
from rag.retrieve.passages import standings, topic_of
from rag.retrieve.relevance import Relevance
from rag.text.normalize import fold, without_quotation_marks
from rag.text.numbers import NUMBERING
from rag.text.patterns import as_pattern_text
from rag.text.sentences import clean, sentence_ends
from rag.types.document import Document, Section, Span
from rag.types.evidence import Listing, Passage, Sentence

__all__ = ["find_listings", "is_bare", "items_after", "lead_of"]

_LONGEST_LEAD: Final = 400  # characters of a section's own text that count
_FOLLOWED_NAME: Final = 0.5  # weight of a counted name that another one follows
_SHORTEST_NAME: Final = 2
_MOST_ITEMS: Final = 0.6  # share of the items that must repeat a counted name
_COVERAGE: Final = 0.4
_CLOSE: Final = 0.4
_MEANING: Final = 0.3
_PASSAGE: Final = 0.3
_NAMED: Final = 1.0
_TITLE: Final = 0.3
_COUNT: Final = 0.2
_OTHER_COUNT: Final = 0.15
_BARE: Final = re.compile(rf"第?\s*[{NUMBERING}]+\s*[条章节款项]?")  # a number, no words


@dataclass(frozen=True, slots=True)
class _Entry:
    document: Document
    section: Section
    path: tuple[str, ...]
    lead: str
    topic: str  # how its article begins
    sentence: Sentence | None
    near: float  # standing of the best passage inside it


def find_listings(
    question: Relevance, documents: Iterable[Document], passages: Sequence[Passage]
) -> list[Listing]:
    """Return the sections that hold a list, the one that fits a question best first."""
    entries = [entry for document in documents for entry in _entries(document, passages)]
    if not entries:
        return []
    similar = question.similarity([f"{entry.section.title} {entry.lead}" for entry in entries])
    found = [_listing(question, entry, float(cosine)) for entry, cosine in zip(entries, similar, strict=True)]
    return sorted(found, key=lambda listing: -listing.score)


def lead_of(document: Document, section: Section) -> Sentence | None:
    """Return the sentence before a section's first child: what leads to them."""
    return _lead(document, section)[1] if section.children else None


def is_bare(title: str) -> bool:
    """Tell whether a heading is a number alone."""
    return bool(_BARE.fullmatch(as_pattern_text(title)))


def items_after(document: Document, position: int) -> tuple[Section, ...]:
    """Return the items of the list that starts right behind a position, past white space."""
    for article in document.outline.sections:
        for section in article.walk():
            for index, child in enumerate(section.children):
                if child.start >= position and not document.text[position : child.start].strip():
                    return section.children[index:]
    return ()


def _entries(document: Document, passages: Sequence[Passage]) -> Iterator[_Entry]:
    def visit(section: Section, above: tuple[str, ...], topic: str) -> Iterator[_Entry]:
        path = (*above, section.title)
        if sum(not is_bare(child.title) for child in section.children) >= 2:
            lead, sentence = _lead(document, section)
            yield _Entry(
                document, section, path, lead, topic, sentence, _nearest(section, document.name, passages)
            )
        for child in section.children:
            yield from visit(child, path, topic)

    # Of a long document only the articles that something was found in.
    near = [p for p in passages if p.document == document.name]
    for article in document.outline.sections:
        if not any(span.start < article.end and article.start < span.end for p in near for span in p.spans):
            continue
        yield from visit(article, (), topic_of(document, article.start))


def _lead(document: Document, section: Section) -> tuple[str, Sentence | None]:
    """Return a section's own words before its first child, and the last sentence of them."""
    own = Span(section.heading.end, section.children[0].start)
    first = bisect_right(document.outline.blocks, own.start, key=lambda block: block.start)
    behind = bisect_left(document.outline.blocks, own.end, key=lambda block: block.start)
    blocks = [
        inside
        for block in document.outline.blocks[max(0, first - 1) : behind]
        if (inside := Span(max(block.start, own.start), min(block.end, own.end))).start < inside.end
        and document.text[inside.start : inside.end].strip()
    ]
    if not blocks:
        return "", None
    text = clean(document.shown, blocks[-1:])
    ends = sentence_ends(text.text)
    start = ends[-2] if len(ends) > 1 else 0
    last = text.text[start : ends[-1]].strip()
    sentence = Sentence(last, text.span(start, ends[-1]), 0) if last else None
    return clean(document.shown, blocks).text[-_LONGEST_LEAD:], sentence


def _nearest(section: Section, document: str, passages: Sequence[Passage]) -> float:
    """Return the standing of the best passage inside a section, 0 if there is none."""
    return max(
        (
            standing
            for standing, passage in zip(standings(len(passages)), passages, strict=True)
            if passage.document == document
            and any(span.start < section.end and section.start < span.end for span in passage.spans)
        ),
        default=0.0,
    )


def _listing(question: Relevance, entry: _Entry, cosine: float) -> Listing:
    """Return a section's list, and how well it fits a question."""
    items = [child.title for child in entry.section.children]
    own = (*entry.path, entry.lead, *items)
    coverage = (question.coverage(*own) + question.coverage(*own, entry.topic)) / 2
    close = question.coverage(entry.section.title, entry.sentence.text if entry.sentence else "", *items)
    count = 0.0
    if question.analysis.count is not None:
        count = _COUNT if question.analysis.count == len(items) else -_OTHER_COUNT
    counted = _counted_name(question.analysis.counted_names, entry)
    named = _NAMED * (counted - _is_about_item(question.analysis.quoted_names, items))
    title = _TITLE * (fold(entry.section.title) in fold(question.query.focus))
    fit = _COVERAGE * coverage + _CLOSE * close + _MEANING * cosine + _PASSAGE * entry.near
    return Listing(
        entry.document.name,
        entry.section,
        entry.sentence,
        fit + count + named + title,
        counted > 0,
        coverage=coverage,
        close=close,
        cosine=cosine,
        near=entry.near,
        counted=counted,
    )


def _is_about_item(names: Sequence[str], items: Sequence[str]) -> bool:
    """Tell whether the question names, in quotes, something that is one item's alone."""
    return any(sum(name in fold(item) for item in items) == 1 for name in names)


def _counted_name(names: Sequence[CountedName], entry: _Entry) -> float:
    """Tell whether a question counts what a section lists: 三项制度, 四个方面.

    Returns 1 if the section's title or lead has the same words, else the share of its items that
    repeat the name (学习制度, 考勤制度 …); half of that for a name that another one follows; 0 if
    there are more or fewer items than that.
    """
    items = [fold(child.title) for child in entry.section.children]
    lead = fold(f"{entry.section.title} {entry.sentence.text if entry.sentence else ''}")
    best = 0.0
    for name in names:
        if name.number == len(items):
            weight = 1.0 if name is names[-1] else _FOLLOWED_NAME
            best = max(best, weight * _share_named(name, items, without_quotation_marks(lead)))
    return best


def _share_named(name: CountedName, items: Sequence[str], lead: str) -> float:
    if len(name.name) >= _SHORTEST_NAME and name.prefix + name.name[:_SHORTEST_NAME] in lead:
        return 1.0
    best = max((sum(stem in item for item in items) / len(items) for stem in name.stems), default=0.0)
    return best if best >= _MOST_ITEMS else 0.0
