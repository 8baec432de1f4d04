"""Text with markers, and the sources they point to, built up side by side."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rag.answer.extractive.answer_forms import Candidate
from rag.answer.extractive.clause_trimmer import trimmed
from rag.answer.extractive.sentence_ranker import Choice
from rag.retrieve.listings import items_after
from rag.retrieve.relevance import Relevance
from rag.text.normalize import convert
from rag.types.answer import Draft
from rag.types.document import Document, Span

__all__ = ["CitedText", "write_list", "write_sentences"]

_CLOSES_LEAD: Final = "。.：: "
_NUMBER_IN_BRACKETS: Final = re.compile(r"\[(\d+)\]")


class CitedText:
    """Collects an answer; a source that is cited again keeps its marker."""

    def __init__(self) -> None:
        self.text = ""
        self.sources: list[tuple[str, Span]] = []

    def add(self, text: str, document: str | None = None, span: Span | None = None) -> str:
        """Append text, with a marker if it comes from somewhere; return what was appended."""
        text = _NUMBER_IN_BRACKETS.sub(r"［\1］", text)  # the document's own, which are no markers
        if document is not None and span is not None:
            source = (document, span)
            if source not in self.sources:
                self.sources.append(source)
            text = f"{text}[{self.sources.index(source) + 1}]"
        self.text += text
        return text

    def cites(self, document: str, span: Span) -> bool:
        """Tell whether a stretch of a document lies within one that is cited already."""
        return any(
            name == document and s.start <= span.start and span.end <= s.end for name, s in self.sources
        )

    def draft(
        self, abstained: bool = False, confidence: float | None = None, notice: str | None = None
    ) -> Draft:
        """Return what was collected."""
        return Draft(
            self.text,
            tuple(self.sources),
            abstained,
            confidence=confidence,
            quotes_only=not abstained,
            notice=notice,
        )


def write_list(text: CitedText, question: Relevance, way: Candidate) -> Iterator[str]:
    """Write what leads to a list, then its items, a line and a citation each."""
    language = question.query.language
    if way.lead is not None:
        lead = convert(way.lead.text, language)
        if way.row is not None or way.lead.is_heading:
            lead = lead.rstrip(_CLOSES_LEAD) + "："
        yield text.add(lead, way.document, way.lead.span)
        yield text.add("\n")
    yield from _write_items(text, question, way.document, [(item.text, item.span) for item in way.items])


def _write_items(
    text: CitedText, question: Relevance, document: str, items: Sequence[tuple[str, Span]]
) -> Iterator[str]:
    for number, (words, span) in enumerate(items, 1):
        yield text.add(f"{number}. {convert(words, question.query.language)}", document, span)
        yield text.add("\n")


def write_sentences(
    text: CitedText,
    question: Relevance,
    choices: Sequence[Choice],
    documents: Mapping[str, Document],
    given: Sequence[Relevance] = (),
) -> Iterator[str]:
    """Write sentences, cut down to what was asked, a line each; one that announces a list takes its items.

    `given` are the questions of all questions that they answer, if there are more than one.
    """
    for choice in choices:
        document = documents[choice.passage.document]
        sentence = trimmed(given or [question], choice.sentence, document)
        if text.cites(document.name, sentence.span):
            continue
        if text.text.endswith("]"):
            yield text.add("\n")
        yield text.add(convert(sentence.text, question.query.language), document.name, sentence.span)
        if sentence.announces or (sentence.is_heading and question.analysis.asks == "list"):
            items = items_after(document, sentence.span.end)
            yield text.add("\n")
            yield from _write_items(
                text, question, document.name, [(item.title, item.heading) for item in items]
            )
