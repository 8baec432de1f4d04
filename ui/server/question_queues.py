"""Who works on a question: this machine's cores, or a language model that is waited for."""

from dataclasses import dataclass
from os import cpu_count
from typing import Final, Self

from rag.settings import Settings
from ui.server.admission import Admission

__all__ = ["QuestionQueues"]

_COMPUTED_HERE: Final = ("extractive",)  # backends that keep a core busy until they are done


@dataclass(frozen=True, slots=True)
class QuestionQueues:
    """Where the questions of every door take turns."""

    own: Admission
    models: Admission
    backend: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Make the queues that the settings describe."""
        waiting, seconds = settings.most_waiting, settings.wait_seconds
        at_once = settings.answers_at_once or cpu_count() or 1
        return cls(
            Admission(at_once, waiting, seconds),
            Admission(settings.model_answers_at_once, waiting, seconds),
            settings.backend,
        )

    def turns(self, backend: str | None = None) -> Admission:
        """Return where questions to a backend take turns, those to the settings' own if none is named."""
        return self.own if (backend or self.backend) in _COMPUTED_HERE else self.models

    def give_up(self, asker: str) -> None:
        """Give up all that somebody asked who has gone."""
        for turns in (self.own, self.models):
            turns.give_up(asker)

    def close(self) -> None:
        """Turn away those who wait and all who come."""
        for turns in (self.own, self.models):
            turns.close()

    def stop(self) -> None:
        """Give up all that is worked on."""
        for turns in (self.own, self.models):
            turns.stop()

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is worked on."""
        return self.own.is_idle and self.models.is_idle

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing more is taken."""
        return self.own.is_closed
