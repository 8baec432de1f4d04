"""Reference questions: JSON Lines in, checked `Question`s out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, cast, get_args

from rag.errors import InputError
from rag.text.normalize import convert
from rag.types.query import Language, Turn

__all__ = ["TYPES", "Question", "QuestionType", "in_script", "read_questions"]

QuestionType = Literal["fact", "list", "paraphrase", "across", "follow-up", "unanswerable"]

TYPES: Final[tuple[str, ...]] = get_args(QuestionType)

_KEYS: Final = frozenset({"id", "question", "lang", "type", "doc", "spans", "facts", "history"})


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what a right answer rests on.

    `spans` are verbatim raw text of the document(s) `doc`; `facts` are groups, and an answer holds
    at least one alternative of each; `labels` keeps every other key of the line.
    """

    id: str
    question: str
    lang: str
    type: QuestionType
    doc: str | tuple[str, ...] | None = None
    spans: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    history: tuple[Turn, ...] = ()
    labels: Mapping[str, object] = field(default_factory=dict)

    @property
    def answerable(self) -> bool:
        """Whether the documents hold an answer."""
        return self.type != "unanswerable"

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents named by `doc`; empty means any."""
        if self.doc is None:
            return ()
        return (self.doc,) if isinstance(self.doc, str) else self.doc

    @property
    def fingerprint(self) -> str:
        """What tells this question from itself before somebody changed it; labels do not count."""
        turns = [(turn.role, turn.content) for turn in self.history]
        told = (self.question, self.type, sorted(self.documents), self.spans, self.facts, turns)
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:8]


def read_questions(path: Path) -> list[Question]:
    """Read a question file; InputError names the file, the line and what was expected there."""
    questions: list[Question] = []
    lines_of: dict[str, int] = {}
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            question = _question(_object(line))
        except _UnexpectedError as error:
            raise _error(path, number, str(error)) from error
        if question.id in lines_of:
            raise _error(path, number, f"id {question.id!r} is already used on line {lines_of[question.id]}")
        lines_of[question.id] = number
        questions.append(question)
    if not questions:
        raise InputError("questions", f"{path}: no questions in it; expected one JSON object a line")
    return questions


def in_script(question: Question, script: Language) -> Question:
    """Return a Chinese question, and what was said before it, in one script; an English one as it stands."""
    if question.lang == "en":
        return question
    history = tuple(replace(turn, content=convert(turn.content, script)) for turn in question.history)
    return replace(question, question=convert(question.question, script), lang=script, history=history)


class _UnexpectedError(Exception):
    """A line is not what was expected; carries the reason up to where the line is known."""


def _error(path: Path, line: int, reason: str) -> InputError:
    return InputError("questions", f"{path}, line {line}: {reason}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError("questions", f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError("questions", f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error


def _object(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
        json.dumps(row, ensure_ascii=False).encode()  # half of a surrogate pair cannot be written again
    except json.JSONDecodeError as error:
        raise _UnexpectedError(f"not JSON: {error.msg} at column {error.colno}") from error
    except (ValueError, RecursionError) as error:  # a 5,000-digit number, 100,000 brackets
        raise _UnexpectedError(f"not JSON that can be used: {error}") from error
    if not isinstance(row, dict):
        raise _UnexpectedError(f"expected a JSON object, found {_shown(row)}")
    return row


def _question(row: dict[str, object]) -> Question:
    question = Question(
        id=_string(row.get("id"), "id"),
        question=_string(row.get("question"), "question"),
        lang=_string(row.get("lang"), "lang"),
        type=_type(row.get("type")),
        doc=_doc(row.get("doc")),
        spans=_strings(row.get("spans"), "spans"),
        facts=_facts(row.get("facts")),
        history=_history(row.get("history")),
        labels={key: value for key, value in row.items() if key not in _KEYS},
    )
    if not question.answerable and (question.spans or question.facts):
        raise _UnexpectedError("an unanswerable question has no spans and no facts")
    return question


def _string(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _UnexpectedError(f'"{name}": expected a string that is not blank, found {_shown(value)}')
    return value


def _list(value: object, name: str) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _UnexpectedError(f'"{name}": expected a list, found {_shown(value)}')
    return value


def _strings(value: object, name: str) -> tuple[str, ...]:
    return tuple(_string(item, name) for item in _list(value, name))


def _type(value: object) -> QuestionType:
    if value not in TYPES:
        raise _UnexpectedError(f'"type": expected one of {", ".join(TYPES)}, found {_shown(value)}')
    return cast(QuestionType, value)


def _doc(value: object) -> str | tuple[str, ...] | None:
    if value is None or value == []:
        return None
    return _strings(value, "doc") if isinstance(value, list) else _string(value, "doc")


def _facts(value: object) -> tuple[tuple[str, ...], ...]:
    groups = tuple(_strings(group, "facts") for group in _list(value, "facts"))
    if not all(groups):
        raise _UnexpectedError('"facts": expected groups of one or more alternatives, found an empty group')
    return groups


def _history(value: object) -> tuple[Turn, ...]:
    return tuple(_turn(item) for item in _list(value, "history"))


def _turn(value: object) -> Turn:
    if not isinstance(value, dict) or value.get("role") not in ("user", "assistant"):
        raise _UnexpectedError(
            f'"history": expected {{"role": "user" or "assistant", "content": …}}, found {_shown(value)}'
        )
    return Turn(value["role"], _string(value.get("content"), "history"))


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"
