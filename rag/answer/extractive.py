"""Answers made of the documents' own sentences and outlines; no language model."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from rag.answer.base import Backend
from rag.asking import content_terms
from rag.compose.clauses import part_of, trimmed
from rag.compose.confidence import confidence, threshold
from rag.compose.enumerations import Enumeration
from rag.compose.expected import enumeration_of, expected, meets
from rag.compose.phrases import IN_CHINESE, NOT_FOUND, NOT_FOUND_OF
from rag.compose.select import Choice, choose, rank_sentences
from rag.compose.writer import CitedText
from rag.lens import Lens
from rag.lists import find_listing, items_after
from rag.settings import Settings
from rag.text import Language, convert, count_han
from rag.types import Document, Draft, Evidence, Listing, Part, Section, Sentence

__all__ = ["ExtractiveBackend", "create"]

_CLOSE_IN_ENGLISH: Final = 0.2  # cosine below which an English question shares nothing with the text
_OF_A_PART: Final = 0.5  # of the threshold: the rest of the question says that it can be answered
_OF_EACH: Final = 1  # sentences for each of the things asked
_MOST_BELOW: Final = 9  # paragraphs under a heading that are taken for a list
_LISTING_FITS: Final = 0.6
_LISTING_SURE: Final = 0.9
_SENTENCE_FITS: Final = 0.4  # probability of a sentence from which it goes before a list that is not named
_LOOKED_AT: Final = 4  # sentences that may enumerate what is asked for
_NEARLY: Final = 0.3  # of the best sentence's probability that they must reach


class _Plan(NamedTuple):
    """What a question, or one part of it, will be answered with."""

    label: str
    lens: Lens
    evidence: Evidence
    choices: Sequence[Choice]
    confidence: float

    def is_answered(self, least: float = 1.0) -> bool:
        """Tell whether the answer is sure enough: `least` times the threshold."""
        return bool(self.choices) and self.confidence >= least * threshold()


class ExtractiveBackend:
    """Quotes: a list question gets the items of an outline, any other the sentences that fit."""

    def write(self, lens: Lens, evidence: Evidence) -> Iterator[str | Draft]:
        """Answer with cited sentences, or say that nothing was found."""
        language = lens.query.language
        text = CitedText()
        whole = _plan("", lens, evidence)
        plans = [_plan_of(part, lens) for part in evidence.parts] or [whole]
        if not whole.is_answered() and not all(plan.is_answered() for plan in plans):
            yield text.add(NOT_FOUND[language])
            yield text.draft(abstained=True, confidence=whole.confidence)
            return
        answered = [plan for plan in plans if plan.is_answered(_OF_A_PART)] or [whole]
        if language == "en" and count_han(answered[0].choices[0].sentence.text):
            yield text.add(IN_CHINESE)
        if any(plan.label for plan in answered):
            for plan in plans:
                yield from _write(text, plan, language)
        elif len(answered) > 1 or answered[0] is not whole:
            yield from _write_together(text, [whole, *answered], language)
        else:
            yield from _write(text, whole, language)
        yield text.draft(confidence=max(plan.confidence for plan in (whole, *answered)))


def _plan(label: str, lens: Lens, evidence: Evidence) -> _Plan:
    choices = rank_sentences(lens, evidence.passages, evidence.documents)
    says_something = bool(content_terms(lens.query.text))
    if lens.query.language == "en" and not lens.words:
        says_something = says_something and evidence.closest >= _CLOSE_IN_ENGLISH
    sure = confidence(lens, choices, evidence) if choices and says_something else 0.0
    if choices and evidence.listing and evidence.listing.named and evidence.listing.score >= _LISTING_SURE:
        sure = max(sure, threshold())  # an outline counts the very things that are asked for
    return _Plan(label, lens, evidence, choices, sure)


def _plan_of(part: Part, whole: Lens) -> _Plan:
    """Plan the answer to one part; what of its question the others share has been looked for already."""
    lens, evidence = whole.of(part.query), part.evidence
    if not part.label:
        listing = find_listing(lens, evidence.documents.values(), evidence.passages)
        evidence = replace(evidence, listing=listing)
    return _plan(part.label, lens, evidence)


def _write(text: CitedText, plan: _Plan, language: Language) -> Iterator[str]:
    lens, evidence = plan.lens, plan.evidence
    if plan.label:
        if text.text and not text.text.endswith("\n"):
            yield text.add("\n")
        yield text.add(f"{convert(plan.label, language)}：")
        if not plan.is_answered(_OF_A_PART):
            yield text.add(NOT_FOUND_OF[language])
            return
    listing = evidence.listing
    row = _row(lens, plan.choices)
    if listing and not (row and row[1]) and _wants_listing(lens, listing, row[0] if row else plan.choices[0]):
        yield from _write_listing(text, listing, language)
    elif row:
        document = evidence.documents[row[0].passage.document]
        yield from _write_enumeration(text, row[0].sentence, row[2], document, language)
    else:
        yield from _write_sentences(text, lens, choose(lens, plan.choices), evidence)


def _write_together(text: CitedText, plans: Sequence[_Plan], language: Language) -> Iterator[str]:
    """Write what answers a question that asks several things: the whole's sentences, then each part's.

    A sentence that more than one of them was given stays whole: each may need another clause of it.
    """
    chosen = [(plan, choice) for plan in plans for choice in choose(plan.lens, plan.choices)[:_OF_EACH]]
    spans = Counter((choice.passage.document, choice.sentence.span) for _, choice in chosen)
    if len(spans) == 1 or (row := _row(plans[0].lens, plans[0].choices)) is None:
        for plan, choice in chosen:
            document = plan.evidence.documents[choice.passage.document]
            sentence = choice.sentence
            if spans[document.name, sentence.span] == 1:
                sentence = trimmed(plan.lens, sentence, document)
            if (document.name, sentence.span) not in text.sources:
                yield text.add(convert(sentence.text, language), document.name, sentence.span)
        return
    document = plans[0].evidence.documents[row[0].passage.document]
    yield from _write_enumeration(text, row[0].sentence, row[2], document, language)
    for plan in plans[1:]:
        for choice in choose(plan.lens, plan.choices)[:1]:
            source = (choice.passage.document, choice.sentence.span)
            if source not in text.sources:
                yield text.add(convert(choice.sentence.text, language), *source)


def _row(lens: Lens, choices: Sequence[Choice]) -> tuple[Choice, bool, Enumeration] | None:
    """Return the sentence whose enumeration is asked for, and whether it is right by the name asked about."""
    wanted = expected(lens.query.focus)
    if lens.asks not in ("list", "overview"):
        return None
    for choice in choices[:_LOOKED_AT]:
        if choice.probability < _NEARLY * choices[0].probability or choice.sentence.is_heading:
            continue
        if found := enumeration_of(lens, wanted, choice.sentence.text):
            told = meets(wanted, choice.sentence.text).defines
            defines = told > 0
            if wanted.groups and told == 0:
                continue  # so many things, but not those of the name
            if defines or (lens.asks == "list" and (choice is choices[0] or wanted.count)):
                return choice, defines, found
    return None


def _wants_listing(lens: Lens, listing: Listing, best: Choice) -> bool:
    """Tell whether a question is answered by a section's list rather than by its best sentence."""
    if listing.score < _LISTING_FITS or best.defines:
        return False
    if listing.named:
        return lens.asks in ("list", "overview") or (
            lens.asks == "fact" and best.probability < _SENTENCE_FITS
        )
    if lens.asks in ("fact", "overview"):
        return _is_title(best, listing)
    return lens.asks == "list" and best.probability < _SENTENCE_FITS


def _is_title(choice: Choice, listing: Listing) -> bool:
    """Tell whether a sentence is no more than the title of one of a list's items."""
    span = choice.sentence.span
    return choice.passage.document == listing.document and any(
        item.heading.start <= span.start < item.heading.end and span.end <= item.heading.end + 1
        for item in listing.section.children
    )


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
        if sentence.announces or (sentence.is_heading and lens.asks == "list"):
            items = items_after(document, sentence.span.end)
            yield text.add("\n")
            yield from _write_items(text, language, document.name, items)
            if not items:
                yield from _write_below(text, choice, document, language)


def _write_below(text: CitedText, choice: Choice, document: Document, language: Language) -> Iterator[str]:
    """Write the first sentence of each paragraph below a heading, or a sentence that announces them."""
    block, number = choice.sentence.block, 0
    for sentence in choice.passage.sentences[choice.index + 1 :]:
        if sentence.is_heading or number == _MOST_BELOW:
            break
        if sentence.block == block:
            continue
        block, number = sentence.block, number + 1
        yield text.add(f"{number}. {convert(sentence.text, language)}", document.name, sentence.span)
        yield text.add("\n")


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
