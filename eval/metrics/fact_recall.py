"""Fact recall: does the answer say what it should?"""

import re
from collections.abc import Mapping

from eval.data.questions import Question
from eval.metrics.score import Score
from rag.answer.claims import without_markers
from rag.text.normalize import fold, normalise
from rag.types.answer import Answer

__all__ = ["fact_recall", "holds", "missing_facts"]


def fact_recall(question: Question, answer: Answer, texts: Mapping[str, str]) -> Score | None:
    """Score 1 when the answer holds an alternative of every group of facts.

    All or nothing: two facts of three are 0. An abstained answer scores 0, whatever its words.
    What an answer says besides costs nothing here, so a long one has it easier: read the measure
    beside the length of the answers. None for a question without facts, as are the unanswerable.
    """
    if not question.facts:
        return None
    return Score(int(not missing_facts(question, answer)))


def missing_facts(question: Question, answer: Answer) -> list[tuple[str, ...]]:
    """Return the groups none of whose alternatives the answer holds; an abstained one holds none.

    White space, case, width and script are folded, markers left out. A number is not found in a
    longer one: 9 stands neither in 109 nor in 9.5.
    """
    if answer.abstained:
        return list(question.facts)
    said = normalise(without_markers(answer.answer))
    return [group for group in question.facts if not any(holds(said, fact) for fact in group)]


def holds(said: str, fact: str) -> bool:
    """Tell whether a normalised text holds a fact, white space, width, case and script apart."""
    wanted = fold(fact)
    before = r"(?<![0-9])(?<![0-9][.,])" if wanted[:1].isdecimal() else ""
    after = r"(?![.,]?[0-9])" if wanted[-1:].isdecimal() else ""
    return bool(re.search(before + r"\s*".join(map(re.escape, wanted)) + after, said))
