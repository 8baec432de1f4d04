"""Which of them: one line for each place, document or person that the passages show, led by its name."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from rag.answer.blocks import Block, Line, Quote
from rag.answer.extractive.naming import name_of
from rag.answer.extractive.sentence_ranker import Choice
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.text.normalize import fold
from rag.types.document import Document, Section
from rag.types.evidence import Evidence

__all__ = ["each_that_shows"]

_MOST: Final = 6  # lines
_BEHIND: Final = 6.0  # of the best sentence's logit that one of another article may lie
_HOLDS: Final = 0.65  # of what the best sentence holds of the question's words
_SEEN: Final = 60  # best sentences that are looked at


def each_that_shows(question: Relevance, choices: Sequence[Choice], evidence: Evidence) -> Block:
    """Return the best sentence of each article that shows what is asked for, best first."""
    best = choices[0]
    told = _held(question, best, evidence)
    found: dict[tuple[str, int], tuple[Choice, Section | None]] = {}
    said: set[str] = set()
    for choice in choices[:_SEEN]:
        document = evidence.documents[choice.passage.document]
        path = document.outline.path_at(choice.sentence.span.start)
        article = path[0] if path else None
        key = (document.name, article.start if article else 0)
        words = fold(choice.sentence.text)
        if (
            key in found
            or words in said
            or choice.sentence.is_heading
            or choice.sentence.text.endswith(("?", "？"))
        ):
            continue
        held = np.minimum(_held(question, choice, evidence), told)
        if best.logit - choice.logit <= _BEHIND and held.sum() >= _HOLDS * told.sum():
            found[key] = (choice, article)
            said.add(words)
        if len(found) == _MOST:
            break
    lines = [
        _line(choice, evidence.documents[choice.passage.document], article)
        for choice, article in found.values()
    ]
    return Block(tuple(lines), is_list=len(lines) > 1)


def _held(question: Relevance, choice: Choice, evidence: Evidence) -> Floats:
    """Return how much of each word of the question a sentence holds under its headings, by weight, (c,)."""
    path = " ".join(choice.passage.heading_path)
    weights = np.array([weight for _, weight in question.content])
    return np.asarray(question.holds(f"{path} {choice.sentence.text}") * weights, dtype=np.float64)


def _line(choice: Choice, document: Document, article: Section | None) -> Line:
    name = name_of(document, (article,)) if article else document.title
    quote = Quote(choice.sentence.text, document.name, choice.sentence.span)
    if fold(name) in fold(choice.sentence.text):
        return Line((quote,))
    return Line((Quote(f"{name}："), quote))
