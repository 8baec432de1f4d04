"""Noise: how much of what an answer says did nobody ask for?"""

from collections.abc import Mapping

from eval.data.questions import Question
from eval.metrics.answer_lines import answer_lines, below
from eval.metrics.fact_recall import holds
from eval.metrics.score import Score
from rag.text.normalize import normalise
from rag.types.answer import Answer

__all__ = ["noise", "unneeded"]


def noise(question: Question, answer: Answer, texts: Mapping[str, str]) -> Score | None:
    """Count the statements of an answer that no expected fact needs, out of all; higher is worse.

    A statement is a sentence or a line of a list. It is needed if an alternative of an expected fact
    stands in it, or if it leads to one that is needed: the lead of a list, the name of a block, an item
    with more set in below it. Micro-averaged over statements. What a fact needs around it to be
    understood counts as noise too, and so does a list's item that no fact names: compare runs, or
    questions of one form, not forms with each other. None for a question without facts and for a
    refusal, which says nothing.
    """
    if not question.facts or answer.abstained:
        return None
    of = sum(len(line.statements) for line in answer_lines(answer.answer))
    return Score(len(unneeded(question, answer)), of) if of else None


def unneeded(question: Question, answer: Answer) -> tuple[str, ...]:
    """Return the statements that no expected fact needs, in their order; none where `noise` is None."""
    if not question.facts or answer.abstained:
        return ()
    lines = answer_lines(answer.answer)
    facts = [fact for group in question.facts for fact in group]
    needed = [[_holds_any(said.text, facts) for said in line.statements] for line in lines]
    for at in reversed(range(len(lines))):
        if any(any(needed[place]) for place in below(lines, at)):
            needed[at][-1] = True
    return tuple(
        said.text
        for line, is_needed in zip(lines, needed, strict=True)
        for said, kept in zip(line.statements, is_needed, strict=True)
        if not kept
    )


def _holds_any(text: str, facts: list[str]) -> bool:
    said = normalise(text)
    return any(holds(said, fact) for fact in facts)
