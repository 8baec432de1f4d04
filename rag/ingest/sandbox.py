"""Child processes that parse files: one that hangs, swells or dies takes its file with it, no more."""

import atexit
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, NamedTuple, TypeVar

from rag.errors import ReadError
from rag.ingest.formats import ReadText
from rag.ingest.parse import Parsed, parsed_from_data
from rag.settings import Settings
from rag.store.codec import markup_to_data
from rag.temporary import temporary_folder

__all__ = ["Job", "Sandbox", "file_job", "sandbox", "text_job"]

_MOST_WORKERS: Final = 4
_AHEAD: Final = 32  # files that are under way or waiting, a worker; the workers go on while others store
_BYTES_AHEAD: Final = 32_000_000  # and how large they may be together
_SECONDS_A_MEGABYTE: Final = 2.0
_MEGABYTE: Final = 1_000_000
_LENGTH: Final = 8  # bytes that say how long a message is
T = TypeVar("T")


class Job(NamedTuple):
    """What a worker is asked to do: a header that JSON can hold, then bytes."""

    name: str
    header: dict[str, Any]
    body: bytes
    seconds: float
    memory_mb: int


def file_job(name: str, suffix: str, data: bytes, settings: Settings) -> Job:
    """Ask for a file to be read, outlined and cut."""
    limits = [settings.max_pages, settings.max_inflated_mb]
    return _job(name, {"suffix": suffix, "limits": limits}, data, settings)


def text_job(name: str, read: ReadText, settings: Settings) -> Job:
    """Ask for a text that was read before to be outlined and cut anew."""
    header = {"encoding": read.encoding, "confidence": read.confidence, "markup": markup_to_data(read.markup)}
    return _job(name, header, read.text.encode(), settings)


def _job(name: str, header: dict[str, Any], body: bytes, settings: Settings) -> Job:
    seconds = settings.parse_seconds + _SECONDS_A_MEGABYTE * len(body) / _MEGABYTE
    header = header | {"name": name, "chunk_tokens": settings.chunk_tokens, "seconds": seconds}
    return Job(name, header, body, seconds, settings.parse_memory_mb)


class Sandbox:
    """A few worker processes. They start when first needed and end with this process."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._all = [_Worker() for _ in range(workers)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="sandbox")

    def parsed(
        self,
        items: Iterable[T],
        job_of: Callable[[T], Job | None],
        size_of: Callable[[T], int] = lambda item: 0,
    ) -> Iterator[tuple[T, Parsed | ReadError | None]]:
        """Yield each item with what became of its job, in order; None where it had none.

        Only a few items are taken ahead, of not too many bytes, so that memory does not grow with
        their number. A ReadError raised by `job_of` is what became of that item.
        """
        waiting: deque[tuple[T, int, Future[Parsed | ReadError | None]]] = deque()
        ahead = 0
        busy: set[_Worker] = set()
        try:
            for item in items:
                size = size_of(item)
                while waiting and (len(waiting) >= _AHEAD * self._workers or ahead + size > _BYTES_AHEAD):
                    first, first_size, outcome = waiting.popleft()
                    yield first, outcome.result()
                    ahead -= first_size
                waiting.append((item, size, self._threads.submit(self._outcome, item, job_of, busy)))
                ahead += size
            while waiting:
                first, _, outcome = waiting.popleft()
                yield first, outcome.result()
        finally:
            for _, _, outcome in waiting:
                outcome.cancel()
            for worker in tuple(busy):  # given up: nobody waits for what they do
                worker.kill()

    def _outcome(
        self, item: T, job_of: Callable[[T], Job | None], busy: "set[_Worker]"
    ) -> Parsed | ReadError | None:
        try:
            job = job_of(item)
            return self._run(job, busy) if job else None
        except ReadError as error:
            return error

    def _run(self, job: Job, busy: "set[_Worker]") -> Parsed:
        worker = self._idle.get()
        busy.add(worker)
        try:
            return worker.run(job)
        finally:
            busy.discard(worker)
            self._idle.put(worker)

    def close(self) -> None:
        """End the workers; what they were at is given up."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            worker.close()


class _Worker:
    """One child process, started again whenever it is gone."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._memory_mb = 0
        self._is_closed = False

    def run(self, job: Job) -> Parsed:
        """Do a job in the child; raises ReadError if it fails, or if the child has to be killed."""
        if self._process is None or self._process.poll() is not None or self._memory_mb != job.memory_mb:
            self.kill()
            if self._is_closed:
                raise ReadError(job.name, "it was not read: the program is ending")
            self._process = _started(job.memory_mb)
            self._memory_mb = job.memory_mb
        late = threading.Event()

        def end() -> None:
            late.set()
            self.kill()

        timer = threading.Timer(job.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            answer = _asked(self._process, job)
        finally:
            timer.cancel()
        if answer is None:
            status = self.kill()
            if late.is_set():
                reason = f"it took longer than {job.seconds:.0f} s to read (YINJU_PARSE_SECONDS)"
            else:
                reason = (
                    f"it brought the reader down (exit status {status}): it may be damaged,"
                    " or need more memory than it may have (YINJU_PARSE_MEMORY_MB)"
                )
            raise ReadError(job.name, reason)
        try:
            data: dict[str, Any] = json.loads(answer)
            if data["last"]:
                self.kill()
            error = data.get("error")
            parsed = parsed_from_data(data) if error is None else None
        except (ValueError, LookupError, TypeError, AttributeError) as wrong:  # who writes that may do more
            self.kill()
            raise ReadError(job.name, f"its reader gave no answer ({type(wrong).__name__})") from wrong
        if parsed is None:
            raise ReadError(job.name, str(error))
        return parsed

    def close(self) -> None:
        """End the child, and start none again."""
        self._is_closed = True
        self.kill()

    def kill(self) -> int | None:
        """End the child, if there is one, and return its exit status."""
        process = self._process
        if process is None:
            return None
        process.kill()
        status = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        return status


def _started(memory_mb: int) -> "subprocess.Popen[bytes]":
    """Start a worker: no terminal's signals, no secrets of the environment, an empty folder."""
    return subprocess.Popen(  # noqa: S603 - this interpreter, a module of ours
        [sys.executable, "-P", "-m", "rag.ingest.sandbox_worker", str(memory_mb)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_empty_folder(),
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
    )


def _empty_folder() -> str:
    """Return a folder of this process, another if that was cleaned up by somebody."""
    if not Path(_made_folder()).is_dir():
        _made_folder.cache_clear()
    return _made_folder()


@cache
def _made_folder() -> str:
    folder = temporary_folder()
    atexit.register(folder.cleanup)
    return folder.name


def _asked(process: "subprocess.Popen[bytes]", job: Job) -> bytes | None:
    """Send a job and return the answer; None if the child went before it answered."""
    header = json.dumps(job.header).encode()
    if process.stdin is None or process.stdout is None:
        raise TypeError("a worker has pipes")
    try:
        with suppress(BrokenPipeError):  # a child that cannot hold the body says so and goes
            for part in (header, job.body):
                process.stdin.write(len(part).to_bytes(_LENGTH, "big"))
                process.stdin.write(part)
            process.stdin.flush()
        size = int.from_bytes(process.stdout.read(_LENGTH), "big")
        if not 0 < size <= job.memory_mb * _MEGABYTE:
            return None
        answer = process.stdout.read(size)
    except (OSError, ValueError):  # ValueError: closed by the timer
        return None
    return answer if len(answer) == size else None


@cache
def sandbox() -> Sandbox:
    """Return the workers that all of this process shares."""
    shared = Sandbox(min(_MOST_WORKERS, os.cpu_count() or 1))
    atexit.register(shared.close)
    return shared
