"""The files of a folder in BEIR's format (Thakur et al., 2021), read and checked."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rag.errors import InputError
from rag.query.rewrite import rewrite

__all__ = ["BeirSet", "read_beir"]

_GRADE: Final = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class BeirSet:
    """A retrieval set: (id, title, text) passages, questions by id, and relevance grades.

    `answers` gives for a question the passage that was annotated and the words that answer there;
    it is empty if nobody annotated any.
    """

    passages: tuple[tuple[str, str, str], ...]
    questions: dict[str, str]
    qrels: dict[str, dict[str, int]]
    answers: dict[str, tuple[str, tuple[str, ...]]]


def read_beir(folder: Path) -> BeirSet:
    """Read `corpus.jsonl`, `queries.jsonl`, `qrels.tsv` and, where there, `answers.jsonl`.

    Questions without a relevant passage are left out. Raises InputError that names file and line.
    """
    passages = tuple(
        (row["id"], row.get("title") or "", row["text"])
        for row in _rows(folder / "corpus.jsonl", ("id", "text"), optional="title")
    )
    qrels = _read_qrels(folder / "qrels.tsv")
    questions: dict[str, str] = {}
    for row in _rows(folder / "queries.jsonl", ("id", "text")):
        _check_question(row["text"], folder / "queries.jsonl", row["id"])
        if any(grade > 0 for grade in qrels.get(row["id"], {}).values()):
            questions[row["id"]] = row["text"]
    if not questions:
        raise InputError("beir", f"{folder}: no query has a relevant passage in qrels.tsv")
    return BeirSet(passages, questions, qrels, _read_answers(folder / "answers.jsonl"))


def _check_question(text: str, path: Path, id_: str) -> None:
    try:
        rewrite(text)
    except InputError as error:
        raise InputError("beir", f"{path}, query {id_!r}: {error}") from error


def _rows(path: Path, fields: Sequence[str], optional: str = "") -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), 1):
        try:
            row = json.loads(line)
            line.encode()
            json.dumps(row, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise InputError(
                "beir", f"{path}, line {number} is no JSON that can be stored: {error}"
            ) from error
        wrong = not isinstance(row, dict) or any(not isinstance(row.get(field), str) for field in fields)
        if wrong or not isinstance(row.get(optional) or "", str):
            raise InputError("beir", f"{path}, line {number}: expected the strings {', '.join(fields)}")
        yield row


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig") as lines:
            yield from lines
    except OSError as error:
        raise InputError("beir", f"{path}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise InputError("beir", f"{path} is no UTF-8: {error.reason}") from error


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(path), 1):
        parts = line.rstrip("\r\n").split("\t")
        if len(parts) != 3 or not _GRADE.fullmatch(parts[2]):
            if number == 1 and len(parts) == 3:
                continue  # a header
            raise InputError("beir", f"{path}, line {number}: expected query, document, relevance")
        qrels.setdefault(parts[0], {})[parts[1]] = int(parts[2])
    return qrels


def _read_answers(path: Path) -> dict[str, tuple[str, tuple[str, ...]]]:
    if not path.exists():
        return {}
    return {
        row["query_id"]: (row["doc_id"], tuple(str(answer["text"]) for answer in row.get("answers", ())))
        for row in _rows(path, ("query_id", "doc_id"))
    }
