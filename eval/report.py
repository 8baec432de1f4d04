"""What an evaluation gives: one row a question, and the figures over all rows and over groups of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from eval.bootstrap import ratio_interval
from eval.metrics import MEASURES, Score
from eval.metrics.citation_precision import Support
from rag.types import Citation, Span

__all__ = ["ANY_DOCUMENT", "Figures", "Intervals", "Report", "Row", "RowPassage", "summarise"]

ANY_DOCUMENT: Final = "any"
"""Where `by_doc` counts the questions that name no document."""

Figures = Mapping[str, float | None]
Intervals = Mapping[str, tuple[float, float] | None]


@dataclass(frozen=True, slots=True)
class RowPassage:
    """Where a passage lies; its words are in the document."""

    document: str
    heading_path: tuple[str, ...]
    spans: tuple[Span, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Row:
    """One question: what was expected, what was answered and how that scored.

    `uncovered_by_passages`, `uncovered_by_citations` and `missing_facts` say what was not there;
    `inexact` are the markers of citations whose quote is not the document's text.
    """

    id: str
    question: str
    lang: str
    type: str
    doc: str | tuple[str, ...] | None
    spans: tuple[str, ...]
    facts: tuple[tuple[str, ...], ...]
    labels: Mapping[str, object]
    understood: str
    answer: str
    abstained: bool
    language: str
    citations: tuple[Citation, ...]
    passages: tuple[RowPassage, ...]
    supports: tuple[Support, ...]
    uncovered_by_passages: tuple[str, ...]
    uncovered_by_citations: tuple[str, ...]
    missing_facts: tuple[tuple[str, ...], ...]
    inexact: tuple[int, ...]
    backend: str
    model: str | None
    timings_ms: Mapping[str, float]
    scores: Mapping[str, Score | None]

    @property
    def figures(self) -> Figures:
        """The measures of this question; None where one does not apply."""
        return {name: score and score.share for name, score in self.scores.items()}

    def as_dict(self) -> dict[str, object]:
        """Return the row as it is written: the figures beside the rest."""
        row = asdict(self)
        del row["scores"]
        return row | dict(self.figures)


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of an evaluation; None is a measure that no question was there for.

    `problems` are faults of the question file against this library: they read as misses.
    """

    questions: int
    metrics: Figures
    ci95: Intervals
    by_type: Mapping[str, Figures]
    by_lang: Mapping[str, Figures]
    by_doc: Mapping[str, Figures]
    inexact_citations: int
    problems: tuple[str, ...]
    rows: tuple[Row, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the report in the shape that `yinju eval --json` promises."""
        return {
            "questions": self.questions,
            "metrics": self.metrics,
            "ci95": self.ci95,
            "by_type": self.by_type,
            "by_lang": self.by_lang,
            "by_doc": self.by_doc,
            "inexact_citations": self.inexact_citations,
            "problems": self.problems,
            "rows": [row.as_dict() for row in self.rows],
        }


def summarise(rows: Sequence[Row], problems: Iterable[str] = ()) -> Report:
    """Add up the rows."""
    return Report(
        questions=len(rows),
        metrics=_metrics(rows),
        ci95={name: _interval(_scores(rows, name)) for name in MEASURES},
        by_type=_by(rows, lambda row: (row.type,)),
        by_lang=_by(rows, lambda row: (row.lang,)),
        by_doc=_by(rows, _documents),
        inexact_citations=sum(len(row.inexact) for row in rows),
        problems=tuple(problems),
        rows=tuple(rows),
    )


def _documents(row: Row) -> tuple[str, ...]:
    # A question over several documents counts under each of them.
    if isinstance(row.doc, str):
        return (row.doc,)
    return row.doc or (ANY_DOCUMENT,)


def _by(rows: Sequence[Row], keys: Callable[[Row], Iterable[str]]) -> dict[str, Figures]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        for key in keys(row):
            groups.setdefault(key, []).append(row)
    return {key: {"questions": len(group), **_metrics(group)} for key, group in sorted(groups.items())}


def _metrics(rows: Sequence[Row]) -> Figures:
    return {name: _ratio(_scores(rows, name)) for name in MEASURES}


def _scores(rows: Sequence[Row], name: str) -> list[Score]:
    return [score for row in rows if (score := row.scores[name]) is not None]


def _ratio(scores: Sequence[Score]) -> float | None:
    return sum(score.hits for score in scores) / sum(score.of for score in scores) if scores else None


def _interval(scores: Sequence[Score]) -> tuple[float, float] | None:
    if not scores:
        return None
    return ratio_interval([score.hits for score in scores], [score.of for score in scores])
