"""What is forbidden in one article and fined in another that refers to it by its number: both together."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from rag.answer.blocks import Block, Line, Quote
from rag.answer.extractive.sentence_ranker import Choice
from rag.query.answer_patterns import PENALTY
from rag.retrieve.relevance import Relevance
from rag.text.patterns import as_pattern_text
from rag.text.provisions import Provision, provisions_of, refers_to
from rag.types.document import Document
from rag.types.evidence import Evidence

__all__ = ["offence_with_penalty"]

_LOOKED_AT: Final = 12  # best sentences
_MOST: Final = 3  # provisions that punish one deed


class _Ruled(NamedTuple):
    """A deed and what it is punished with."""

    document: Document
    offence: Provision
    penalties: Sequence[Provision]
    held: float


def offence_with_penalty(
    question: Relevance, choices: Sequence[Choice], evidence: Evidence
) -> tuple[Block, ...] | None:
    """Return the provision that a deed breaks and those that punish it; None if no penalty is asked for.

    The best sentence stands where it holds more of what the question says than any deed.
    """
    if not PENALTY.search(as_pattern_text(question.query.focus)):
        return None
    best = max(_ruled(question, choices, evidence), key=lambda one: one.held, default=None)
    if best is None or best.held < _held(question, choices[0].sentence.text):
        return None
    return tuple(_block(one, best.document) for one in (best.offence, *best.penalties))


def _ruled(question: Relevance, choices: Sequence[Choice], evidence: Evidence) -> Iterator[_Ruled]:
    for choice in choices[:_LOOKED_AT]:
        document = evidence.documents[choice.passage.document]
        every = provisions_of(document)
        start = choice.sentence.span.start
        offence = next((one for one in every if one.span.start <= start < one.span.end), None)
        if offence is None:
            continue
        punishing = [one for one in every if refers_to(one, offence) and PENALTY.search(one.text)]
        # Of a list of penalties the items stand for themselves: what leads to them refers to all.
        leads = {one.lead for one in punishing}
        penalties = [one for one in punishing if one not in leads and _speaks_of(one, every)]
        if penalties:
            yield _Ruled(document, offence, penalties[:_MOST], _held(question, offence.text))


def _speaks_of(one: Provision, every: Sequence[Provision]) -> bool:
    """Tell whether a provision punishes by itself: what leads to items does by them."""
    return not any(other.lead is one for other in every)


def _held(question: Relevance, text: str) -> float:
    """Return how much of the question's words a text holds, those left out that ask for a penalty."""
    weights = [0.0 if PENALTY.search(word) else weight for word, weight in question.content]
    return float(question.holds(text) @ np.array(weights))


def _block(one: Provision, document: Document) -> Block:
    line = Line((Quote(one.text, document.name, one.span),))
    lead = Line((Quote(one.lead.text, document.name, one.lead.span),)) if one.lead else None
    return Block((line,), lead=lead)
