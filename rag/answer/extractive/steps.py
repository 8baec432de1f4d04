"""A course of events that a section tells in running text: the sentences that say what came when."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from rag.answer.blocks import Block, Line, line_of
from rag.answer.extractive.answer_forms import part_of
from rag.answer.extractive.naming import name_of
from rag.answer.extractive.sections import SectionFound
from rag.answer.extractive.summary import sentences_within
from rag.text.marks import SEMICOLONS
from rag.text.sequences import asks_for_course, begins_step
from rag.types.document import Document
from rag.types.evidence import Sentence

__all__ = ["course_told"]

_FEWEST: Final = 3  # steps
_MOST: Final = 12
_SHORT: Final = 40  # characters of a sentence that says little more than when
_LOOKED_AT: Final = 4  # sections
_OF_THE_BEST: Final = 0.4  # of the best section's probability that one must reach


def course_told(question: str, ranked: Sequence[SectionFound]) -> Block | None:
    """Return the steps that one of the best sections tells, None if none is asked for or told."""
    if not ranked or not asks_for_course(question):
        return None
    for found in ranked[:_LOOKED_AT]:
        if found.items or found.score < _OF_THE_BEST * ranked[0].score:
            continue
        steps = list(_steps(found))[:_MOST]
        if len(steps) >= _FEWEST:
            return Block(tuple(steps), title=name_of(found.document, found.path), is_list=True)
    return None


def _steps(found: SectionFound) -> Iterator[Line]:
    """Yield the sentences that are steps, of one that puts several in a row each of them.

    One that says little more than when goes on with the next sentence of its paragraph.
    """
    name, sentences = found.document.name, sentences_within(found.document, found.section)
    for sentence, following in zip_longest(sentences, sentences[1:]):
        parts = list(_parts(sentence, found.document))
        if sum(begins_step(part.text) for part in parts) >= _FEWEST:
            yield from (line_of(part, name) for part in parts)
        elif begins_step(sentence.text):
            line = line_of(sentence, name)
            goes_on = following is not None and following.block == sentence.block
            if goes_on and len(sentence.text) <= _SHORT and not begins_step(following.text):
                line = Line((*line.quotes, *line_of(following, name).quotes))
            yield line


def _parts(sentence: Sentence, document: Document) -> Iterator[Sentence]:
    start = 0
    for place, character in enumerate(sentence.text):
        if character in SEMICOLONS:
            yield part_of(sentence, document, start, place)
            start = place + 1
    yield part_of(sentence, document, start, len(sentence.text))
