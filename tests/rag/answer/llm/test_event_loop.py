"""An asynchronous generator, read by threads."""

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.answer.llm.event_loop import iterated

ROOT = Path(__file__).parents[4]
GENEROUS = 60  # seconds


async def counted(most, seconds=0.0):
    for number in range(most):
        await asyncio.sleep(seconds)
        yield str(number)


def test_what_is_yielded_comes_in_order_and_something_while_none_does():
    assert list(iterated(counted(3), "")) == ["0", "1", "2"]
    assert [piece for piece in iterated(counted(2, 0.6), "") if piece] == ["0", "1"]
    assert list(iterated(counted(2, 0.6), "")).count("") >= 2


def test_an_error_is_raised_where_it_is_read():
    async def broken():
        yield "0"
        raise LookupError("gone")

    pieces = iterated(broken(), "")
    assert next(pieces) == "0"
    with pytest.raises(LookupError, match="gone"):
        next(pieces)


def test_a_source_does_not_wait_for_its_reader():
    is_over = threading.Event()

    async def quick():
        for number in range(1000):
            yield str(number)
        is_over.set()

    pieces = iterated(quick(), "")
    next(pieces)
    assert is_over.wait(GENEROUS)
    pieces.close()


def test_closing_ends_the_source_before_it_returns():
    ended = []

    async def endless():
        try:
            yield "0"
            await asyncio.sleep(GENEROUS)
        finally:
            await asyncio.sleep(0)
            ended.append(threading.current_thread())

    pieces = iterated(endless(), "")
    assert next(pieces) == "0"
    pieces.close()

    assert len(ended) == 1
    assert ended[0] is not threading.current_thread()


def test_many_threads_read_at_once_on_one_loop():
    async def named(name):
        for _ in range(20):
            await asyncio.sleep(0.01)
            yield f"{name} {threading.current_thread().name}"

    with ThreadPoolExecutor(16) as threads:
        read = list(threads.map(lambda name: [p for p in iterated(named(name), "") if p], range(16)))

    assert read == [[f"{name} yinju-models"] * 20 for name in range(16)]


AFTER_A_FORK = """
import os
from rag.answer.llm.event_loop import iterated

async def two():
    yield 1
    yield 2

assert list(iterated(two(), 0)) == [1, 2]
child = os.fork()
if not child:
    os._exit(0 if list(iterated(two(), 0)) == [1, 2] else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert list(iterated(two(), 0)) == [1, 2]
"""


def test_a_forked_process_has_a_loop_of_its_own():
    done = subprocess.run(
        [sys.executable, "-c", AFTER_A_FORK], cwd=ROOT, capture_output=True, text=True, timeout=GENEROUS
    )
    assert (done.returncode, done.stderr) == (0, "")


HANGS_IN_A_LOOK_UP = """
import asyncio, socket, time
from rag.answer.llm.event_loop import iterated

socket.getaddrinfo = lambda *_, **__: time.sleep(600)

async def looks_up():
    yield await asyncio.get_running_loop().getaddrinfo("slow.example", 80)

pieces = iterated(looks_up(), 0)
assert next(pieces) == 0
pieces.close()
"""


def test_a_look_up_that_hangs_keeps_no_program_from_ending():
    done = subprocess.run(
        [sys.executable, "-c", HANGS_IN_A_LOOK_UP], cwd=ROOT, capture_output=True, text=True, timeout=GENEROUS
    )
    assert (done.returncode, done.stderr) == (0, "")
