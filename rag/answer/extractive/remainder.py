"""What is left over: the sentence that counts it, in the paragraph that tells of the whole."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from rag.answer.extractive.sentence_ranker import Choice
from rag.retrieve.relevance import Relevance
from rag.text.undone import asks_for_undone, tells_the_rest

__all__ = ["rest_first"]

_LIKELIEST: Final = 12  # sentences whose paragraphs may tell it


def rest_first(question: Relevance, choices: Sequence[Choice]) -> list[Choice]:
    """Return sentences with that first which counts what is left, if that is what a question asks for.

    Such a sentence seldom names what it counts: the one before it does. It is as likely as the best was.
    """
    if question.analysis.asks != "count" or not asks_for_undone(question.query.focus):
        return list(choices)
    telling = [one for one in choices if not one.sentence.is_heading and tells_the_rest(one.sentence.text)]
    for likely in choices[:_LIKELIEST]:
        found = next((one for one in telling if _is_beside(one, likely)), None)
        if found is not None:
            first = replace(found, logit=choices[0].logit)
            return [first, *(one for one in choices if one is not found)]
    return list(choices)


def _is_beside(one: Choice, other: Choice) -> bool:
    return one.passage is other.passage and one.sentence.block == other.sentence.block
