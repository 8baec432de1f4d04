"""Retrieval on a folder in BEIR's format (Thakur et al., 2021): one row of the corpus, one passage."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import RenderableType
from rich.table import Table

from eval.bootstrap import interval
from eval.metrics import mrr_at_k, ndcg_at_k, recall_at_k
from rag.build import build_pipeline
from rag.errors import InputError
from rag.ingest import store_passages
from rag.pipeline import Pipeline
from rag.retrieve import Legs
from rag.settings import Settings

__all__ = ["BeirReport", "evaluate_beir", "render_beir", "write_beir"]

Qrels = dict[str, dict[str, int]]
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
    """Index `corpus.jsonl` in a library of its own, ask `queries.jsonl`, compare with `qrels.tsv`.

    Queries without a relevant passage are left out.
    """
    corpus = list(_rows(folder / "corpus.jsonl", ("id", "text")))
    queries = list(_rows(folder / "queries.jsonl", ("id", "text")))
    qrels = _read_qrels(folder / "qrels.tsv")
    asked = [query for query in queries if any(qrels.get(query["id"], {}).values())]
    if not asked:
        raise InputError("beir", f"{folder}: no query has a relevant passage in qrels.tsv")
    with tempfile.TemporaryDirectory() as library:
        pipeline = build_pipeline(settings.model_copy(update={"library": Path(library)}), create=True)
        store_passages(pipeline, ((row["id"], row.get("title") or "", row["text"]) for row in corpus))
        ranked = [_ranked(pipeline, query["text"], legs) for query in asked]
        pipeline.close()
    values = {
        name: [measure(ids, qrels[query["id"]]) for ids, query in zip(ranked, asked, strict=True)]
        for name, measure in _MEASURES.items()
    }
    return BeirReport(
        set=folder.resolve().name,
        documents=len(corpus),
        queries=len(asked),
        retriever=legs,
        metrics={name: sum(scores) / len(scores) for name, scores in values.items()},
        ci95={name: interval(scores) for name, scores in values.items()},
    )


def _ranked(pipeline: Pipeline, query: str, legs: Legs) -> list[str]:
    return [passage.document for passage in pipeline.search(query, _DEPTH, legs=legs)]


def _rows(path: Path, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                row = json.loads(line)
                if not all(isinstance(row.get(field), str) for field in fields):
                    raise InputError(
                        "beir", f"{path}, line {number}: expected the strings {', '.join(fields)}"
                    )
                yield row
    except OSError as error:
        raise InputError("beir", f"{path}: {(error.strerror or str(error)).lower()}") from error
    except (ValueError, AttributeError) as error:
        raise InputError("beir", f"{path} is no JSON Lines file: {error}") from error


def _read_qrels(path: Path) -> Qrels:
    qrels: Qrels = {}
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            parts = line.split("\t")
            if len(parts) != 3 or not parts[2].strip().lstrip("-").isdecimal():
                if number == 1:
                    continue  # a header
                raise InputError("beir", f"{path}, line {number}: expected query, document, relevance")
            qrels.setdefault(parts[0], {})[parts[1]] = int(parts[2])
    except OSError as error:
        raise InputError("beir", f"{path}: {(error.strerror or str(error)).lower()}") from error
    return qrels


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
    """Write the report as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(report), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
