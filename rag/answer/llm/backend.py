"""The backend that any language model makes."""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from rag.answer.llm.base import Chat, End, Limits
from rag.answer.llm.briefing import briefing
from rag.answer.llm.context_window import messages_for
from rag.answer.llm.output_filter import SaidText
from rag.answer.llm.prompt import Prompt
from rag.answer.messages import NOT_FOUND, cut_short
from rag.answer.plan import Plan
from rag.errors import SettingsError
from rag.settings import Settings
from rag.types.answer import Draft

__all__ = ["LanguageModelBackend"]

_QUIET: Final = 0.2  # seconds: a model thinks in thousands of pieces that nobody is shown


class LanguageModelBackend:
    """Asks a language model, and gives out what it says with markers that mean passages."""

    def __init__(self, chat: Chat, limits: Limits, settings: Settings) -> None:
        """Read the prompt; raises SettingsError."""
        if limits.answer_tokens * 2 > limits.context_tokens:
            raise SettingsError(
                f"setting llm_answer_tokens (YINJU_LLM_ANSWER_TOKENS) = {limits.answer_tokens}: half of the"
                f" {limits.context_tokens} tokens that the model holds are the most, the rest is for passages"
            )
        self._chat = chat
        self._limits = limits
        self._prompt = Prompt.read(settings.prompt)

    def write(self, plan: Plan) -> Iterator[str | Draft]:
        """Answer with what the model says, or say that nothing was found."""
        language = plan.question.query.language
        not_found = Draft(NOT_FOUND[language], (), abstained=True, model=self._chat.name)
        if not plan.evidence.passages:
            yield not_found.text
            yield not_found
            return
        shown, form = briefing(plan)
        system, user = messages_for(self._prompt, plan.question.query, shown, self._limits, form)
        said, is_cut = SaidText(self._limits.answer_tokens), False
        shown_at = time.monotonic()
        with closing(self._chat.say(system, user)) as pieces:
            for piece in pieces:
                if isinstance(piece, End):
                    is_cut = piece.is_cut
                elif (text := said.add(piece)) or time.monotonic() > shown_at + _QUIET:
                    yield text
                    shown_at = time.monotonic()
        answer = said.finished(language, is_cut)
        if not answer.is_found:
            yield not_found.text
            yield not_found
            return
        notice = cut_short(language) if answer.is_short else None
        yield Draft(
            answer.text,
            (),
            abstained=False,
            model=self._chat.name,
            cites="passages",
            notice=notice,
            shown=shown,
        )
