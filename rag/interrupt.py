"""Giving up what nobody waits for any more: long work asks now and then whether it should go on."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

__all__ = ["Interrupted", "check", "checked", "interruptible"]

T = TypeVar("T")


class Interrupted(BaseException):
    """Nobody waits for the work that is done; no handler of errors is to take it for one."""


_NEVER: Final[Callable[[], bool]] = lambda: False  # noqa: E731
_IS_GIVEN_UP: ContextVar[Callable[[], bool]] = ContextVar("is_given_up", default=_NEVER)


@contextmanager
def interruptible(is_given_up: Callable[[], bool]) -> Iterator[None]:
    """Let `check` raise within, in this thread, once the work is given up."""
    token = _IS_GIVEN_UP.set(is_given_up)
    try:
        yield
    finally:
        _IS_GIVEN_UP.reset(token)


def check() -> None:
    """Raise Interrupted if what this thread does is given up."""
    if _IS_GIVEN_UP.get()():
        raise Interrupted


def checked(results: Iterable[T]) -> Iterator[T]:
    """Pass on results one by one, as long as somebody waits for them."""
    for result in results:
        check()
        yield result
