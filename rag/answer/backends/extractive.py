"""Answers made of the documents' own sentences, rows and outlines; no language model."""

from collections.abc import Generator, Iterator, Sequence
from typing import Final

from rag.answer.backends.base import Backend
from rag.answer.blocks import Composition
from rag.answer.extractive.answerability import PLAIN
from rag.answer.extractive.composer import compose
from rag.answer.extractive.writer import CitedText, write_block
from rag.answer.messages import IN_CHINESE, NOT_FOUND, NOT_FOUND_OF, UNSURE, called_otherwise
from rag.answer.plan import Plan
from rag.query.keywords import content_terms
from rag.query.rewrite import asks_for_item, without_ordinals
from rag.settings import Settings
from rag.text.normalize import convert, count_han
from rag.types.answer import Draft
from rag.types.query import Form, Language, Pointed, Query

__all__ = ["ExtractiveBackend", "create"]

_SHOWN: Final = 200  # characters of an answer by which its language is told


class ExtractiveBackend:
    """Quotes what a plan is composed of."""

    def write(self, plan: Plan) -> Iterator[str | Draft]:
        """Answer with cited sentences, or say that nothing was found."""
        query = plan.question.query
        language = query.language
        text = CitedText()
        plans = plan.parts or (plan,)
        pointed = query.pointed if query.pointed and query.pointed.span else None
        if not _is_told(plan, plans) and not _is_item_alone(query.asked, pointed):
            yield text.add(NOT_FOUND[language])
            yield text.draft(abstained=True, confidence=_sureness(plan, plans), form="nothing")
            return
        answered = [part for part in plans if part.is_told] or [plan]
        labelled = any(part.label for part in answered)
        parts = plans if labelled else _whole_first(plan, answered)
        composed = [(part, compose(part)) for part in parts]
        if not labelled:
            # What is summed up tells the parts.
            composed = [one for one in composed if one[1].form == "summary"][:1] or composed
        if language == "en" and _is_chinese(composed, pointed):
            yield text.add(IN_CHINESE)
        if pointed is not None:
            yield text.add(convert(pointed.text, language), pointed.document, pointed.span)
            yield text.add("\n")
        missing = [query.unwritten] if query.called else []
        if query.called:
            yield text.add(called_otherwise(query.unwritten, query.called, language) + "\n")
        if pointed is None or not asks_for_item(query.asked):
            for part, composition in composed:
                if part.label:
                    missing += yield from _write_labelled(text, part, composition, language)
                else:
                    yield from _write(text, composition, language)
        sure = _sureness(plan, answered)
        yield text.draft(
            confidence=sure,
            notice=UNSURE[language] if sure < PLAIN else None,
            form=_form_of(query, labelled, [made for _, made in composed]),
            missing=tuple(missing),
            highlights=tuple(convert(words, language) for _, made in composed for words in made.highlights),
        )


def _is_item_alone(asked: str, pointed: Pointed | None) -> bool:
    """Tell whether a question is answered by an item: 第三项呢 is, what is asked of the item may not be."""
    return pointed is not None and (asks_for_item(asked) or not content_terms(without_ordinals(asked)))


def _form_of(query: Query, labelled: bool, composed: Sequence[Composition]) -> Form:
    """Return the form of an answer to one question or several; an item that is pointed to is a fact."""
    if query.called:
        return "near-miss"
    if labelled:
        return "compare"
    return "several" if len(composed) > 1 else composed[0].form if composed else "fact"


def _whole_first(plan: Plan, answered: Sequence[Plan]) -> list[Plan]:
    return [part for part in dict.fromkeys((plan, *answered)) if part.choices]


def _is_chinese(composed: Sequence[tuple[Plan, Composition]], pointed: Pointed | None) -> bool:
    told = [line.text for part, made in composed if part.is_told or not part.label for line in made.lines]
    return bool(count_han("".join([pointed.text] if pointed else told[:1])[:_SHOWN]))


def _is_told(whole: Plan, plans: Sequence[Plan]) -> bool:
    """Tell whether anything is told: of several things, one that is found, and that the others are not."""
    if any(plan.label for plan in plans):
        return any(plan.is_answered() for plan in plans)
    return whole.is_answered() or all(plan.is_answered() for plan in plans)


def _sureness(whole: Plan, plans: Sequence[Plan]) -> float:
    """Return how sure the answer is: of several things that are asked about, the surest."""
    by_thing = [plan.confidence for plan in plans if plan.label]
    return max(by_thing or [plan.confidence for plan in (whole, *plans)])


def _write(text: CitedText, composition: Composition, language: Language) -> Iterator[str]:
    for block in composition.blocks:
        yield from write_block(text, block, language)


def _write_labelled(
    text: CitedText, part: Plan, composition: Composition, language: Language
) -> Generator[str, None, list[str]]:
    """Write what is said of one of several things under its name; return the name if nothing is."""
    if text.text and not text.text.endswith("\n"):
        yield text.add("\n")
    label = convert(part.label, language)
    yield text.add(f"{label}：\n")
    named = len(text.text)
    if part.is_told:
        yield from _write(text, composition, language)
    if len(text.text) > named:
        return []
    yield text.add(NOT_FOUND_OF[language])  # or all of it stands under another name already
    return [label]


def create(settings: Settings) -> Backend:
    """Make the backend."""
    return ExtractiveBackend()
