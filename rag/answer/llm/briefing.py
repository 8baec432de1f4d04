"""What a language model is told of a plan: the passages that its blocks need, and the form to write.

A small model mixes what it is shown together. So it is shown no other article: of a summary the headings in
their order, each with its sentences; of several things what was found for each; of all else the sentences
that answer, with their neighbours.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from rag.answer.blocks import Quote
from rag.answer.extractive.parts import Composed, composed_parts, is_told
from rag.answer.extractive.summary import sentences_within
from rag.answer.llm.wanted_form import wanted_form
from rag.answer.messages import called_otherwise
from rag.answer.plan import Plan
from rag.text.normalize import count_han
from rag.types.document import Document, Section
from rag.types.evidence import Passage, Sentence

__all__ = ["Briefing", "briefing"]

_BESIDE: Final = 2  # sentences on either side of one that answers
_MOST_OF_SECTION: Final = 8  # sentences of a heading


class Briefing(NamedTuple):
    """The passages to show, numbered from 1, and what to write, in the asker's language."""

    passages: tuple[Passage, ...]
    form: str


def briefing(plan: Plan) -> Briefing:
    """Return what a plan's blocks need; where nothing is told for sure, all that was found."""
    query = plan.question.query
    if query.pointed is not None or not is_told(plan):
        return Briefing(tuple(plan.evidence.passages), "")
    shown = _Shown()
    composed = composed_parts(plan)
    places = [shown.take(part) for part in composed]
    if not shown.passages:
        return Briefing(tuple(plan.evidence.passages), "")
    form = wanted_form(composed, places, query.language)
    if query.called:
        form = f"{called_otherwise(query.unwritten, query.called, query.language)} {form}"
    return Briefing(tuple(shown.passages), form)


@dataclass(slots=True)
class _Excerpt:
    """Sentences of one passage or section, in their order."""

    origin: tuple[str, int]
    document: Document
    path: tuple[str, ...]
    sentences: list[Sentence]

    def holds(self, quote: Quote) -> bool:
        return quote.document == self.document.name and any(_overlap(one, quote) for one in self.sentences)

    def add(self, sentences: Iterable[Sentence]) -> None:
        known = {one.span: one for one in (*self.sentences, *sentences)}
        self.sentences = [known[span] for span in sorted(known)]


class _Shown:
    """Passages put together of excerpts, part by part."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []

    def take(self, composed: Composed) -> range:
        """Add what a part's blocks need; return the numbers of its passages."""
        first = len(self.passages) + 1
        excerpts: list[_Excerpt] = []
        for quote, is_heading in _quotes(composed):
            if any(one.holds(quote) for one in excerpts):
                self._widen(excerpts, quote, composed[0].evidence.passages)
                continue
            if (found := _excerpt(quote, composed, is_heading)) is None:
                continue
            same = next((one for one in excerpts if one.origin == found.origin), None)
            if same:
                same.add(found.sentences)
            else:
                excerpts.append(found)
        for excerpt in excerpts:
            self.passages.append(_passage(excerpt, len(self.passages) + 1))
        return range(first, len(self.passages) + 1)

    @staticmethod
    def _widen(excerpts: Sequence[_Excerpt], quote: Quote, passages: Sequence[Passage]) -> None:
        """Add the neighbours of a sentence that stands in an excerpt already."""
        for passage in passages:
            for excerpt in excerpts:
                if excerpt.origin == (passage.document, passage.id):
                    excerpt.add(_neighbours(passage, quote))


def _quotes(composed: Composed) -> Iterator[tuple[Quote, bool]]:
    """Yield the quotes of a part's blocks, and whether each is a heading that is summed up."""
    part, composition = composed
    for line in composition.lines if part.is_told or not part.label else ():
        for quote in line.quotes:
            if quote.span is not None:
                section = _section_of(quote, part.evidence.documents[quote.document])
                is_heading = section is not None and section.heading.start == quote.span.start
                yield quote, composition.form == "summary" and is_heading


def _excerpt(quote: Quote, composed: Composed, is_heading: bool) -> _Excerpt | None:
    """Return a heading with its sentences, or a sentence with its neighbours in the passage."""
    part, _ = composed
    document = part.evidence.documents[quote.document]
    if not is_heading:
        for passage in part.evidence.passages:
            if sentences := _neighbours(passage, quote):
                origin = (passage.document, passage.id)
                return _Excerpt(origin, document, passage.heading_path, sentences)
    section = _section_of(quote, document)
    if section is None or quote.span is None:
        return None
    heading = Sentence(section.title, section.heading, -1, is_heading=True)
    titles = tuple(one.title for one in document.outline.path_at(quote.span.start))
    inside = sentences_within(document, section)[:_MOST_OF_SECTION]
    return _Excerpt((document.name, -1 - section.start), document, titles, [heading, *inside])


def _section_of(quote: Quote, document: Document) -> Section | None:
    path = document.outline.path_at(quote.span.start) if quote.span else ()
    return path[-1] if path else None


def _neighbours(passage: Passage, quote: Quote) -> list[Sentence]:
    """Return the sentences of a passage that a quote stands in, and those beside; none if it is elsewhere."""
    if passage.document != quote.document:
        return []
    places = [at for at, one in enumerate(passage.sentences) if _overlap(one, quote)]
    if not places:
        return []
    return list(passage.sentences[max(0, places[0] - _BESIDE) : places[-1] + _BESIDE + 1])


def _overlap(sentence: Sentence, quote: Quote) -> bool:
    span = quote.span
    return span is not None and sentence.span.start < span.end and span.start < sentence.span.end


def _passage(excerpt: _Excerpt, number: int) -> Passage:
    document, sentences = excerpt.document, excerpt.sentences
    lines = [
        ("" if count_han(document.text[:200]) else " ").join(one.text for one in block)
        for _, block in groupby(sentences, key=lambda one: one.block)
    ]
    return Passage(
        id=number,
        document=document.name,
        title=excerpt.path[0] if excerpt.path else document.title,
        heading_path=excerpt.path,
        text="\n".join(lines),
        spans=tuple(one.span for one in sentences),
        score=0.0,
        sentences=tuple(sentences),
    )
