"""Which way to take a question apart is answered best."""

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.extractive.sentence_features import article_around
from rag.answer.plan import Plan
from rag.types.document import Span
from rag.types.evidence import Evidence

__all__ = ["apart", "best_reading"]


def apart(parts: Sequence[Plan]) -> list[Plan]:
    """Return parts each of which rests on a sentence or list of its own, where that answers it as well.

    Of two that rest on the same one, the less sure is looked for in other articles.
    """
    given: dict[int, Plan] = {}
    taken: set[tuple[str, Span] | None] = set()
    for number in sorted(range(len(parts)), key=lambda n: -parts[n].confidence):
        part = parts[number]
        if part.source in taken and part.source is not None:
            elsewhere = replace(part, evidence=_elsewhere(part.evidence, *part.source))
            if elsewhere.is_answered():
                part = elsewhere
        taken.add(part.source)
        given[number] = part
    return [given[number] for number in range(len(parts))]


def _elsewhere(evidence: Evidence, document: str, span: Span) -> Evidence:
    """Return the evidence without the article that a sentence stands in."""

    def article(number: int) -> str:
        passage = evidence.passages[number]
        return article_around(evidence.documents[passage.document], passage)

    here = {
        article(number)
        for number, passage in enumerate(evidence.passages)
        if passage.document == document and any(sentence.span == span for sentence in passage.sentences)
    }
    kept = [passage for number, passage in enumerate(evidence.passages) if article(number) not in here]
    return replace(evidence, passages=kept)


def best_reading(readings: Sequence[Sequence[Plan]]) -> list[Plan]:
    """Return the parts of the reading whose least sure part is surest; none if no reading will do.

    Each part has to rest on a sentence or list of its own: what one sentence says of all is asked at once.
    What is missing stays out of account: it will be said. Where the library knows none of the things by name,
    however the question is taken apart, its parts are what is missing.
    """
    if readings and all(part.is_missing for parts in readings for part in parts):
        return list(readings[0])
    best: list[Plan] = []
    most = 0.0
    for parts in readings:
        found = [part for part in parts if not part.is_missing]
        if len({part.source for part in found}) < len(found) or not any(p.is_answered() for p in found):
            continue
        least = min(found, key=lambda part: part.confidence)
        if least.is_told and least.confidence >= most:
            best, most = list(parts), least.confidence
    return best
