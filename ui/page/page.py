"""The chat page, and what happens when something on it is used."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Hashable, Iterator
from contextlib import aclosing, closing
from functools import lru_cache
from html import escape
from typing import Any, Final

import gradio as gr

from rag.errors import YinjuError
from rag.pipeline import Pipeline
from ui.page.chat import Conversation, converse, messages, sources, turned_away
from ui.page.examples import example_questions
from ui.page.header import header
from ui.page.layout import Parts
from ui.page.route_allowlist import asker_of
from ui.page.texts import Words, browser_language, words_in
from ui.server.admission import TooBusyError
from ui.server.question_queues import QuestionQueues

__all__ = ["build_page"]

Updates = tuple[Any, ...]
"""New values or settings of components, in the order of an event's outputs."""

_QUIET: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private"}
"""No overlay while an event runs, and no second door beside the HTTP API."""

_AT_ONCE: Final[dict[str, Any]] = {**_QUIET, "concurrency_id": "at once", "concurrency_limit": None}
_ANSWERING: Final[dict[str, Any]] = {
    **_QUIET,
    "trigger_mode": "once",  # one question at a time from one reader
    "concurrency_id": "answers",
    "concurrency_limit": None,  # they take turns in the queues
}


def build_page(pipeline: Pipeline, queues: QuestionQueues) -> gr.Blocks:
    """Lay out the chat page over a pipeline; theme, style and labels come with the mount."""
    page: gr.Blocks = gr.Blocks(title="引据 Yinju", analytics_enabled=False, fill_width=True)
    with page:
        parts = Parts()
        greeted = page.load(_greeter(pipeline), None, [parts.header, parts.chat, parts.sources], **_QUIET)
        greeted.then(_suggester(pipeline, queues), None, [parts.chat], **_QUIET)
        _connect(parts, pipeline, queues)
    return page


def _connect(parts: Parts, pipeline: Pipeline, queues: QuestionQueues) -> None:
    """Say what typing, choosing, stopping and starting anew do."""

    async def typed(question: str, before: Conversation, request: gr.Request) -> AsyncIterator[Updates]:
        async with aclosing(_updates(pipeline, queues, before, question, request)) as updates:
            async for update in updates:
                yield update

    async def chosen(
        before: Conversation, event: gr.SelectData, request: gr.Request
    ) -> AsyncIterator[Updates]:
        async with aclosing(_updates(pipeline, queues, before, event.value["text"], request)) as updates:
            async for update in updates:
                yield update

    outputs = parts.answering()
    asking = [parts.box.submit, parts.send.click]
    running = [
        gr.on(asking, typed, [parts.box, parts.conversation], outputs, **_ANSWERING),
        parts.chat.example_select(chosen, [parts.conversation], outputs, **_ANSWERING),
    ]
    for answering in running:
        answering.then(_ended, None, [parts.send, parts.stop], **_AT_ONCE)
    # First the answer ends, then what is left of it is shown: done at once, a late piece of the
    # answer could come after.
    stopping = parts.stop.click(None, cancels=running, **_AT_ONCE)
    stopping.then(_stopped, [parts.conversation], outputs, **_AT_ONCE)
    leaving = gr.on([parts.new.click, parts.chat.clear], None, cancels=running, **_AT_ONCE)
    leaving.then(_new, None, outputs, **_AT_ONCE)


async def _updates(
    pipeline: Pipeline, queues: QuestionQueues, before: Conversation, question: str, request: gr.Request
) -> AsyncGenerator[Updates, None]:
    """Yield the page's changes while a question waits and is answered.

    The stop button stays: a question sent between the last piece and the event's end would be dropped.
    """
    words = _words(request)
    asked = before.opened(question.strip())
    yield (*_shown(asked, words), "", *_buttons(busy=True))

    def work() -> Iterator[Updates]:
        with closing(converse(pipeline, before, question, words)) as conversations:
            for conversation in conversations:  # what is typed meanwhile stays
                yield (*_shown(conversation, words), gr.skip(), *_buttons(busy=True))

    try:
        events = await queues.turns().begin(asker_of(request.session_hash), work)
        async with aclosing(events):
            async for updates in events:
                asked = updates[0]
                yield updates
    except TooBusyError as error:
        yield (*_shown(turned_away(asked, error, words), words), gr.skip(), *_buttons(busy=True))


def _ended() -> Updates:
    return _buttons(busy=False)


def _stopped(conversation: Conversation, request: gr.Request) -> Updates:
    return (*_shown(conversation.stopped(), _words(request)), gr.skip(), *_buttons(busy=False))


def _new(request: gr.Request) -> Updates:
    return (*_shown(Conversation(), _words(request)), "", *_buttons(busy=False))


def _shown(conversation: Conversation, words: Words) -> Updates:
    return conversation, messages(conversation, words), sources(conversation, words)


def _buttons(busy: bool) -> Updates:
    """Show either the send or the stop button."""
    return gr.update(visible=not busy), gr.update(visible=busy)


def _words(request: gr.Request) -> Words:
    return words_in(browser_language(request.headers.get("accept-language")))


def _greeter(pipeline: Pipeline) -> Callable[[gr.Request], Updates]:
    def greet(request: gr.Request) -> Updates:
        words = _words(request)
        try:
            documents = pipeline.documents()
        except YinjuError as error:
            return header((), words, words.error(error)), gr.skip(), sources(Conversation(), words)
        chat = gr.Chatbot(placeholder=_welcome(words, is_empty=not documents))
        return header(documents, words), chat, sources(Conversation(), words)

    return greet


def _suggester(pipeline: Pipeline, queues: QuestionQueues) -> Callable[[gr.Request], Awaitable[object]]:
    @lru_cache(maxsize=1)
    def examples(state: Hashable) -> list[str]:
        """Return the questions that go with a state of the library."""
        return example_questions(pipeline)

    async def suggest(request: gr.Request) -> object:
        try:
            questions = await queues.own.run(
                asker_of(request.session_hash), lambda: examples(pipeline.library.state)
            )
        except YinjuError:  # the head of the page has said it, or others have questions of their own
            return gr.skip()
        return gr.Chatbot(examples=[{"text": question} for question in questions])

    return suggest


def _welcome(words: Words, is_empty: bool) -> str:
    if is_empty:
        return f'<div class="welcome"><p>{escape(words.library_empty)}</p></div>'
    return f'<div class="welcome"><h2>{escape(words.welcome)}</h2><p>{escape(words.welcome_more)}</p></div>'
