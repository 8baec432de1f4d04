"""Ask every reference question and score what comes back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from eval.answers.summary import Report, Row, RowPassage, summarise
from eval.data.problems import find_problems
from eval.data.questions import Question
from eval.metrics import MEASURES
from eval.metrics.citation_precision import judge, uncited
from eval.metrics.coverage import cited, retrieved, uncovered
from eval.metrics.cut_sentences import sentences_cut
from eval.metrics.fact_recall import missing_facts
from eval.metrics.noise import unneeded
from rag.answer.claims import without_markers
from rag.errors import UnknownDocumentError
from rag.types.answer import Answer, Citation
from rag.types.document import Document
from rag.types.query import Turn

__all__ = ["Pipeline", "Progress", "evaluate"]

Progress = Callable[[int, int], None]
"""Told after every question how many are done and how many there are."""


class Pipeline(Protocol):
    """What an evaluation needs of the pipeline."""

    def ask(self, question: str, /, *, history: Sequence[Turn]) -> Answer:
        """Answer a question."""

    def document(self, name: str, /) -> Document:
        """Return a document; raises UnknownDocumentError."""


def evaluate(pipeline: Pipeline, questions: Sequence[Question], progress: Progress | None = None) -> Report:
    """Ask every question in turn and report how the answers scored."""
    texts = _Texts(pipeline)
    problems = find_problems(questions, texts.find)
    rows: list[Row] = []
    for question in questions:
        answer = pipeline.ask(question.question, history=list(question.history))
        rows.append(_row(question, answer, texts.named_in(answer)))
        if progress:
            progress(len(rows), len(questions))
    return summarise(rows, problems)


class _Texts:
    """Raw texts by document name, each fetched once."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._known: dict[str, str | None] = {}

    def find(self, name: str) -> str | None:
        if name not in self._known:
            self._known[name] = self._fetch(name)
        return self._known[name]

    def named_in(self, answer: Answer) -> dict[str, str]:
        # A citation of a document that is not there is one more that is not exact.
        return {name: self.find(name) or "" for name, _ in retrieved(answer) + cited(answer)}

    def _fetch(self, name: str) -> str | None:
        try:
            return self._pipeline.document(name).text
        except UnknownDocumentError:
            return None


def _row(question: Question, answer: Answer, texts: Mapping[str, str]) -> Row:
    wanted, documents = question.spans, question.documents
    return Row(
        id=question.id,
        fingerprint=question.fingerprint,
        question=question.question,
        history=question.history,
        lang=question.lang,
        type=question.type,
        doc=question.doc,
        spans=question.spans,
        facts=question.facts,
        labels=question.labels,
        understood=answer.understood,
        answer=answer.answer,
        length=len(without_markers(answer.answer)),
        abstained=answer.abstained,
        confidence=answer.confidence,
        language=answer.language,
        citations=answer.citations,
        passages=tuple(
            RowPassage(p.document, p.heading_path, p.spans, p.score, p.text) for p in answer.passages
        ),
        supports=judge(answer),
        uncited=uncited(answer),
        uncovered_by_passages=tuple(uncovered(wanted, documents, retrieved(answer), texts)),
        uncovered_by_citations=tuple(uncovered(wanted, documents, cited(answer), texts)),
        missing_facts=tuple(missing_facts(question, answer)),
        inexact=_inexact(answer, texts),
        unneeded=unneeded(question, answer),
        cut=sentences_cut(answer, texts),
        backend=answer.backend,
        model=answer.model,
        timings_ms=dict(answer.timings_ms),
        scores={name: measure(question, answer, texts) for name, measure in MEASURES.items()},
    )


def _inexact(answer: Answer, texts: Mapping[str, str]) -> tuple[int, ...]:
    return tuple(c.marker for c in answer.citations if not _exact(c, texts[c.document]))


def _exact(citation: Citation, text: str) -> bool:
    # A slice forgives offsets that are negative or past the end; a reader of the citation would not.
    length = citation.end - citation.start
    return (
        citation.start >= 0
        and 0 < length == len(citation.quote)
        and text[citation.start : citation.end] == citation.quote
    )
