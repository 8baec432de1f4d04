"""Answers made of the documents' own sentences and outlines; no language model."""

from collections.abc import Iterator, Sequence
from typing import Final

from rag.answer.base import Backend
from rag.answer.phrases import IN_CHINESE, NOT_FOUND
from rag.answer.select import Choice, choose, rank_sentences, signs_of
from rag.answer.writer import CitedText
from rag.asking import content_terms
from rag.lens import Lens
from rag.lists import items_after
from rag.settings import Settings
from rag.support import load_support_model
from rag.text import Language, convert, count_han
from rag.types import Draft, Evidence, Listing, Section

__all__ = ["ExtractiveBackend", "create"]

_CLOSE_IN_ENGLISH: Final = 0.2  # cosine below which an English question shares nothing with the text
_LISTING_FITS: Final = 0.6


class ExtractiveBackend:
    """Quotes: a list question gets the items of an outline, any other the sentences that fit."""

    def write(self, lens: Lens, evidence: Evidence) -> Iterator[str | Draft]:
        """Answer with cited sentences, or say that nothing was found."""
        language = lens.query.language
        text = CitedText()
        choices = rank_sentences(lens, evidence.passages)
        if not is_supported(lens, choices, evidence):
            yield text.add(NOT_FOUND[language])
            yield text.draft(abstained=True)
            return
        if language == "en" and count_han(choices[0].sentence.text):
            yield text.add(IN_CHINESE)
        if evidence.listing and _wants_listing(lens, evidence.listing) and not choices[0].defines:
            yield from _write_listing(text, lens, evidence.listing)
        else:
            yield from _write_sentences(text, lens, choose(lens, choices), evidence)
        yield text.draft()


def _wants_listing(lens: Lens, listing: Listing) -> bool:
    """Tell whether a question is answered by a list: it asks for one, or counts what is listed."""
    return listing.score >= _LISTING_FITS and (
        lens.asks == "list" or (listing.named and lens.asks in ("overview", "fact"))
    )


def is_supported(lens: Lens, choices: Sequence[Choice], evidence: Evidence) -> bool:
    """Tell whether the evidence is likely enough to answer the question."""
    says_something = bool(content_terms(lens.query.text))
    if lens.query.language == "en" and not lens.words:
        says_something = says_something and evidence.closest >= _CLOSE_IN_ENGLISH
    if not choices or not says_something:
        return False
    model = load_support_model()
    return model.probability(signs_of(lens, choices, evidence)) >= model.threshold


def _write_listing(text: CitedText, lens: Lens, listing: Listing) -> Iterator[str]:
    language = lens.query.language
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
        sentence, document = choice.sentence, evidence.documents[choice.passage.document]
        yield text.add(convert(sentence.text, language), document.name, sentence.span)
        if sentence.announces:
            yield text.add("\n")
            yield from _write_items(text, language, document.name, items_after(document, sentence.span.end))


def create(settings: Settings) -> Backend:
    """Make the backend."""
    return ExtractiveBackend()
