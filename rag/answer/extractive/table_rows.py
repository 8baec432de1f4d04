"""A row of a table, or all of them: found by its key cells, given with what its columns are called."""

import re
from collections.abc import Sequence, Set
from typing import Final

import numpy as np

from rag.answer.blocks import Block, Line, Quote
from rag.answer.extractive.sentence_ranker import Choice
from rag.retrieve.relevance import Relevance
from rag.text.normalize import fold, terms
from rag.text.patterns import as_pattern_text
from rag.text.ranges import amounts, amounts_behind, fits_ranges, ranged
from rag.text.tables import Table, TableRow
from rag.text.undone import asks_for_undone, is_affirmed, is_denied
from rag.types.document import Document

__all__ = ["rows_asked_for", "rows_with_verdict"]

_MOST_ROWS: Final = 4  # that fit alike
_MOST_ALL: Final = 15  # where all are asked for
_WIDE: Final = 4  # columns from which those not asked for are left out
_COLUMN: Final = 0.6  # share of a column's name that a question must hold to ask for it
_NEARLY: Final = 0.85  # of the best row's score
_VERSION: Final = re.compile(r"(?<![\d.])\d+(?:\.\d+)+")
_WHETHER: Final = re.compile("是否|\\?|？")
_ASKS_WHICH: Final = re.compile("哪|什么|\\b(?:which|what|list)\\b")
_QUALIFIED: Final = re.compile("[(（]([^()（）]*)[)）]")
_RANGE: Final = 2.0  # what it counts that an amount of the question falls into a row's range
_SHORTEST_KEY: Final = 2  # characters
_KEY: Final = 1.0  # what a word in the first cell counts beside one in the others
_READ: Final = 0.5  # what the reader's opinion of a row counts


def rows_asked_for(
    question: Relevance, table: Table, document: Document, choices: Sequence[Choice], asks_for_all: bool
) -> Block:
    """Return the rows that a question asks for, the likeliest if it names none."""
    every = _named_rows(question, table) or table.rows
    rows = every if asks_for_all else _best_rows(question, table, document, choices)
    columns = _columns(question, table)
    lines = tuple(_line(row, columns, document) for row in rows[:_MOST_ALL])
    caption = table.caption
    return Block(lines, title=caption if len(rows) > 1 else "", is_list=len(rows) > 1)


def rows_with_verdict(question: Relevance, table: Table, document: Document) -> Block | None:
    """Return the rows of which a column says yes or no as a question wants it; None if it asks for no such.

    It asks which of them all: one that names a row asks of that.
    """
    column = _verdict_column(table)
    if column is None or not _ASKS_WHICH.search(as_pattern_text(question.query.text).lower()):
        return None
    if any(_is_key(question, row.cells[0]) for row in table.rows):
        return None
    if asks_for_undone(question.query.text):
        rows = [row for row in table.rows if is_denied(row.cells[column])]
    elif _is_asked_for(_verdicts(table, column), set(terms(question.query.text))):
        rows = [row for row in table.rows if is_affirmed(row.cells[column])]
    else:
        return None
    columns = sorted({*_columns(question, table), column})
    lines = tuple(_line(row, columns, document) for row in rows[:_MOST_ALL])
    return Block(lines, title=table.caption, is_list=len(rows) > 1)


def _verdict_column(table: Table) -> int | None:
    """Return the column that says of every row yes or no, each of some; None if there is none."""
    width = min(len(row.cells) for row in table.rows)
    for column in range(1, width):
        cells = [row.cells[column] for row in table.rows]
        denied, affirmed = sum(map(is_denied, cells)), sum(map(is_affirmed, cells))
        if denied and affirmed and denied + affirmed == len(cells):
            return column
    return None


def _verdicts(table: Table, column: int) -> str:
    """Return the words in which a column affirms: its name, or what it says where that is more than yes."""
    cells = {row.cells[column] for row in table.rows if is_affirmed(row.cells[column])}
    name = table.header.cells[column] if table.header and column < len(table.header.cells) else ""
    longest = max(cells, key=len)
    return _WHETHER.sub("", name) if len(longest) == 1 or longest.lower() == "yes" else longest


def _is_key(question: Relevance, key: str) -> bool:
    """Tell whether a question names a row: by its first cell, or as 3.3 where that is 3.3.0."""
    asked, own = fold(question.query.text), fold(key)
    if len(own) >= _SHORTEST_KEY and own in asked:
        return True
    return any(f"{own}.".startswith(f"{version}.") for version in _VERSION.findall(asked))


def _line(row: TableRow, columns: Sequence[int], document: Document) -> Line:
    chosen = TableRow(
        row.span,
        tuple(row.cells[column] for column in columns if column < len(row.cells)),
        tuple(row.names[column] for column in columns if column < len(row.names)) if row.names else (),
        row.group,
    )
    return Line((Quote(chosen.text, document.name, row.span),))


def _named_rows(question: Relevance, table: Table) -> Sequence[TableRow]:
    """Return the rows whose key, or the line above them, a question has word for word."""
    asked = fold(question.query.focus)
    keys = ((row, fold(key)) for row in table.rows for key in (row.cells[0], row.group))
    return list(dict.fromkeys(row for row, key in keys if len(key) >= _SHORTEST_KEY and key in asked))


def _best_rows(
    question: Relevance, table: Table, document: Document, choices: Sequence[Choice]
) -> Sequence[TableRow]:
    """Return the rows whose cells hold most of what the question says and their column does not."""
    read = {
        choice.sentence.span.start: choice.probability
        for choice in choices
        if choice.passage.document == document.name
    }
    key = table.header.cells[0] if table.header else ""
    asked = amounts_behind(question.query.focus, key) or amounts(question.query.focus)
    named = {term for name in (table.header.cells if table.header else ()) for term in terms(name)}
    scores = []
    for row in table.rows:
        cells = " ".join([*row.cells, row.group])
        held = sum(
            weight * (1 + _KEY * (word in fold(row.cells[0]))) * share
            for (word, weight), share in zip(question.content, question.holds(cells), strict=True)
            if word not in named
        )
        fit = fits_ranges(asked, cells)
        scores.append(held + _RANGE * fit + _READ * read.get(row.span.start, 0.0))
    best = np.array(scores)
    if best.max() <= 0:
        return table.rows[:_MOST_ROWS]
    kept = [row for row, score in zip(table.rows, scores, strict=True) if score >= _NEARLY * best.max()]
    return kept[:_MOST_ROWS]


def _columns(question: Relevance, table: Table) -> Sequence[int]:
    """Return the columns to show: of a wide table the first and those that the question names.

    Of several that are called alike and differ by a condition in brackets, those whose range an amount of
    the question falls into.
    """
    names = table.header.cells if table.header else ()
    every = range(max(len(row.cells) for row in table.rows))
    if len(names) < _WIDE:
        return every
    asked = set(terms(question.query.text))
    given = amounts(question.query.text)
    named: dict[int, tuple[str, float]] = {}
    for column, name in enumerate(names):
        head, condition = _QUALIFIED.sub("", name), " ".join(_QUALIFIED.findall(name))
        if _is_asked_for(head, asked) or _is_asked_for(name, asked):
            own = amounts_behind(question.query.text, ranged(condition)) or given
            named[column] = (head, fits_ranges(own, condition))
    best = {head: max(fit for other, fit in named.values() if other == head) for head, _ in named.values()}
    kept = [column for column, (head, fit) in named.items() if fit >= best[head]]
    return sorted({0, *kept}) if [column for column in kept if column] else every


def _is_asked_for(name: str, asked: Set[str]) -> bool:
    own = [term for term in terms(name) if len(term) > 1] or terms(name)
    return bool(own) and sum(bool({term, f"{term}s"} & asked) for term in own) >= _COLUMN * len(own)
