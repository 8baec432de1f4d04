"""The backends of one pipeline, each made once, and what happens when one fails."""

import logging
import threading
from collections.abc import Generator, Iterator
from typing import Final

from rag.answer.backends import BACKENDS, Backend
from rag.answer.extractive.answerability import PLAIN
from rag.answer.messages import fallen_back, overruled
from rag.answer.plan import Plan
from rag.errors import BackendError, InputError, ModelError, SettingsError
from rag.settings import Settings
from rag.types.answer import Draft

__all__ = ["BackendRunner"]

_LOG: Final = logging.getLogger("yinju")
_FALLBACK: Final = "extractive"


class BackendRunner:
    """Makes each backend when it is first asked for. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: dict[str, Backend] = {}
        self._making = threading.Lock()

    def get(self, name: str) -> Backend:
        """Return a backend; raises UnknownNameError, SettingsError and ModelError.

        One that is not the settings' own, but a question's wish, raises InputError instead.
        """
        if name in self._made:
            return self._made[name]
        create = BACKENDS.factory(name)
        with self._making:
            if name not in self._made:
                try:
                    self._made[name] = create(self._settings)
                except (SettingsError, ModelError) as error:
                    if name == self._settings.backend:
                        raise
                    raise InputError("backend", f"{name!r} is not set up here: {error}") from error
            return self._made[name]

    def write(
        self, name: str, writer: Backend, plan: Plan
    ) -> Generator[str, None, tuple[Draft, str, str | None]]:
        """Yield the text as it is written; return the draft, who wrote it, and a notice for the reader.

        A backend that fails is replaced by the extractive one, whose text is not streamed: some
        of the other's may have been. So is a language model that finds nothing where that one is sure.
        """
        try:
            draft = yield from _drafted(name, writer.write(plan))
        except BackendError as error:
            if name == _FALLBACK:
                raise
            _LOG.warning("backend %s failed (%s): %s", name, error.failure, error)
            last = self._extracted(plan)
            told = [fallen_back(error, plan.question.query.language), *([last.notice] if last.notice else [])]
            return last, _FALLBACK, " ".join(told)
        if draft.abstained and draft.model is not None and plan.evidence.passages:
            last = self._extracted(plan)
            if not last.abstained and (last.confidence or 0.0) >= PLAIN:
                return last, _FALLBACK, overruled(plan.question.query.language)
        return draft, name, draft.notice

    def _extracted(self, plan: Plan) -> Draft:
        *_, last = self.get(_FALLBACK).write(plan)
        if not isinstance(last, Draft):  # pragma: no cover - its contract
            raise TypeError(f"backend {_FALLBACK!r} ended without a draft")
        return last


def _drafted(name: str, pieces: Iterator[str | Draft]) -> Generator[str, None, Draft]:
    """Pass the text on and return the draft; the backend's own generator ends with this one."""
    draft: Draft | None = None
    try:
        for piece in pieces:
            if isinstance(piece, Draft):
                draft = piece
            else:
                yield piece
    finally:
        if isinstance(pieces, Generator):
            pieces.close()
    if draft is None:
        raise TypeError(f"backend {name!r} ended without a draft")
    return draft
