"""Answers made of the documents' own sentences and outlines; no language model."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from rag.answer.backends.base import Backend
from rag.answer.extractive.answerability import PLAIN
from rag.answer.extractive.sentence_ranker import Choice, choose
from rag.answer.extractive.writer import CitedText, write_list, write_sentences
from rag.answer.messages import IN_CHINESE, NOT_FOUND, NOT_FOUND_OF, UNSURE
from rag.answer.plan import Plan
from rag.query.keywords import content_terms
from rag.query.rewrite import asks_for_item, without_ordinals
from rag.settings import Settings
from rag.text.normalize import convert, count_han
from rag.types.answer import Draft
from rag.types.query import Language

__all__ = ["ExtractiveBackend", "create"]

_SURE_LIST: Final = math.log(0.7 / 0.3)  # logit of a list that needs no sentences beside it
_BESIDE_LIST: Final = 2  # sentences
_OF_EACH: Final = 1  # sentence for each thing that is asked for at once


class ExtractiveBackend:
    """Quotes: a list question gets the items of an outline, any other the sentences that fit."""

    def write(self, plan: Plan) -> Iterator[str | Draft]:
        """Answer with cited sentences, or say that nothing was found."""
        query = plan.question.query
        language, asked = query.language, query.asked
        text = CitedText()
        plans = plan.parts or (plan,)
        # 第三项呢 is answered by the item; what is asked of the item may not be.
        pointed = query.pointed if query.pointed and query.pointed.span else None
        is_item_alone = pointed is not None and (
            asks_for_item(asked) or not content_terms(without_ordinals(asked))
        )
        if not _is_told(plan, plans) and not is_item_alone:
            yield text.add(NOT_FOUND[language])
            yield text.draft(abstained=True, confidence=_sureness(plan, plans))
            return
        answered = [part for part in plans if part.is_told] or [plan]
        words = [part.choices[0].sentence.text for part in answered if part.choices]
        if language == "en" and count_han((words or [pointed.text if pointed else ""])[0]):
            yield text.add(IN_CHINESE)
        if pointed is not None:
            yield text.add(convert(pointed.text, language), pointed.document, pointed.span)
            yield text.add("\n")
        if not answered[0].choices or (pointed is not None and asks_for_item(asked)):
            pass
        elif any(part.label for part in answered):
            for part in plans:
                yield from _write(text, part, language)
        elif len(answered) > 1 or answered[0] is not plan:
            yield from _write_together(text, [part for part in (plan, *answered) if part.choices])
        else:
            yield from _write(text, plan, language)
        sure = _sureness(plan, answered)
        yield text.draft(confidence=sure, notice=UNSURE[language] if sure < PLAIN else None)


def _is_told(whole: Plan, plans: Sequence[Plan]) -> bool:
    """Tell whether anything is told: of several things, one that is found, and that the others are not."""
    if any(plan.label for plan in plans):
        return any(plan.is_answered() for plan in plans)
    return whole.is_answered() or all(plan.is_answered() for plan in plans)


def _sureness(whole: Plan, plans: Sequence[Plan]) -> float:
    """Return how sure the answer is: of several things that are asked about, the surest."""
    by_thing = [plan.confidence for plan in plans if plan.label]
    return max(by_thing or [plan.confidence for plan in (whole, *plans)])


def _write(text: CitedText, plan: Plan, language: Language) -> Iterator[str]:
    if not plan.label:
        yield from _write_alone(text, plan)
        return
    if text.text and not text.text.endswith("\n"):
        yield text.add("\n")
    yield text.add(f"{convert(plan.label, language)}：\n")
    named = len(text.text)
    if plan.is_told:
        yield from _write_alone(text, plan)
    if len(text.text) == named:  # or all of it stands under another name already
        yield text.add(NOT_FOUND_OF[language])


def _write_alone(text: CitedText, plan: Plan) -> Iterator[str]:
    question, evidence = plan.question, plan.evidence
    if plan.best is None:
        return
    way, logit = plan.best
    if way.kind != "sentences":
        yield from write_list(text, question, way)
        if logit < _SURE_LIST and not (way.listing and way.listing.named):
            beside = choose(question, plan.choices, _BESIDE_LIST)
            yield from write_sentences(text, question, beside, evidence.documents)
    else:
        yield from write_sentences(text, question, choose(question, plan.choices), evidence.documents)


def _write_together(text: CitedText, plans: Sequence[Plan]) -> Iterator[str]:
    """Write what answers a question that asks several things: for the whole, then for each part.

    A sentence that more than one of them was given keeps what any of them needs of it.
    """
    for plan in plans:
        documents = plan.evidence.documents
        if plan.best is not None and (way := plan.best[0]).kind != "sentences":
            if any((way.document, item.span) not in text.sources for item in way.items):
                yield from write_list(text, plan.question, way)
            continue
        given = [other.question for other in plans if _same_sentence(other.choices[0], plan.choices[0])]
        best = choose(plan.question, plan.choices, _OF_EACH)
        yield from write_sentences(text, plan.question, best, documents, given)


def _same_sentence(one: Choice, other: Choice) -> bool:
    return (one.passage.document, one.sentence.span) == (other.passage.document, other.sentence.span)


def create(settings: Settings) -> Backend:
    """Make the backend."""
    return ExtractiveBackend()
