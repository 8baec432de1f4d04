"""The parts of a plan, each with what it is answered with: what every backend writes from."""

from collections.abc import Sequence

from rag.answer.blocks import Composition
from rag.answer.extractive.composer import compose
from rag.answer.plan import Plan

__all__ = ["Composed", "composed_parts", "is_labelled", "is_told", "sureness", "told_parts"]

Composed = tuple[Plan, Composition]


def is_told(plan: Plan) -> bool:
    """Tell whether anything is told: of several things, one that is found, and that the others are not."""
    if plan.instead or plan.whole:
        return not plan.instead
    plans = plan.parts or (plan,)
    if is_labelled(plans):
        return any(part.is_answered() for part in plans)
    return plan.is_answered() or all(part.is_answered() for part in plans)


def is_labelled(plans: Sequence[Plan]) -> bool:
    """Tell whether parts ask the same of several things, each of which is named."""
    return any(part.label for part in plans)


def told_parts(plan: Plan) -> list[Plan]:
    """Return the parts that are told beside the others, the whole if none is."""
    return [part for part in plan.parts or (plan,) if part.is_told] or [plan]


def composed_parts(plan: Plan) -> list[Composed]:
    """Return each part with its blocks: of several things all, else those that are told, the whole first."""
    answered = told_parts(plan)
    if is_labelled(answered):
        return [(part, compose(part)) for part in plan.parts or (plan,)]
    parts = [part for part in dict.fromkeys((plan, *answered)) if part.choices]
    composed = [(part, compose(part)) for part in parts]
    return [one for one in composed if one[1].tells_parts][:1] or composed


def sureness(whole: Plan, plans: Sequence[Plan]) -> float:
    """Return how sure the answer is: of things that are asked about the surest, else the least sure part."""
    by_thing = [plan.confidence for plan in plans if plan.label]
    if by_thing:
        return max(by_thing)
    return max(whole.confidence, min(plan.confidence for plan in plans))
