"""Retrieval on a folder in BEIR's format: one row of the corpus, one passage, never cut again."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eval.data.beir import BeirSet, read_beir
from eval.metrics.bootstrap import interval
from eval.retrieval.ranking import Search, measure, rank_all
from rag.build import build_pipeline
from rag.ingest.ingest import store_passages
from rag.pipeline import Pipeline
from rag.retrieve.retriever import Legs
from rag.settings import Settings
from rag.text.normalize import fold

__all__ = [
    "BeirReport",
    "answer_sentences",
    "evaluate_beir",
    "library_of",
    "search_with",
]


@dataclass(frozen=True, slots=True)
class BeirReport:
    """The measures of one set and their 95 % bootstrap intervals."""

    set: str
    documents: int
    queries: int
    retriever: Legs
    metrics: dict[str, float]
    ci95: dict[str, tuple[float, float]]


def evaluate_beir(folder: Path, legs: Legs, settings: Settings) -> BeirReport:
    """Index the corpus in a library of its own, ask its questions, compare with the relevance grades.

    With annotated answers also `answer_sentence@1`: given the right passage, the share of questions
    whose first-ranked sentence holds an annotated answer. Raises InputError.
    """
    found = read_beir(folder)
    with library_of(found.passages, settings) as pipeline:
        values = measure(rank_all(search_with(pipeline, legs), found.questions), found.qrels)
        if found.answers:
            values["answer_sentence@1"] = answer_sentences(pipeline, found)
    return BeirReport(
        set=folder.resolve().name,
        documents=len(found.passages),
        queries=len(found.questions),
        retriever=legs,
        metrics={name: sum(scores) / len(scores) for name, scores in values.items()},
        ci95={name: interval(scores) for name, scores in values.items()},
    )


@contextmanager
def library_of(passages: Sequence[tuple[str, str, str]], settings: Settings) -> Iterator[Pipeline]:
    """Index (id, title, text) passages in a library of its own, which goes when it was used."""
    with tempfile.TemporaryDirectory() as folder:
        pipeline = build_pipeline(settings.model_copy(update={"library": Path(folder)}), create=True)
        try:
            store_passages(pipeline.corpus, passages)
            yield pipeline
        finally:
            pipeline.close()


def search_with(pipeline: Pipeline, legs: Legs) -> Search:
    """Return what searches a library whose documents are passages."""

    def search(question: str, k: int) -> list[str]:
        return [passage.document for passage in pipeline.search(question, k, legs=legs)]

    return search


def answer_sentences(pipeline: Pipeline, found: BeirSet) -> list[float]:
    """Return for each annotated question whether the right passage's first sentence holds an answer."""
    return [
        float(
            any(
                fold(answer) in fold(pipeline.best_sentence(found.questions[id_], passage))
                for answer in answers
            )
        )
        for id_, (passage, answers) in found.answers.items()
        if id_ in found.questions and answers
    ]
