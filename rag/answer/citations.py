"""From the spans an answer cites to citations that quote them to the character."""

from rag.types.answer import Citation, Draft
from rag.types.document import Span
from rag.types.evidence import Evidence, Passage

__all__ = ["cite"]


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
