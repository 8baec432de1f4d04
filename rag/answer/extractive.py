"""Answers made of the documents' own sentences and outlines; no language model."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rag.answer.base import Backend
from rag.asking import content_terms
from rag.compose.clauses import part_of, trimmed
from rag.compose.confidence import confidence, threshold
from rag.compose.enumerations import Enumeration
from rag.compose.expected import enumeration_of, expected, meets
from rag.compose.phrases import IN_CHINESE, NOT_FOUND, NOT_FOUND_OF
from rag.compose.select import Choice, choose, rank_sentences
from rag.compose.sides import Part, parts
from rag.compose.writer import CitedText
from rag.lens import Lens
from rag.lists import items_after
from rag.settings import Settings
from rag.text import Language, convert, count_han
from rag.types import Document, Draft, Evidence, Listing, Section, Sentence

__all__ = ["ExtractiveBackend", "create"]

_CLOSE_IN_ENGLISH: Final = 0.2  # cosine below which an English question shares nothing with the text
_LISTING_FITS: Final = 0.6
_SENTENCE_FITS: Final = 0.4  # probability of a sentence from which it goes before a list that is not named
_LOOKED_AT: Final = 4  # sentences that may enumerate what is asked for
_NEARLY: Final = 0.3  # of the best sentence's probability that they must reach


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
    row = _row(lens, plan.choices)
    if listing and not (row and row[1]) and _wants_listing(lens, listing, row[0] if row else plan.choices[0]):
        yield from _write_listing(text, listing, language)
    elif row and (document := evidence.documents[row[0].passage.document]):
        yield from _write_enumeration(text, row[0].sentence, row[2], document, language)
    else:
        yield from _write_sentences(text, lens, choose(lens, plan.choices), evidence)


def _row(lens: Lens, choices: Sequence[Choice]) -> tuple[Choice, bool, Enumeration] | None:
    """Return the sentence whose enumeration is asked for, and whether it is right by the name asked about."""
    wanted = expected(lens.query.focus)
    if lens.asks not in ("list", "overview"):
        return None
    for choice in choices[:_LOOKED_AT]:
        if choice.probability < _NEARLY * choices[0].probability or choice.sentence.is_heading:
            continue
        if found := enumeration_of(lens, wanted, choice.sentence.text):
            defines = meets(wanted, choice.sentence.text).defines > 0
            if defines or (lens.asks == "list" and (choice is choices[0] or wanted.count)):
                return choice, defines, found
    return None


def _wants_listing(lens: Lens, listing: Listing, best: Choice) -> bool:
    """Tell whether a question is answered by a section's list rather than by its best sentence."""
    if listing.score < _LISTING_FITS or best.defines:
        return False
    if listing.named:
        return lens.asks in ("list", "overview", "fact")
    return lens.asks == "list" and best.probability < _SENTENCE_FITS


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
        sentence = trimmed(lens, choice.sentence, document)
        if (document.name, sentence.span) in text.sources:
            continue
        yield text.add(convert(sentence.text, language), document.name, sentence.span)
        if sentence.announces:
            yield text.add("\n")
            yield from _write_items(text, language, document.name, items_after(document, sentence.span.end))


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


def create(settings: Settings) -> Backend:
    """Make the backend."""
    return ExtractiveBackend()
