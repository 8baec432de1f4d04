"""The training data: files of pairs and of plain text."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from rag.errors import InputError
from rag.text import normalise

__all__ = ["PairFile", "is_held_out", "read_pairs", "read_plain_text"]

_HELD_OUT_SHARE: Final = 10  # one passage in so many

# Rows {question, passage, answer} for the sentence selector: their questions and passages stand
# in a `qa_` file already, so that reading them here would count those twice.
_SELECTOR_PREFIX = "selector_"


class PairFile(NamedTuple):
    """The pairs of one source: `left[i]` is query-like, `right[i]` the passage it belongs to."""

    name: str
    left: list[str]
    right: list[str]


def is_held_out(passage: str) -> bool:
    """Tell whether a normalised passage is kept from the embedding model, to train what ranks after it."""
    return zlib.crc32(passage.encode()) % _HELD_OUT_SHARE == 0


def read_pairs(folder: Path) -> list[PairFile]:
    """Read every `*.jsonl.gz` file of {"a", "b"} rows, normalised, in the order of their names."""
    files = [path for path in sorted(folder.glob("*.jsonl.gz")) if not path.name.startswith(_SELECTOR_PREFIX)]
    if not files:
        raise InputError("data", f"{folder} holds no *.jsonl.gz file of training pairs")
    return [_read_pair_file(path) for path in files]


def _read_pair_file(path: Path) -> PairFile:
    left: list[str] = []
    right: list[str] = []
    for number, line in enumerate(_lines(path), 1):
        try:
            row = json.loads(line)
            left.append(normalise(row["a"]))
            right.append(normalise(row["b"]))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError("data", f'{path}, line {number}: not a row {{"a", "b"}}: {error}') from error
    return PairFile(path.name.removesuffix(".jsonl.gz"), left, right)


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError("data", f"{path} cannot be read as gzip'd UTF-8: {error}") from error


def read_plain_text(folder: Path) -> Iterator[str]:
    """Yield the paragraphs of every `*.txt.gz` file, normalised."""
    for path in sorted(folder.glob("*.txt.gz")):
        for line in _lines(path):
            yield normalise(line.strip())
