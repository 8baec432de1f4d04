"""Answers made of the documents' own sentences and outlines; no language model."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rag.answer.base import Backend
from rag.asking import content_terms
from rag.compose.clauses import part_of, trimmed
from rag.compose.confidence import confidence, threshold
from rag.compose.enumerations import Enumeration, enumerations
from rag.compose.phrases import IN_CHINESE, NOT_FOUND, NOT_FOUND_OF
from rag.compose.select import Choice, choose, rank_sentences
from rag.compose.sides import Part, parts
from rag.compose.writer import CitedText
from rag.lens import Lens
from rag.lists import items_after
from rag.text import Language, convert, count_han
from rag.types import Document, Draft, Evidence, Listing, Section, Sentence

__all__ = ["ExtractiveBackend", "create"]

_CLOSE_IN_ENGLISH: Final = 0.2  # cosine below which an English question shares nothing with the text
_LISTING_FITS: Final = 0.6
_SENTENCE_FITS: Final = 0.3  # probability from which a sentence that enumerates is the list


class _Plan(NamedTuple):
    """What a part of a question will be answered with."""

    part: Part
    choices: Sequence[Choice]
    confidence: float

    @property
    def is_answered(self) -> bool:
        return bool(self.choices) and self.confidence >= threshold()


class ExtractiveBackend:
    """Quotes: a list question gets the items of an outline, any other the sentences that fit."""

    def write(self, lens: Lens, evidence: Evidence) -> Iterator[str | Draft]:
        """Answer with cited sentences, or say that nothing was found."""
        language = lens.query.language
        text = CitedText()
        whole = _plan(Part("", lens, evidence))
        plans = [_plan(part) for part in parts(lens, evidence)]
        sure = max(whole.confidence, *(plan.confidence for plan in plans))
        if not whole.is_answered and not all(plan.is_answered for plan in plans):
            yield text.add(NOT_FOUND[language])
            yield text.draft(abstained=True, confidence=whole.confidence)
            return
        if language == "en" and count_han(whole.choices[0].sentence.text):
            yield text.add(IN_CHINESE)
        for plan in plans:
            yield from _write(text, plan, language)
        yield text.draft(confidence=sure)


def _plan(part: Part) -> _Plan:
    lens, evidence = part.lens, part.evidence
    choices = rank_sentences(lens, evidence.passages, evidence.documents)
    says_something = bool(content_terms(lens.query.text))
    if lens.query.language == "en" and not lens.words:
        says_something = says_something and evidence.closest >= _CLOSE_IN_ENGLISH
    sure = confidence(lens, choices, evidence) if choices and says_something else 0.0
    return _Plan(part, choices, sure)


def _write(text: CitedText, plan: _Plan, language: Language) -> Iterator[str]:
    lens, evidence = plan.part.lens, plan.part.evidence
    if plan.part.label:
        if text.text and not text.text.endswith("\n"):
            yield text.add("\n")
        yield text.add(f"{convert(plan.part.label, language)}：")
        if not plan.is_answered:
            yield text.add(NOT_FOUND_OF[language])
            return
    listing = evidence.listing
    if listing and _wants_listing(lens, listing, plan.choices[0]):
        yield from _write_listing(text, listing, language)
    else:
        yield from _write_sentences(text, lens, choose(lens, plan.choices), evidence)


def _wants_listing(lens: Lens, listing: Listing, best: Choice) -> bool:
    """Tell whether a question is answered by a section's list rather than by its best sentence."""
    if listing.score < _LISTING_FITS or best.defines:
        return False
    if listing.named:
        return lens.asks in ("list", "overview", "fact")
    if lens.asks != "list":
        return False
    counts = lens.count == len(listing.section.children)
    return counts or not (_enumerated(lens, best.sentence) and best.probability >= _SENTENCE_FITS)


def _write_listing(text: CitedText, listing: Listing, language: Language) -> Iterator[str]:
    section = listing.section
    if listing.lead:
        yield text.add(convert(listing.lead.text, language), listing.document, listing.lead.span)
        yield text.add("\n")
    elif section.heading.start < section.heading.end:
        yield text.add(f"{convert(section.title, language)}：", listing.document, section.heading)
        yield text.add("\n")
    yield from _write_items(text, language, listing.document, section.children)


def _write_items(
    text: CitedText, language: Language, document: str, items: Sequence[Section]
) -> Iterator[str]:
    for number, item in enumerate(items, 1):
        yield text.add(f"{number}. {convert(item.title, language)}", document, item.heading)
        yield text.add("\n")


def _write_sentences(
    text: CitedText, lens: Lens, choices: Sequence[Choice], evidence: Evidence
) -> Iterator[str]:
    """Write sentences; one that announces a list takes the list's items along."""
    language = lens.query.language
    for choice in choices:
        document = evidence.documents[choice.passage.document]
        listed = _enumerated(lens, choice.sentence) if choice is choices[0] else None
        if listed:
            yield from _write_enumeration(text, choice.sentence, listed, document, language)
            continue
        sentence = trimmed(lens, choice.sentence, document)
        if (document.name, sentence.span) in text.sources:
            continue
        yield text.add(convert(sentence.text, language), document.name, sentence.span)
        if sentence.announces:
            yield text.add("\n")
            yield from _write_items(text, language, document.name, items_after(document, sentence.span.end))


def _enumerated(lens: Lens, sentence: Sentence) -> Enumeration | None:
    """Return the enumeration in a sentence that a list question asks for."""
    if lens.asks != "list" or sentence.is_heading:
        return None
    found = enumerations(sentence.text)
    if lens.count is not None:
        found = [e for e in found if len(e.items) == lens.count]
    return found[0] if found else None


def _write_enumeration(
    text: CitedText, sentence: Sentence, listed: Enumeration, document: Document, language: Language
) -> Iterator[str]:
    """Write the words that lead to an enumeration, then its items, a line each."""
    lead = sentence.text[: listed.start].rstrip("“「『：:，, ")
    yield text.add(f"{convert(lead, language)}：" if lead else "", document.name, sentence.span)
    yield text.add("\n")
    for number, (start, end) in enumerate(listed.items, 1):
        item = part_of(sentence, document, start, end)
        yield text.add(f"{number}. {convert(item.text, language)}", document.name, item.span)
        yield text.add("\n")


def create() -> Backend:
    """Make the backend."""
    return ExtractiveBackend()
