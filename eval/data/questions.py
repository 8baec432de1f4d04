"""Reference questions: JSON Lines in, checked `Question`s out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, cast, get_args

from eval.data.json_lines import UnexpectedError, listed, parsed_lines, shown, string
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
    for number, question in parsed_lines(path, "questions", _question):
        if question.id in lines_of:
            reason = f"id {question.id!r} is already used on line {lines_of[question.id]}"
            raise InputError("questions", f"{path}, line {number}: {reason}")
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


def _question(row: dict[str, object]) -> Question:
    question = Question(
        id=string(row.get("id"), "id"),
        question=string(row.get("question"), "question"),
        lang=string(row.get("lang"), "lang"),
        type=_type(row.get("type")),
        doc=_doc(row.get("doc")),
        spans=_strings(row.get("spans"), "spans"),
        facts=_facts(row.get("facts")),
        history=_history(row.get("history")),
        labels={key: value for key, value in row.items() if key not in _KEYS},
    )
    if not question.answerable and (question.spans or question.facts):
        raise UnexpectedError("an unanswerable question has no spans and no facts")
    return question


def _strings(value: object, name: str) -> tuple[str, ...]:
    return tuple(string(item, name) for item in listed(value, name))


def _type(value: object) -> QuestionType:
    if value not in TYPES:
        raise UnexpectedError(f'"type": expected one of {", ".join(TYPES)}, found {shown(value)}')
    return cast(QuestionType, value)


def _doc(value: object) -> str | tuple[str, ...] | None:
    if value is None or value == []:
        return None
    return _strings(value, "doc") if isinstance(value, list) else string(value, "doc")


def _facts(value: object) -> tuple[tuple[str, ...], ...]:
    groups = tuple(_strings(group, "facts") for group in listed(value, "facts"))
    if not all(groups):
        raise UnexpectedError('"facts": expected groups of one or more alternatives, found an empty group')
    return groups


def _history(value: object) -> tuple[Turn, ...]:
    return tuple(_turn(item) for item in listed(value, "history"))


def _turn(value: object) -> Turn:
    if not isinstance(value, dict) or value.get("role") not in ("user", "assistant"):
        raise UnexpectedError(
            f'"history": expected {{"role": "user" or "assistant", "content": …}}, found {shown(value)}'
        )
    return Turn(value["role"], string(value.get("content"), "history"))
