"""Whether raw spans of a document cover the words a question expects."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from eval.data.questions import Question
from rag.types.answer import Answer
from rag.types.document import Document, Span

__all__ = ["Region", "cited", "covers", "places", "retrieved", "uncovered"]

Region = tuple[str, Span]
"""A raw span and the name of the document it lies in."""


def retrieved(answer: Answer) -> list[Region]:
    """Return what the passages of an answer hold."""
    return [(passage.document, span) for passage in answer.passages for span in passage.spans]


def cited(answer: Answer) -> list[Region]:
    """Return what the citations of an answer hold."""
    return [(citation.document, Span(citation.start, citation.end)) for citation in answer.citations]


def uncovered(
    expected: Iterable[str],
    documents: Sequence[str],
    regions: Iterable[Region],
    texts: Mapping[str, str],
) -> list[str]:
    """Return the expected words that no single document's regions cover, in their order.

    Only the named `documents` count; none named means any. `texts` holds the raw text of every
    document that a region lies in.
    """
    spans: dict[str, list[Span]] = {}
    for document, span in regions:
        if not documents or document in documents:
            spans.setdefault(document, []).append(span)
    return [words for words in expected if not any(covers(texts[d], words, spans[d]) for d in spans)]


def covers(text: str, words: str, spans: Iterable[Span]) -> bool:
    """Tell whether some occurrence of `words` lies in the union of `spans`, white space apart.

    Any occurrence will do: words that a document repeats should be told apart by what is expected
    around them.
    """
    ordered = sorted(spans)
    start = text.find(words)
    while start >= 0:
        if _inside(text, Span(start, start + len(words)), ordered):
            return True
        start = text.find(words, start + 1)
    return False


def _inside(text: str, wanted: Span, ordered: Sequence[Span]) -> bool:
    reached = wanted.start
    for span in ordered:
        if span.start >= wanted.end:
            break
        # Spans leave out the line breaks between the blocks they hold.
        if text[reached : span.start].strip():
            return False
        reached = max(reached, span.end)
    return not text[reached : wanted.end].strip()


def places(question: Question, document: Callable[[str], Document]) -> dict[str, list[Span]]:
    """Return where the expected words of a question stand, by document, every occurrence of them."""
    found: dict[str, list[Span]] = {}
    for name in question.documents:
        text = document(name).text
        for words in question.spans:
            start = text.find(words)
            while start >= 0:
                found.setdefault(name, []).append(Span(start, start + len(words)))
                start = text.find(words, start + 1)
    return found
