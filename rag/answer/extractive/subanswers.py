"""Whether what was found answers a question, and which way to take a question apart is answered best."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from rag.answer.extractive.answerability import confidence, threshold
from rag.answer.extractive.form_ranker import decide
from rag.answer.extractive.sentence_features import article_around
from rag.answer.extractive.sentence_ranker import rank_sentences
from rag.retrieve.relevance import Lens
from rag.types.document import Span
from rag.types.evidence import Evidence, Part
from rag.types.query import Query

__all__ = ["MISSING", "OF_A_PART", "OF_A_THING", "Found", "apart", "best_reading", "found_in"]

OF_A_PART: Final = 0.1  # of the threshold: the other parts say that it can be answered
OF_A_THING: Final = 0.5  # the same, of a part that asks what the others do of another thing


class Found(NamedTuple):
    """How likely it is that a question is answered, and where what answers it best begins."""

    confidence: float
    source: tuple[str, Span] | None

    @property
    def is_answered(self) -> bool:
        """Tell whether the answer is sure enough."""
        return self.confidence >= threshold()


MISSING: Final = Found(0.0, None)
"""What is found of a thing that the library knows nothing by the name of."""


def found_in(lens: Lens, evidence: Evidence) -> Found:
    """Return how well what was found answers a question."""
    choices = rank_sentences(lens, evidence.passages, evidence.documents)
    decided = decide(lens, choices, evidence.listings, evidence.documents)
    if decided is None:
        return Found(0.0, None)
    way, _ = decided
    return Found(confidence(lens, choices, evidence), (way.document, way.items[0].span))


def apart(parts: Sequence[tuple[Found, Part]], lens_of: Callable[[Query], Lens]) -> list[tuple[Found, Part]]:
    """Return parts each of which rests on a sentence or list of its own, where that answers it as well.

    Of two that rest on the same one, the less sure is looked for in other articles.
    """
    given: dict[int, tuple[Found, Part]] = {}
    taken: set[tuple[str, Span] | None] = set()
    for number in sorted(range(len(parts)), key=lambda n: -parts[n][0].confidence):
        found, part = parts[number]
        if found.source in taken and found.source is not None:
            evidence = _elsewhere(part.evidence, *found.source)
            other = found_in(lens_of(part.query), evidence)
            if other.is_answered:
                found, part = other, replace(part, evidence=evidence)
        taken.add(found.source)
        given[number] = found, part
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


def best_reading(readings: Sequence[Sequence[tuple[Found, Part]]]) -> list[Part]:
    """Return the parts of the reading whose least sure part is surest; none if no reading will do.

    Each part has to rest on a sentence or list of its own: what one sentence says of all is asked at once.
    What is missing stays out of account: it will be said. Where the library knows none of the things by name,
    however the question is taken apart, its parts are what is missing.
    """
    if readings and all(found is MISSING for reading in readings for found, _ in reading):
        return [part for _, part in readings[0]]
    best: list[Part] = []
    most = OF_A_THING * threshold()
    for reading in readings:
        found = [found for found, _ in reading if found is not MISSING]
        if len({one.source for one in found}) < len(found) or not any(one.is_answered for one in found):
            continue
        least = min(one.confidence for one in found)
        if least >= most:
            best, most = [part for _, part in reading], least
    return best
