"""From the spans an answer cites to citations that quote them to the character."""

import re
from dataclasses import replace
from typing import Final

from rag.types import Citation, Draft, Evidence, Passage, Span

__all__ = ["cite", "with_sources"]

_MARKER: Final = re.compile(r"\s*\[[-+]?(\d+)\]")
_MOST_DIGITS: Final = 3


def with_sources(draft: Draft, evidence: Evidence) -> Draft:
    """Return a draft whose markers point to spans: that of a passage is its first.

    Markers that point nowhere go, the others are numbered anew in the order in which they come.
    """
    if draft.cites == "sources":
        return draft
    sources: list[tuple[str, Span]] = []

    def renumbered(marker: re.Match[str]) -> str:
        number = int(marker[1][:_MOST_DIGITS]) if len(marker[1]) <= _MOST_DIGITS else 0
        if marker[0].lstrip()[1] in "+-" or not 1 <= number <= len(evidence.passages):
            return ""
        passage = evidence.passages[number - 1]
        source = (passage.document, passage.spans[0])
        if source not in sources:
            sources.append(source)
        return f"[{sources.index(source) + 1}]"

    text = _MARKER.sub(renumbered, draft.text)
    return replace(draft, text=text, sources=tuple(sources), cites="sources")


def cite(draft: Draft, evidence: Evidence) -> tuple[Citation, ...]:
    """Return one citation for each marker of a draft, in the order of the markers."""
    return tuple(
        _citation(marker, document, span, evidence)
        for marker, (document, span) in enumerate(draft.sources, 1)
    )


def _citation(marker: int, name: str, span: Span, evidence: Evidence) -> Citation:
    document = evidence.documents[name]
    path = tuple(section.title for section in document.outline.path_at(span.start))
    passage = _passage_with(name, span, evidence)
    return Citation(
        marker=marker,
        document=name,
        title=path[0] if path else document.title,
        heading_path=path or (document.title,),
        quote=document.text[span.start : span.end],
        start=span.start,
        end=span.end,
        score=passage.score if passage else 0.0,
        passage=passage.id if passage else None,
    )


def _passage_with(document: str, span: Span, evidence: Evidence) -> Passage | None:
    return next(
        (
            passage
            for passage in evidence.passages
            if passage.document == document
            and any(part.start <= span.start and span.end <= part.end for part in passage.spans)
        ),
        None,
    )
