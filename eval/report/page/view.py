"""What the page shows of each question, and of the groups they fall into."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from eval.answers.compare import Comparison
from eval.answers.misses import find_misses
from eval.answers.outcomes import Outcome, count_outcomes, outcome
from eval.answers.summary import Group, Report, Row
from eval.metrics import MEASURES

__all__ = [
    "Card",
    "Facet",
    "Spread",
    "cards",
    "facets",
    "group_tables",
    "marked",
    "outcome_shares",
    "pieces",
    "spread",
]

_MARKER = re.compile(r"\[(\d{1,3})\]")


class Facet(NamedTuple):
    """What questions can be chosen by: its values are numbered from 1 in the page's style rules."""

    name: str
    label: str
    values: tuple[str, ...]
    of: Callable[[Row], Sequence[str]]

    def numbers(self, row: Row) -> str:
        """Return the numbers of a row's values, a space between them."""
        return " ".join(str(self.values.index(value) + 1) for value in self.of(row))


class Spread(NamedTuple):
    """How long a part of answering took, in milliseconds."""

    part: str
    median: float
    p95: float
    longest: float


class Expected(NamedTuple):
    """Words that were expected, and what became of them."""

    words: str
    state: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A question as the page shows it; `missing` is empty where nothing was missing."""

    row: Row
    anchor: str
    outcome: Outcome
    missing: tuple[str, ...]
    numbers: Mapping[str, str]
    better: tuple[str, ...]
    worse: tuple[str, ...]

    @property
    def link(self) -> str:
        """Where the page tells most of this question."""
        return f"#miss-{self.anchor}" if self.missing else f"#q-{self.anchor}"

    @property
    def facts(self) -> list[Expected]:
        """The groups of facts, each said or missing."""
        lost = set(self.row.missing_facts)
        return [
            Expected(" / ".join(group), "missing" if group in lost else "said", group not in lost)
            for group in self.row.facts
        ]

    @property
    def spans(self) -> list[Expected]:
        """The words to cite, each cited, only among the passages, or not found."""
        return [self._span(words) for words in self.row.spans]

    def _span(self, words: str) -> Expected:
        if words in self.row.uncovered_by_passages:
            return Expected(words, "not found", False)
        if words in self.row.uncovered_by_citations:
            return Expected(words, "in the passages, not cited", False)
        return Expected(words, "cited", True)

    @property
    def unsupported(self) -> set[int]:
        """The markers that do not support a sentence that carries them."""
        return {support.marker for support in self.row.supports if not support.supported}

    def answer_pieces(self) -> list[tuple[str, bool]]:
        """Return the answer in pieces, markers apart."""
        return pieces(self.row.answer)

    def marked(self, text: str) -> list[tuple[str, bool]]:
        """Return a passage in pieces, expected words apart."""
        return marked(text, self.row.spans)


def cards(rows: Sequence[Row], found: Sequence[Facet], comparison: Comparison | None) -> list[Card]:
    """Return every question, in order."""
    missing = {miss.id: miss.missing for miss in find_misses(rows)}
    changes = comparison.changes.values() if comparison else ()
    return [
        Card(
            row=row,
            anchor=_anchor(row.id),
            outcome=outcome(row),
            missing=missing.get(row.id, ()),
            numbers={facet.name: facet.numbers(row) for facet in found},
            better=tuple(change.measure for change in changes if row.id in change.better),
            worse=tuple(change.measure for change in changes if row.id in change.worse),
        )
        for row in rows
    ]


def facets(rows: Sequence[Row]) -> list[Facet]:
    """Return what there is to choose by: those with one value alone are left out."""
    ways: list[tuple[str, str, Callable[[Row], Sequence[str]]]] = [
        ("type", "Type", lambda row: (row.type,)),
        ("lang", "Language", lambda row: (row.lang,)),
        ("form", "Form", lambda row: row.label("form")),
        ("grade", "Grade", lambda row: (row.grade.grade,) if row.grade else ()),
        ("method", "Method", lambda row: row.methods),
        ("doc", "Document", lambda row: row.documents),
        ("outcome", "Outcome", lambda row: (outcome(row).value,)),
    ]
    found = [Facet(name, label, _values(rows, of), of) for name, label, of in ways]
    return [facet for facet in found if len(facet.values) > 1]


def _values(rows: Iterable[Row], of: Callable[[Row], Sequence[str]]) -> tuple[str, ...]:
    return tuple(sorted({value for row in rows for value in of(row)}))


def group_tables(report: Report) -> list[tuple[str, Mapping[str, Group], list[str]]]:
    """Return the groups that the page has a table for, and the measures that any of them has."""
    tables = [
        ("type", report.by_type),
        ("language", report.by_lang),
        ("form", report.by_form),
        ("method", report.by_method),
        ("set", report.by_set),
        ("document", report.by_doc),
    ]
    return [
        (title, groups, [name for name in MEASURES if any(group.counts[name] for group in groups.values())])
        for title, groups in tables
        if groups
    ]


def spread(rows: Sequence[Row]) -> list[Spread]:
    """Return how long each part took, and the whole."""
    parts: dict[str, list[float]] = {}
    for row in rows:
        for part, milliseconds in row.timings_ms.items():
            parts.setdefault(part, []).append(milliseconds)
        parts.setdefault("whole", []).append(sum(row.timings_ms.values()))
    order = sorted(parts, key=lambda part: part == "whole")
    return [
        Spread(part, *(float(value) for value in np.percentile(parts[part], (50, 95, 100)))) for part in order
    ]


def outcome_shares(rows: Sequence[Row]) -> list[tuple[str, float]]:
    """Return the style class and the share of every outcome that any question came to."""
    counted = count_outcomes(rows).items()
    return [(each.name.lower().replace("_", "-"), count / len(rows)) for each, count in counted if count]


def pieces(answer: str) -> list[tuple[str, bool]]:
    """Split an answer at its markers: (text, False) and (number of a marker, True), none empty."""
    return [(part, i % 2 == 1) for i, part in enumerate(_MARKER.split(answer)) if part]


def marked(text: str, expected: Iterable[str]) -> list[tuple[str, bool]]:
    """Split a text at the words that were expected, white space apart: (part, whether it was expected)."""
    stretches = sorted(
        (found.start(), found.end())
        for words in expected
        if words.strip()
        for found in re.finditer(r"\s*".join(map(re.escape, "".join(words.split()))), text)
    )
    parts: list[tuple[str, bool]] = []
    reached = 0
    for start, end in stretches:
        if end > reached:
            parts += [(text[reached:start], False), (text[max(start, reached) : end], True)]
            reached = end
    return [part for part in [*parts, (text[reached:], False)] if part[0]]


def _anchor(id_: str) -> str:
    """Return what an id may be called in a link, different for different ids."""
    return "".join(letter if re.fullmatch(r"[\w.-]", letter) else f"~{ord(letter):x}~" for letter in id_)
