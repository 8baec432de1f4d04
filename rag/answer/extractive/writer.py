"""Blocks written down: text with markers, and the sources they point to, built up side by side."""

import re
from collections.abc import Iterator
from typing import Final

from rag.answer.blocks import Block, Line
from rag.text.normalize import convert
from rag.types.answer import Draft
from rag.types.document import Span
from rag.types.query import Form, Language

__all__ = ["CitedText", "write_block"]

_SET_IN: Final = "   - "
_COLONS: Final = (":", "：")
_CLOSES_LEAD: Final = "。.；; "
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
        self,
        abstained: bool = False,
        confidence: float | None = None,
        notice: str | None = None,
        form: Form | None = None,
        missing: tuple[str, ...] = (),
        highlights: tuple[str, ...] = (),
    ) -> Draft:
        """Return what was collected."""
        return Draft(
            self.text,
            tuple(self.sources),
            abstained,
            confidence=confidence,
            quotes_only=not abstained,
            notice=notice,
            form=form,
            missing=missing,
            highlights=highlights,
        )


def write_block(text: CitedText, block: Block, language: Language) -> Iterator[str]:
    """Write a block: its title, what leads to its lines, and the lines that are not written yet."""
    lines = [line for line in block.lines if not _is_written(text, line)]
    if not lines:
        return
    if text.text and not text.text.endswith("\n"):
        yield text.add("\n")
    if block.title:
        yield text.add(f"{convert(block.title, language)}：\n")
    if block.lead is not None and not _is_written(text, block.lead):
        yield from _write_lead(text, block.lead, language)
    number = 0
    for line in lines:
        if text.text and not text.text.endswith("\n"):
            yield text.add("\n")
        if line.level:
            yield text.add(_SET_IN)
        elif block.is_list and len(block.lines) > 1:
            number += 1
            yield text.add(f"{number}. ")
        yield from _write_line(text, line, language)
    if block.note:
        yield text.add("\n" + block.note)


def _is_written(text: CitedText, line: Line) -> bool:
    places = [(quote.document, quote.span) for quote in line.quotes if quote.span]
    return bool(places) and all(span and text.cites(name, span) for name, span in places)


def _write_lead(text: CitedText, lead: Line, language: Language) -> Iterator[str]:
    *before, last = lead.quotes
    for quote in before:
        yield text.add(convert(quote.text, language), quote.document or None, quote.span)
    said = convert(last.text, language)
    if not said.endswith(_COLONS):
        said = said.rstrip(_CLOSES_LEAD) + "："
    yield text.add(said, last.document or None, last.span)
    yield text.add("\n")


def _write_line(text: CitedText, line: Line, language: Language) -> Iterator[str]:
    for quote in line.quotes:
        yield text.add(convert(quote.text, language), quote.document or None, quote.span)
