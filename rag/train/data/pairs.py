"""The training data: files of pairs and of plain text."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from rag.errors import InputError
from rag.text.normalize import normalise

__all__ = [
    "AnswerRow",
    "PairFile",
    "is_held_out",
    "is_kept_back",
    "lines_of",
    "read_answers",
    "read_pairs",
    "read_plain_text",
]

_HELD_OUT: Final = 10  # one passage in so many
_HELD_OUT_QUESTIONS: Final = 5  # of the passages with real questions: there are few

# Rows {question, passage, answer} for the sentence selector: their questions and passages stand
# in a `qa_` file already, so that reading them here would count those twice.
_SELECTOR_PREFIX: Final = "selector_"
_QUESTIONS_PREFIX: Final = "qa_"


class PairFile(NamedTuple):
    """The pairs of one source: `left[i]` is query-like, `right[i]` the passage it belongs to."""

    name: str
    left: list[str]
    right: list[str]

    def held_out(self) -> "PairFile":
        """Return the pairs that are kept from the embedding model, to train what ranks after it."""
        return self._where(held_out=True)

    def without_held_out(self) -> "PairFile":
        """Return the pairs that the embedding model is trained on."""
        return self._where(held_out=False)

    def _where(self, *, held_out: bool) -> "PairFile":
        rows = [row for row in zip(self.left, self.right, strict=True) if self._is_out(row[1]) == held_out]
        return PairFile(self.name, [a for a, _ in rows], [b for _, b in rows])

    def _is_out(self, passage: str) -> bool:
        return is_held_out(passage, has_questions=self.name.startswith(_QUESTIONS_PREFIX))


class AnswerRow(NamedTuple):
    """A question, the passage that answers it, and the answer as it stands there from `start` on."""

    question: str
    passage: str
    answer: str
    start: int


def is_held_out(passage: str, *, has_questions: bool) -> bool:
    """Tell by its checksum whether a normalised passage is kept from the embedding model."""
    share = _HELD_OUT_QUESTIONS if has_questions else _HELD_OUT
    return zlib.crc32(passage.encode()) % share == 0


def is_kept_back(passage: str) -> bool:
    """Tell by its checksum whether a passage is kept from the reader, one in ten, for what listens to it."""
    return zlib.crc32(normalise(passage).encode()) % _HELD_OUT == 1


def read_pairs(folder: Path) -> list[PairFile]:
    """Read every `*.jsonl.gz` file of {"a", "b"} rows, normalised, in the order of their names."""
    files = [path for path in sorted(folder.glob("*.jsonl.gz")) if not path.name.startswith(_SELECTOR_PREFIX)]
    if not files:
        raise InputError("data", f"{folder} holds no *.jsonl.gz file of training pairs")
    return [_read_pair_file(path) for path in files]


def _read_pair_file(path: Path) -> PairFile:
    left: list[str] = []
    right: list[str] = []
    for number, line in enumerate(lines_of(path), 1):
        try:
            row = json.loads(line)
            left.append(normalise(row["a"]))
            right.append(normalise(row["b"]))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError("data", f'{path}, line {number}: not a row {{"a", "b"}}: {error}') from error
    return PairFile(path.name.removesuffix(".jsonl.gz"), left, right)


def read_answers(folder: Path) -> list[AnswerRow]:
    """Read every `selector_*.jsonl.gz` file of {"question", "passage", "answer", "answer_start"} rows."""
    paths = sorted(folder.glob(f"{_SELECTOR_PREFIX}*.jsonl.gz"))
    if not paths:
        raise InputError("data", f"{folder} holds no {_SELECTOR_PREFIX}*.jsonl.gz file of answers")
    return [row for path in paths for row in _read_answer_file(path)]


def _read_answer_file(path: Path) -> Iterator[AnswerRow]:
    for number, line in enumerate(lines_of(path), 1):
        try:
            row = json.loads(line)
            yield AnswerRow(row["question"], row["passage"], row["answer"], int(row["answer_start"]))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError("data", f"{path}, line {number}: no question and answer: {error}") from error


def lines_of(path: Path) -> Iterator[str]:
    """Yield the lines of a compressed file; raises InputError."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError("data", f"{path} cannot be read as gzip'd UTF-8: {error}") from error


def read_plain_text(folder: Path) -> Iterator[str]:
    """Yield the paragraphs of every `*.txt.gz` file, normalised."""
    for path in sorted(folder.glob("*.txt.gz")):
        for line in lines_of(path):
            yield normalise(line.strip())
