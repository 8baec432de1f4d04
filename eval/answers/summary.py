"""What an evaluation gives: one row a question, and the figures over all rows and over groups of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Final

from eval.answers.graded import Graded
from eval.answers.selective import Selective, selective
from eval.data.grades import Grade, sha256_of
from eval.metrics import MEASURES, Score
from eval.metrics.bootstrap import ratio_interval
from eval.metrics.citation_precision import Support
from rag.types.answer import Citation
from rag.types.document import Span
from rag.types.query import Turn

__all__ = ["ANY_DOCUMENT", "Figures", "Group", "Intervals", "Report", "Row", "RowPassage", "summarise"]

ANY_DOCUMENT: Final = "any"
"""Where `by_doc` counts the questions that name no document."""

Figures = Mapping[str, float | None]
Intervals = Mapping[str, tuple[float, float] | None]


@dataclass(frozen=True, slots=True)
class RowPassage:
    """Where a passage lies; its words are in the document and not written again."""

    document: str
    heading_path: tuple[str, ...]
    spans: tuple[Span, ...]
    score: float
    text: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return the passage as it is written."""
        passage = asdict(self)
        del passage["text"]
        return passage


@dataclass(frozen=True, slots=True)
class Row:
    """One question: what was expected, what was answered and how that scored.

    `uncovered_by_passages`, `uncovered_by_citations` and `missing_facts` say what was not there;
    `inexact` are the markers of citations whose quote is not the document's text, `uncited` the
    sentences that carry no citation, `unneeded` those that no fact needs, `cut` those that leave off
    before their end; `length` counts the answer's characters, markers left out.
    """

    id: str
    fingerprint: str
    question: str
    history: tuple[Turn, ...]
    lang: str
    type: str
    doc: str | tuple[str, ...] | None
    spans: tuple[str, ...]
    facts: tuple[tuple[str, ...], ...]
    labels: Mapping[str, object]
    understood: str
    answer: str
    length: int
    abstained: bool
    confidence: float | None
    language: str
    citations: tuple[Citation, ...]
    passages: tuple[RowPassage, ...]
    supports: tuple[Support, ...]
    uncited: tuple[str, ...]
    uncovered_by_passages: tuple[str, ...]
    uncovered_by_citations: tuple[str, ...]
    missing_facts: tuple[tuple[str, ...], ...]
    inexact: tuple[int, ...]
    unneeded: tuple[str, ...]
    cut: tuple[str, ...]
    backend: str
    model: str | None
    timings_ms: Mapping[str, float]
    scores: Mapping[str, Score | None]
    grade: Grade | None = None  # what readers thought of this very answer

    @property
    def figures(self) -> Figures:
        """The measures of this question; None where one does not apply."""
        return {name: score and score.share for name, score in self.scores.items()}

    @property
    def answerable(self) -> bool:
        """Whether the documents hold an answer."""
        return self.type != "unanswerable"

    @property
    def methods(self) -> tuple[str, ...]:
        """The label `method` of the question file: one, or several with ＋ between them."""
        label = self.labels.get("method")
        return tuple(dict.fromkeys(filter(None, label.split("＋")))) if isinstance(label, str) else ()

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that it is counted under: each that the question names, or `ANY_DOCUMENT`."""
        return (self.doc,) if isinstance(self.doc, str) else self.doc or (ANY_DOCUMENT,)

    def label(self, name: str) -> tuple[str, ...]:
        """Return a label of the question file, none if it is missing or no text."""
        value = self.labels.get(name)
        return (value,) if isinstance(value, str) and value else ()

    def as_dict(self) -> dict[str, object]:
        """Return the row as it is written: the figures beside the rest, and hits out of how many."""
        row = asdict(self)
        row["answer_sha256"] = sha256_of(self.answer)
        row["passages"] = [passage.as_dict() for passage in self.passages]
        return row | dict(self.figures)


@dataclass(frozen=True, slots=True)
class Group:
    """The figures over some rows; None is a measure that no question was there for.

    `counts` are the hits and out of how many: for `citation_precision` of citations, for `noise` of
    statements, else of questions.
    """

    questions: int
    metrics: Figures
    ci95: Intervals
    counts: Mapping[str, Score | None]

    def as_dict(self) -> dict[str, object]:
        """Return the group as it is written."""
        return {"questions": self.questions, **self.metrics, "ci95": self.ci95, "counts": self.counts}


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of an evaluation.

    `problems` are faults of the question file against this library: they read as misses.
    """

    overall: Group
    by_type: Mapping[str, Group]
    by_lang: Mapping[str, Group]
    by_form: Mapping[str, Group]
    by_method: Mapping[str, Group]
    by_set: Mapping[str, Group]
    by_doc: Mapping[str, Group]
    selective: Selective | None
    problems: tuple[str, ...]
    rows: tuple[Row, ...]
    graded: Graded | None = None  # what readers thought of the answers, where there are grades

    @property
    def questions(self) -> int:
        """How many questions were asked."""
        return self.overall.questions

    @property
    def metrics(self) -> Figures:
        """The figures over all questions."""
        return self.overall.metrics

    @property
    def ci95(self) -> Intervals:
        """Their 95 % intervals."""
        return self.overall.ci95

    @property
    def inexact_citations(self) -> int:
        """How many quotes are not the document's text: none may be."""
        return sum(len(row.inexact) for row in self.rows)

    @property
    def uncited_sentences(self) -> int:
        """How many sentences of answers carry no citation."""
        return sum(len(row.uncited) for row in self.rows)

    @property
    def fact_lengths(self) -> list[int]:
        """The characters of each answer that was given to a `fact` question."""
        return [row.length for row in self.rows if row.type == "fact" and not row.abstained]

    @property
    def median_fact_length(self) -> float | None:
        """The median of them; None if there are none."""
        return median(self.fact_lengths) if self.fact_lengths else None

    @property
    def complete_lists(self) -> Score | None:
        """How many `list` questions were answered with every fact, out of all; None if there are none."""
        lists = self.by_type.get("list")
        return lists.counts["fact_recall"] if lists else None

    def as_dict(self) -> dict[str, object]:
        """Return the report in the shape that `yinju eval --json` promises."""
        complete = self.complete_lists
        return {
            "questions": self.questions,
            "metrics": self.metrics,
            "ci95": self.ci95,
            "counts": self.overall.counts,
            "by_type": _written(self.by_type),
            "by_lang": _written(self.by_lang),
            "by_form": _written(self.by_form),
            "by_method": _written(self.by_method),
            "by_set": _written(self.by_set),
            "by_doc": _written(self.by_doc),
            "answers": {
                "median_fact_length": self.median_fact_length,
                "complete_lists": complete and complete.share,
                "uncited_sentences": self.uncited_sentences,
            },
            "selective": self.selective and self.selective.as_dict(),
            "grades": self.graded and self.graded.as_dict(),
            "inexact_citations": self.inexact_citations,
            "problems": self.problems,
            "rows": [row.as_dict() for row in self.rows],
        }


def summarise(rows: Sequence[Row], problems: Iterable[str] = ()) -> Report:
    """Add up the rows."""
    return Report(
        overall=_group(rows),
        by_type=_by(rows, lambda row: (row.type,)),
        by_lang=_by(rows, lambda row: (row.lang,)),
        by_form=_by(rows, lambda row: row.label("form")),
        by_method=_by(rows, lambda row: row.methods),
        by_set=_by(rows, lambda row: row.label("set")),
        by_doc=_by(rows, lambda row: row.documents),
        selective=selective(rows),
        problems=tuple(problems),
        rows=tuple(rows),
    )


def _written(groups: Mapping[str, Group]) -> dict[str, object]:
    return {key: group.as_dict() for key, group in groups.items()}


def _by(rows: Sequence[Row], keys: Callable[[Row], Iterable[str]]) -> dict[str, Group]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        for key in keys(row):
            groups.setdefault(key, []).append(row)
    return {key: _group(group) for key, group in sorted(groups.items())}


def _group(rows: Sequence[Row]) -> Group:
    scores = {name: [score for row in rows if (score := row.scores[name]) is not None] for name in MEASURES}
    counts = {name: _total(found) for name, found in scores.items()}
    return Group(
        questions=len(rows),
        metrics={name: count and count.share for name, count in counts.items()},
        ci95={name: _interval(found) for name, found in scores.items()},
        counts=counts,
    )


def _total(scores: Sequence[Score]) -> Score | None:
    if not scores:
        return None
    return Score(sum(score.hits for score in scores), sum(score.of for score in scores))


def _interval(scores: Sequence[Score]) -> tuple[float, float] | None:
    if not scores:
        return None
    return ratio_interval([score.hits for score in scores], [score.of for score in scores])
