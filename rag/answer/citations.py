"""The exact words an answer cites: narrowed to what is said, and quoted to the character."""

from functools import lru_cache
from typing import Final

from rag.answer.claims import share_held, telling_words, with_digits
from rag.text.normalize import terms
from rag.types.answer import Citation, Draft
from rag.types.document import Span
from rag.types.evidence import Evidence, Passage

__all__ = ["cite", "narrowed"]

_WIDEST: Final = 3  # sentences of a passage that are quoted together
_GAIN: Final = 0.15  # share that a wider quote must bring


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


def narrowed(said: str, passage: Passage) -> tuple[float, Span]:
    """Return the fewest neighbouring sentences of a passage that hold most of what is said."""
    wanted = telling_words(said)
    if not passage.sentences:
        return 0.0, passage.spans[0]
    held = [_terms_of(sentence.text) for sentence in passage.sentences]
    best, span = -1.0, passage.sentences[0].span
    for width in range(1, _WIDEST + 1):
        reached = best + (_GAIN if width > 1 else 0.0)
        for first in range(len(held) - width + 1):
            share = share_held(wanted, frozenset().union(*held[first : first + width]))
            if share > reached:
                best = reached = share
                inside = passage.sentences[first : first + width]
                span = Span(inside[0].span.start, inside[-1].span.end)
    return best, span


@lru_cache(maxsize=4096)
def _terms_of(text: str) -> frozenset[str]:
    return frozenset(terms(with_digits(text)))
