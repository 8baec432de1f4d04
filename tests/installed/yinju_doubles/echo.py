"""Answers with the question and the first sentence of the first passage."""

from collections.abc import Iterator

from rag.answer.backends.base import Backend
from rag.answer.plan import Plan
from rag.settings import Settings
from rag.types.answer import Draft

__all__ = ["EchoBackend", "create"]


class EchoBackend:
    """Says what it was asked, and cites the first sentence it was given."""

    def write(self, plan: Plan) -> Iterator[str | Draft]:
        """Answer with the question; abstain if there is no passage."""
        text = plan.question.query.asked
        yield text
        first = next((p for p in plan.evidence.passages if p.sentences), None)
        if first is None:
            yield Draft(text, (), abstained=True)
            return
        yield "[1]"
        yield Draft(text + "[1]", ((first.document, first.sentences[0].span),), abstained=False)


def create(settings: Settings) -> Backend:
    """Make the double."""
    return EchoBackend()
