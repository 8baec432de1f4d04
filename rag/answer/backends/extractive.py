"""Answers made of the documents' own sentences and outlines; no language model."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from rag.answer.backends.base import Backend
from rag.answer.extractive.answerability import PLAIN, confidence, threshold
from rag.answer.extractive.form_ranker import decide
from rag.answer.extractive.sentence_ranker import Choice, choose, rank_sentences
from rag.answer.extractive.subanswers import OF_A_PART, OF_A_THING
from rag.answer.extractive.writer import CitedText, write_list, write_sentences
from rag.answer.messages import IN_CHINESE, NOT_FOUND, NOT_FOUND_OF, UNSURE
from rag.query.keywords import content_terms
from rag.query.rewrite import asks_for_item, without_ordinals
from rag.retrieve.listings import find_listings
from rag.retrieve.relevance import Lens
from rag.settings import Settings
from rag.text.normalize import convert, count_han
from rag.types.answer import Draft
from rag.types.document import Span
from rag.types.evidence import Evidence, Part
from rag.types.query import Language

__all__ = ["ExtractiveBackend", "create"]

_CLOSE_IN_ENGLISH: Final = 0.2  # cosine below which an English question shares nothing with the text
_SURE_LIST: Final = 0.7  # probability of a list that needs no sentences beside it
_BESIDE_LIST: Final = 2  # sentences
_OF_EACH: Final = 1  # sentence for each thing that is asked for at once


class _Plan(NamedTuple):
    """What a question, or one part of it, will be answered with."""

    label: str
    lens: Lens
    evidence: Evidence
    choices: Sequence[Choice]
    confidence: float

    @property
    def source(self) -> tuple[str, Span]:
        """Where the best sentence stands."""
        return self.choices[0].passage.document, self.choices[0].sentence.span

    def is_answered(self, least: float = 1.0) -> bool:
        """Tell whether the answer is sure enough: `least` times the threshold."""
        return bool(self.choices) and self.confidence >= least * threshold()

    @property
    def is_told(self) -> bool:
        """Tell whether it is sure enough beside the answers to other parts."""
        return self.is_answered(OF_A_THING if self.label else OF_A_PART)


class ExtractiveBackend:
    """Quotes: a list question gets the items of an outline, any other the sentences that fit."""

    def write(self, lens: Lens, evidence: Evidence) -> Iterator[str | Draft]:
        """Answer with cited sentences, or say that nothing was found."""
        language = lens.query.language
        text = CitedText()
        whole = _plan("", lens, evidence)
        plans = [_plan_of(part, lens) for part in evidence.parts] or [whole]
        pointed = lens.query.pointed if lens.query.pointed and lens.query.pointed.span else None
        # 第三项呢 is answered by the item; what is asked of the item may not be.
        asked = lens.query.asked
        is_item_alone = pointed is not None and (
            asks_for_item(asked) or not content_terms(without_ordinals(asked))
        )
        if not _is_told(whole, plans) and not is_item_alone:
            yield text.add(NOT_FOUND[language])
            yield text.draft(abstained=True, confidence=_sureness(whole, plans))
            return
        answered = [plan for plan in plans if plan.is_told] or [whole]
        words = [plan.choices[0].sentence.text for plan in answered if plan.choices]
        if language == "en" and count_han((words or [pointed.text if pointed else ""])[0]):
            yield text.add(IN_CHINESE)
        if pointed is not None:
            yield text.add(convert(pointed.text, language), pointed.document, pointed.span)
            yield text.add("\n")
        if not answered[0].choices or (pointed is not None and asks_for_item(asked)):
            pass
        elif any(plan.label for plan in answered):
            for plan in plans:
                yield from _write(text, plan, language)
        elif len(answered) > 1 or answered[0] is not whole:
            yield from _write_together(text, [plan for plan in (whole, *answered) if plan.choices])
        else:
            yield from _write(text, whole, language)
        sure = _sureness(whole, answered)
        yield text.draft(confidence=sure, notice=UNSURE[language] if sure < PLAIN else None)


def _is_told(whole: _Plan, plans: Sequence[_Plan]) -> bool:
    """Tell whether anything is told: of several things, one that is found, and that the others are not."""
    if any(plan.label for plan in plans):
        return any(plan.is_answered() for plan in plans)
    return whole.is_answered() or all(plan.is_answered() for plan in plans)


def _sureness(whole: _Plan, plans: Sequence[_Plan]) -> float:
    """Return how sure the answer is: of several things that are asked about, the surest."""
    by_thing = [plan.confidence for plan in plans if plan.label]
    return max(by_thing or [plan.confidence for plan in (whole, *plans)])


def _plan(label: str, lens: Lens, evidence: Evidence) -> _Plan:
    choices = rank_sentences(lens, evidence.passages, evidence.documents)
    says_something = bool(content_terms(lens.query.text))
    if lens.query.language == "en" and not lens.words:
        says_something = says_something and evidence.closest >= _CLOSE_IN_ENGLISH
    sure = confidence(lens, choices, evidence) if choices and says_something else 0.0
    return _Plan(label, lens, evidence, choices, sure)


def _plan_of(part: Part, whole: Lens) -> _Plan:
    """Plan the answer to one part; what of its question the others share has been looked for already."""
    lens, evidence = whole.of(part.query), part.evidence
    if not part.label:
        listings = find_listings(lens, evidence.documents.values(), evidence.passages)
        evidence = replace(evidence, listings=listings)
    return _plan(part.label, lens, evidence)


def _write(text: CitedText, plan: _Plan, language: Language) -> Iterator[str]:
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


def _write_alone(text: CitedText, plan: _Plan) -> Iterator[str]:
    lens, evidence = plan.lens, plan.evidence
    decided = decide(lens, plan.choices, evidence.listings, evidence.documents)
    if decided is None:
        return
    way, likely = decided
    if way.kind != "sentences":
        yield from write_list(text, lens, way)
        if likely < _SURE_LIST and not (way.listing and way.listing.named):
            beside = choose(lens, plan.choices, _BESIDE_LIST)
            yield from write_sentences(text, lens, beside, evidence.documents)
    else:
        yield from write_sentences(text, lens, choose(lens, plan.choices), evidence.documents)


def _write_together(text: CitedText, plans: Sequence[_Plan]) -> Iterator[str]:
    """Write what answers a question that asks several things: for the whole, then for each part.

    A sentence that more than one of them was given keeps what any of them needs of it.
    """
    for plan in plans:
        documents = plan.evidence.documents
        decided = decide(plan.lens, plan.choices, plan.evidence.listings, documents)
        if decided is not None and (way := decided[0]).kind != "sentences":
            if any((way.document, item.span) not in text.sources for item in way.items):
                yield from write_list(text, plan.lens, way)
            continue
        given = [other.lens for other in plans if other.source == plan.source]
        best = choose(plan.lens, plan.choices, _OF_EACH)
        yield from write_sentences(text, plan.lens, best, documents, given)


def create(settings: Settings) -> Backend:
    """Make the backend."""
    return ExtractiveBackend()
