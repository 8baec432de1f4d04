"""Answers made of the documents' own sentences, rows and outlines; no language model."""

from collections.abc import Generator, Iterator, Sequence
from itertools import groupby
from typing import Final

from rag.answer.backends.base import Backend
from rag.answer.blocks import Composition
from rag.answer.extractive.answerability import PLAIN
from rag.answer.extractive.parts import (
    Composed,
    composed_parts,
    is_labelled,
    is_told,
    sureness,
    told_parts,
)
from rag.answer.extractive.writer import CitedText, write_block
from rag.answer.messages import (
    IN_CHINESE,
    NOT_FOUND,
    NOT_FOUND_OF,
    NOT_TOLD,
    UNSURE,
    called_otherwise,
    no_such_version,
)
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
        pointed = query.pointed if query.pointed and query.pointed.span else None
        if plan.instead:
            yield text.add(no_such_version(plan.label, plan.instead, language))
            yield text.draft(abstained=True, confidence=0.0, form="near-miss", missing=(plan.label,))
            return
        if not is_told(plan) and not _is_item_alone(query.asked, pointed):
            yield from _refuse(text, plan, language)
            sure = sureness(plan, plan.parts or (plan,))
            form: Form = "near-miss" if plan.is_treated else "nothing"
            yield text.draft(abstained=True, confidence=sure, form=form)
            return
        answered, composed = told_parts(plan), composed_parts(plan)
        if language == "en" and _is_chinese(composed, pointed):
            yield text.add(IN_CHINESE)
        if pointed is not None:
            yield text.add(convert(pointed.text, language), pointed.document, pointed.span)
            yield text.add("\n")
        missing = [query.unwritten] if query.called else []
        if query.called:
            yield text.add(called_otherwise(query.unwritten, query.called, language) + "\n")
        if pointed is None or not asks_for_item(query.asked):
            for label, group in groupby(composed, key=lambda one: one[0].label):
                if label:
                    missing += yield from _write_labelled(text, label, list(group), language)
                    continue
                for _, composition in group:
                    yield from _write(text, composition, language)
        sure = sureness(plan, answered)
        yield text.draft(
            confidence=sure,
            notice=UNSURE[language] if sure < PLAIN else None,
            form=_form_of(query, is_labelled(answered), [made for _, made in composed]),
            missing=tuple(missing),
            highlights=tuple(convert(words, language) for _, made in composed for words in made.highlights),
        )


def _refuse(text: CitedText, plan: Plan, language: Language) -> Iterator[str]:
    """Say that nothing answers; of what the documents treat, what they do say of it."""
    if not plan.is_treated:
        yield text.add(NOT_FOUND[language])
        return
    nearest = next((one for one in plan.choices if not one.sentence.is_heading), plan.choices[0])
    said = convert(nearest.sentence.text, language)
    lead = IN_CHINESE if language == "en" and count_han(said) else ""
    yield text.add(f"{NOT_TOLD[language]}\n{lead}")
    yield text.add(said)


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


def _is_chinese(composed: Sequence[Composed], pointed: Pointed | None) -> bool:
    told = [line.text for part, made in composed if part.is_told or not part.label for line in made.lines]
    return bool(count_han("".join([pointed.text] if pointed else told[:1])[:_SHOWN]))


def _write(text: CitedText, composition: Composition, language: Language) -> Iterator[str]:
    for block in composition.blocks:
        yield from write_block(text, block, language)


def _write_labelled(
    text: CitedText, label: str, composed: Sequence[tuple[Plan, Composition]], language: Language
) -> Generator[str, None, list[str]]:
    """Write what is said of one of several things under its name; return the name if nothing is."""
    if text.text and not text.text.endswith("\n"):
        yield text.add("\n")
    label = convert(label, language)
    yield text.add(f"{label}：\n")
    named = len(text.text)
    for part, composition in composed:
        if part.is_told:
            yield from _write(text, composition, language)
    if len(text.text) > named:
        return []
    yield text.add(NOT_FOUND_OF[language])  # or all of it stands under another name already
    return [label]


def create(settings: Settings) -> Backend:
    """Make the backend."""
    return ExtractiveBackend()
