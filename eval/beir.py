"""Retrieval on a folder in BEIR's format: one row of the corpus, one passage, never cut again."""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.console import RenderableType
from rich.table import Table

from eval.beir_files import BeirSet, read_beir
from eval.bootstrap import interval
from eval.metrics import mrr_at_k, ndcg_at_k, recall_at_k
from eval.write import write_text
from rag.build import build_pipeline
from rag.ingest import store_passages
from rag.pipeline import Pipeline
from rag.retrieve import Legs
from rag.settings import Settings
from rag.text import fold

__all__ = ["BeirReport", "evaluate_beir", "render_beir", "write_beir"]

_DEPTH: Final = 10
_MEASURES: Final[dict[str, Callable[[Sequence[str], dict[str, int]], float]]] = {
    "recall@1": lambda ranked, relevant: recall_at_k(ranked, relevant, 1),
    "recall@5": lambda ranked, relevant: recall_at_k(ranked, relevant, 5),
    "recall@10": lambda ranked, relevant: recall_at_k(ranked, relevant, 10),
    "mrr@10": lambda ranked, relevant: mrr_at_k(ranked, relevant, 10),
    "ndcg@10": lambda ranked, relevant: ndcg_at_k(ranked, relevant, 10),
}


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
    with tempfile.TemporaryDirectory() as library:
        pipeline = build_pipeline(settings.model_copy(update={"library": Path(library)}), create=True)
        store_passages(pipeline, found.passages)
        values = _retrieval(pipeline, found, legs)
        if found.answers:
            values["answer_sentence@1"] = _answer_sentences(pipeline, found)
        pipeline.close()
    return BeirReport(
        set=folder.resolve().name,
        documents=len(found.passages),
        queries=len(found.questions),
        retriever=legs,
        metrics={name: sum(scores) / len(scores) for name, scores in values.items()},
        ci95={name: interval(scores) for name, scores in values.items()},
    )


def _retrieval(pipeline: Pipeline, found: BeirSet, legs: Legs) -> dict[str, list[float]]:
    values: dict[str, list[float]] = {name: [] for name in _MEASURES}
    for id_, question in found.questions.items():
        ranked = [passage.document for passage in pipeline.search(question, _DEPTH, legs=legs)]
        for name, measure in _MEASURES.items():
            values[name].append(measure(ranked, found.qrels[id_]))
    return values


def _answer_sentences(pipeline: Pipeline, found: BeirSet) -> list[float]:
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


def render_beir(report: BeirReport) -> RenderableType:
    """Return the report as a table."""
    table = Table(
        "measure",
        "value",
        "95 % interval",
        title=f"{report.set}: {report.queries} queries, {report.documents} passages, {report.retriever}",
    )
    for name, value in report.metrics.items():
        low, high = report.ci95[name]
        table.add_row(name, f"{value:.3f}", f"{low:.3f} to {high:.3f}")
    return table


def write_beir(report: BeirReport, path: Path) -> None:
    """Write the report as JSON; InputError if it cannot be written."""
    write_text(path, json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n", "json")
