"""What every language model looks like from here, and what may be wrong with one."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol, Self

from rag.settings import Settings

__all__ = ["Chat", "End", "Limits", "Said"]


@dataclass(frozen=True, slots=True)
class End:
    """A model has finished; `is_cut` if it had more to say."""

    is_cut: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model gets: seconds (all counted on the monotonic clock), bytes and tokens."""

    connect: float
    first: float
    idle: float
    total: float
    most_bytes: int
    answer_tokens: int
    context_tokens: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the limits that the settings name."""
        return cls(
            connect=settings.llm_connect_seconds,
            first=settings.llm_first_seconds,
            idle=settings.llm_idle_seconds,
            total=settings.llm_total_seconds,
            most_bytes=settings.llm_max_mb * 1024 * 1024,
            answer_tokens=settings.llm_answer_tokens,
            context_tokens=settings.llm_context_tokens,
        )


Said = Generator[str | End, None, None]


class Chat(Protocol):
    """Answers one message. `name` is the model's.

    `say` yields text as it comes, empty text at least twice a second while none comes (so that
    whoever listens can leave), and an `End` last. Closing it ends what goes on behind it. Raises
    BackendError.
    """

    name: str

    def say(self, system: str, user: str) -> Said:
        """Answer a message, under instructions."""
        ...
