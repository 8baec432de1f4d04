"""Questions take turns: a few are worked on, some wait, the rest are told at once to come back later.

A question has a thread of its own while it is worked on; whoever asked may be on the network, on the page or
gone. What it says is passed on as it comes, and what nobody waits for any more is given up.
"""

import asyncio
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, closing, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Self, TypeVar

from rag.errors import YinjuError
from rag.interrupt import Interrupted, interruptible

__all__ = ["Admission", "Answering", "TooBusyError"]

T = TypeVar("T")
_FIRST_GUESS: Final = 1.0  # seconds that a question takes, before one was timed
_INERTIA: Final = 0.8  # of what was learnt about how long a question takes, against the last one
_LONGEST_RETRY: Final = 120  # seconds

Work = Callable[[], Iterator[T]]
"""What is worked on: raises what is wrong with it when called, then yields as it goes."""


class TooBusyError(YinjuError):
    """There is no room for a question now; `retry_after` is in how many seconds there may be."""

    def __init__(self, retry_after: int, *, is_closing: bool = False) -> None:
        reason = "is being stopped" if is_closing else "has too many questions to answer"
        super().__init__(f"the server {reason}: ask again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


_ACCEPTED: Final = object()
_ENDED: Final = object()


@dataclass(eq=False)
class _Ticket(Generic[T]):
    """A question that waits or is worked on, and what it has said that nobody has heard yet."""

    asker: str
    work: Work[T]
    loop: asyncio.AbstractEventLoop  # where it is listened to
    said: "asyncio.Queue[Any]" = field(default_factory=asyncio.Queue)
    stop: threading.Event = field(default_factory=threading.Event)
    started: float = 0.0

    def say(self, said: object) -> None:
        """Let whoever listens hear something, from any thread."""
        with suppress(RuntimeError):  # the loop is closed: nobody listens
            self.loop.call_soon_threadsafe(self.said.put_nowait, said)


class Answering(Generic[T]):
    """What a question says, piece by piece. Closed, or let go of by everybody, it is given up.

    No generator: one that was never begun does nothing when it is closed.
    """

    def __init__(self, ticket: _Ticket[T]) -> None:
        self._ticket = ticket

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        """Return the next piece; raises what the question raises."""
        said = await self._ticket.said.get()
        if said is _ENDED:
            raise StopAsyncIteration
        if isinstance(said, _Raised):
            raise said.error
        piece: T = said
        return piece

    async def aclose(self) -> None:
        """Give the question up; one that is over is left alone."""
        self._ticket.stop.set()

    def __del__(self) -> None:
        self._ticket.stop.set()


class Admission:
    """Lets so many questions be worked on at once and so many wait, in turn between those who ask.

    Asked on event loops, worked on in threads of its own; a lock is held for moments only.
    """

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        """Take how many may be worked on and may wait, and for how many seconds one may wait."""
        self._at_once = at_once
        self._most_waiting = waiting
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="question")
        self._guard = threading.Lock()  # of all below
        self._running: set[_Ticket[Any]] = set()
        self._waiting: OrderedDict[str, deque[_Ticket[Any]]] = OrderedDict()
        self._typical = _FIRST_GUESS
        self._is_closed = False

    async def begin(self, asker: str, work: Work[T]) -> "Answering[T]":
        """Wait for a question's turn and return what it says once it has begun.

        Raises TooBusyError if there is no room, or its turn does not come in time, and whatever the
        work raises when it is called. Close what is returned, or cancel this, to give the question up.
        """
        ticket = _Ticket(asker, work, asyncio.get_running_loop())
        with self._guard:
            self._enter(ticket)
        try:
            first = await asyncio.wait_for(ticket.said.get(), self._seconds)
        except BaseException as error:
            self._leave(ticket)
            if isinstance(error, TimeoutError):
                raise TooBusyError(self._wait()) from None
            raise
        if isinstance(first, _Raised):
            raise first.error
        return Answering(ticket)

    async def run(self, asker: str, work: Callable[[], T]) -> T:
        """Do what gives one result, in its turn."""

        def once() -> Iterator[T]:
            result = work()  # what is wrong with it is raised before it begins
            return iter((result,))

        async with aclosing(await self.begin(asker, once)) as results:
            async for result in results:
                return result
        raise RuntimeError("it was given up")

    def give_up(self, asker: str) -> None:
        """Give up all that somebody asked who has gone."""
        with self._guard:
            mine = [ticket for ticket in self._running if ticket.asker == asker]
            mine += self._waiting.get(asker, ())
        for ticket in mine:
            ticket.say(_Raised(asyncio.CancelledError()))
            self._leave(ticket)

    def close(self) -> None:
        """Turn away those who wait and all who come; what is worked on may go on."""
        with self._guard:
            self._is_closed = True
            while self._waiting:
                _, tickets = self._waiting.popitem()
                for ticket in tickets:
                    self._refuse(ticket)

    def stop(self) -> None:
        """Give up what is worked on as well, and say so to those who wait for it."""
        self.close()
        with self._guard:
            for ticket in self._running:
                ticket.stop.set()
                self._refuse(ticket)

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing more is taken."""
        return self._is_closed

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is worked on."""
        return not self._running

    def _refuse(self, ticket: _Ticket[Any]) -> None:
        ticket.say(_Raised(TooBusyError(self._wait(), is_closing=self._is_closed)))

    def _wait(self) -> int:
        """Return in how many seconds there will be room, as far as can be told."""
        count = 1 + sum(map(len, self._waiting.values()))
        return max(1, min(_LONGEST_RETRY, math.ceil(self._typical * count / self._at_once)))

    def _enter(self, ticket: _Ticket[Any]) -> None:
        if self._is_closed:
            raise TooBusyError(self._wait(), is_closing=True)
        if len(self._running) < self._at_once:
            self._start(ticket)
            return
        if sum(map(len, self._waiting.values())) >= self._most_waiting:
            self._make_room(ticket.asker)
        self._waiting.setdefault(ticket.asker, deque()).append(ticket)

    def _make_room(self, asker: str) -> None:
        """Turn away the last question of whoever has most waiting, if that is not the one who asks."""
        most = max(self._waiting.values(), key=len, default=None)
        if most is None or len(most) <= len(self._waiting.get(asker, ())) + 1:
            raise TooBusyError(self._wait())
        self._refuse(most.pop())

    def _start(self, ticket: _Ticket[Any]) -> None:
        self._running.add(ticket)
        ticket.started = time.monotonic()
        self._threads.submit(self._work, ticket)

    def _leave(self, ticket: _Ticket[Any]) -> None:
        """Give a question up, wherever it is; one that is over is left alone."""
        ticket.stop.set()
        with self._guard:
            tickets = self._waiting.get(ticket.asker)
            if tickets and ticket in tickets:
                tickets.remove(ticket)
                if not tickets:
                    del self._waiting[ticket.asker]

    def _ended(self, ticket: _Ticket[Any]) -> None:
        """Let the next one begin: those who ask take turns, however much each asks."""
        with self._guard:
            self._running.discard(ticket)
            took = time.monotonic() - ticket.started
            self._typical = _INERTIA * self._typical + (1 - _INERTIA) * took
            if self._waiting and len(self._running) < self._at_once:
                asker, tickets = self._waiting.popitem(last=False)
                following = tickets.popleft()
                if tickets:
                    self._waiting[asker] = tickets  # behind the others
                self._start(following)

    def _work(self, ticket: _Ticket[T]) -> None:
        """Do the work of a question, in a thread of its own."""
        try:
            with interruptible(ticket.stop.is_set):
                for said in _begun(ticket):
                    ticket.say(said)
            ticket.say(_ENDED)
        except Interrupted:
            ticket.say(_ENDED)
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for it
            ticket.say(_Raised(error))
        finally:
            self._ended(ticket)


def _begun(ticket: _Ticket[T]) -> Iterator[T]:
    """Call the work, say that it has begun, and pass on what it yields until it is given up."""
    if ticket.stop.is_set():
        return
    said = ticket.work()
    ticket.say(_ACCEPTED)
    with closing(said) if hasattr(said, "close") else nullcontext():  # type: ignore[type-var]
        for one in said:
            if ticket.stop.is_set():
                return
            yield one
