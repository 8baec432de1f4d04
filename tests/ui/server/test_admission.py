"""Few questions at once, few that wait, in turn between those who ask; nothing is done for nobody."""

import asyncio
import threading
import time
from contextlib import aclosing

import pytest

from rag.errors import InputError
from rag.interrupt import Interrupted, check, checked, interruptible
from ui.server.admission import Admission, TooBusyError

PATIENCE = 30  # seconds: a slow machine is no fault of what is tested


class Question:
    """A question that says one word when it is let go on, and knows what has become of it."""

    def __init__(self, name="a"):
        self.name = name
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.over = threading.Event()
        self.given_up = False

    def __call__(self):
        self.begun.set()
        return self._words()

    def _words(self):
        try:
            yield f"{self.name} 1"
            while not self.go_on.wait(0.01):
                check()
            yield f"{self.name} 2"
        except (Interrupted, GeneratorExit):
            self.given_up = True
            raise
        finally:
            self.over.set()


async def all_of(turns, question, asker="x"):
    async with aclosing(await turns.begin(asker, question)) as words:
        return [word async for word in words]


async def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        await asyncio.sleep(0.005)


def run(test):
    """Run a test on an event loop."""
    return asyncio.run(asyncio.wait_for(test(), 4 * PATIENCE))


def test_a_question_is_answered_word_by_word():
    async def test():
        question = Question()
        words = await Admission(1, 0, PATIENCE).begin("x", question)
        assert await anext(words) == "a 1"
        assert not question.over.is_set()
        question.go_on.set()
        assert [word async for word in words] == ["a 2"]

    run(test)


def test_so_many_are_worked_on_and_so_many_wait_and_the_next_is_told_at_once():
    async def test():
        turns = Admission(2, 2, PATIENCE)
        questions = [Question(str(number)) for number in range(4)]
        tasks = [asyncio.create_task(all_of(turns, q, f"asker {q.name}")) for q in questions]
        await until(lambda: questions[0].begun.is_set() and questions[1].begun.is_set())
        await asyncio.sleep(0.05)
        assert not questions[2].begun.is_set()
        with pytest.raises(TooBusyError, match=r"ask again in \d+ s") as refused:
            await turns.begin("another", Question())
        assert refused.value.retry_after >= 1

        for question in questions:
            question.go_on.set()
        assert [await task for task in tasks] == [[f"{n} 1", f"{n} 2"] for n in range(4)]
        assert turns.is_idle

    run(test)


def test_those_who_ask_take_turns_however_much_each_asks():
    async def test():
        turns, order = Admission(1, 10, PATIENCE), []

        def asked(name):
            def work():
                order.append(name)
                return iter(())

            return work

        first = Question()
        tasks = [asyncio.create_task(all_of(turns, first))]
        await until(first.begun.is_set)
        for name in ("m1", "m2", "m3", "l1", "o1"):
            tasks.append(asyncio.create_task(all_of(turns, asked(name), name[0])))
            await asyncio.sleep(0)
        await asyncio.sleep(0.02)
        first.go_on.set()
        await asyncio.gather(*tasks)
        assert order == ["m1", "l1", "o1", "m2", "m3"]

    run(test)


def test_when_all_places_are_taken_whoever_has_most_gives_one_up():
    async def test():
        turns, first = Admission(1, 3, PATIENCE), Question()
        tasks = [asyncio.create_task(all_of(turns, first))]
        await until(first.begun.is_set)
        much = [asyncio.create_task(all_of(turns, lambda: iter("m"), "much")) for _ in range(3)]
        await asyncio.sleep(0.02)
        little = asyncio.create_task(all_of(turns, lambda: iter("l"), "little"))
        with pytest.raises(TooBusyError):
            await much[2]
        with pytest.raises(TooBusyError):
            await turns.begin("much", lambda: iter("m"))
        first.go_on.set()
        assert [await much[0], await little, await much[1]] == [["m"], ["l"], ["m"]]
        await asyncio.gather(*tasks)

    run(test)


def test_a_turn_that_does_not_come_in_time_is_refused_and_never_comes():
    async def test():
        turns, first, late = Admission(1, 5, PATIENCE), Question(), Question()
        task = asyncio.create_task(all_of(turns, first))
        await until(first.begun.is_set)
        turns._seconds = 0.05
        with pytest.raises(TooBusyError):
            await turns.begin("y", late)
        first.go_on.set()
        await task
        assert not late.begun.is_set()

    run(test)


def test_what_is_wrong_with_a_question_is_raised_before_it_begins():
    def work():
        raise InputError("question", "it is empty")

    async def test():
        turns = Admission(1, 0, PATIENCE)
        with pytest.raises(InputError):
            await turns.begin("x", work)
        await until(lambda: turns.is_idle)

    run(test)


def test_an_error_on_the_way_is_raised_where_the_words_are_awaited():
    def work():
        yield "half"
        raise ValueError("broken")

    async def test():
        words = await Admission(1, 0, PATIENCE).begin("x", work)
        assert await anext(words) == "half"
        with pytest.raises(ValueError, match="broken"):
            await anext(words)

    run(test)


def leave_by_closing(turns, words, task, asker):
    return words.aclose()


async def leave_by_cancelling(turns, words, task, asker):
    task.cancel()


async def leave_by_name(turns, words, task, asker):
    turns.give_up(asker)


@pytest.mark.parametrize("leave", [leave_by_closing, leave_by_name])
def test_what_is_worked_on_is_given_up_when_whoever_asked_has_gone(leave):
    async def test():
        turns, question = Admission(1, 5, PATIENCE), Question()
        words = await turns.begin("x", question)
        assert await anext(words) == "a 1"
        await leave(turns, words, None, "x")
        await until(question.over.is_set)
        assert question.given_up
        await until(lambda: turns.is_idle)
        assert await turns.run("y", lambda: 7) == 7  # the place is free again

    run(test)


@pytest.mark.parametrize("let_go", [False, True])
def test_an_answer_that_nobody_ever_listened_to_is_given_up(let_go):
    async def test():
        turns, question = Admission(1, 5, PATIENCE), Question()
        words = await turns.begin("x", question)
        if let_go:
            del words
        else:
            await words.aclose()
        await until(question.over.is_set)
        assert question.given_up

    run(test)


@pytest.mark.parametrize("leave", [leave_by_cancelling, leave_by_name])
def test_what_waits_is_given_up_when_whoever_asked_has_gone(leave):
    async def test():
        turns, first, waiting = Admission(1, 5, PATIENCE), Question(), Question()
        task = asyncio.create_task(all_of(turns, first))
        await until(first.begun.is_set)
        gone = asyncio.create_task(all_of(turns, waiting, "gone"))
        await asyncio.sleep(0.02)
        await leave(turns, None, gone, "gone")
        with pytest.raises(asyncio.CancelledError):
            await gone
        first.go_on.set()
        await task
        assert await turns.run("y", lambda: 7) == 7
        assert not waiting.begun.is_set()

    run(test)


def test_a_server_that_is_stopped_turns_those_away_who_wait_and_finishes_what_it_is_at():
    async def test():
        turns, first = Admission(1, 5, PATIENCE), Question()
        task = asyncio.create_task(all_of(turns, first))
        await until(first.begun.is_set)
        waiting = asyncio.create_task(all_of(turns, Question(), "y"))
        await asyncio.sleep(0.02)
        turns.close()
        for refused in (waiting, turns.begin("z", Question())):
            with pytest.raises(TooBusyError, match="is being stopped"):
                await refused
        first.go_on.set()
        assert await task == ["a 1", "a 2"]

    run(test)


def test_a_server_that_has_waited_long_enough_says_so_to_those_it_leaves():
    async def test():
        turns, first = Admission(1, 5, PATIENCE), Question()
        words = await turns.begin("x", first)
        assert await anext(words) == "a 1"
        turns.stop()
        with pytest.raises(TooBusyError, match="is being stopped"):
            await anext(words)
        await until(first.over.is_set)

    run(test)


def test_the_event_loop_is_free_while_questions_are_worked_on():
    async def test():
        turns, questions = Admission(2, 50, PATIENCE), [Question(str(n)) for n in range(20)]
        tasks = [asyncio.create_task(all_of(turns, question)) for question in questions]
        await until(questions[1].begun.is_set)
        ticks = 0
        for _ in range(20):
            await asyncio.sleep(0)
            ticks += 1
        assert ticks == 20 and not any(task.done() for task in tasks)
        for question in questions:
            question.go_on.set()
        await asyncio.gather(*tasks)

    run(test)


def test_long_work_asks_whether_to_go_on():
    stop = threading.Event()
    check()  # nobody said that it may be given up
    with interruptible(stop.is_set):
        assert list(checked([1, 2])) == [1, 2]
        stop.set()
        with pytest.raises(Interrupted):
            check()
        with pytest.raises(Interrupted):
            list(checked([1, 2]))
    check()
