"""A conversation, and what a question does to it."""

import logging
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from html import escape
from typing import Final, Self

from rag.errors import YinjuError
from rag.pipeline import Pipeline
from rag.types.answer import Answer, Event
from rag.types.query import Turn
from ui.page.cards import answer_cards, copied_text
from ui.page.markup import answer_markup, inert, plain_block, with_marks
from ui.page.texts import Words
from ui.server.admission import TooBusyError

__all__ = ["Conversation", "Exchange", "converse", "messages", "sources", "turned_away"]

_LOG: Final = logging.getLogger(__name__)
_SHOWN_IF_REFUSED: Final = 200  # characters


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what has come of it so far."""

    asked: str
    text: str = ""
    found: int | None = None  # passages
    answer: Answer | None = None
    cards: str = ""  # HTML
    error: str = ""
    stopped: bool = False

    @property
    def is_open(self) -> bool:
        """Whether more is to come."""
        return self.answer is None and not self.error and not self.stopped


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked and answered on one page."""

    exchanges: tuple[Exchange, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether an answer is being written."""
        return bool(self.exchanges) and self.exchanges[-1].is_open

    def history(self) -> tuple[Turn, ...]:
        """Return what was said as the pipeline reads it: plain text, markers included."""
        turns: list[Turn] = []
        for exchange in self.exchanges:
            if exchange.text and not exchange.error:
                turns += (Turn("user", exchange.asked), Turn("assistant", exchange.text))
        return tuple(turns)

    def with_last(self, exchange: Exchange) -> Self:
        """Return the conversation with its last exchange replaced."""
        return replace(self, exchanges=(*self.exchanges[:-1], exchange))

    def opened(self, asked: str) -> Self:
        """Return the conversation with one more question; one that was left blank goes."""
        kept = (exchange for exchange in self.stopped().exchanges if exchange.asked)
        return replace(self, exchanges=(*kept, Exchange(asked)))

    def stopped(self) -> Self:
        """Return the conversation with the answer that is being written broken off."""
        return self.with_last(replace(self.exchanges[-1], stopped=True)) if self.is_open else self


def converse(
    pipeline: Pipeline, before: Conversation, question: str, words: Words
) -> Generator[Conversation, None, None]:
    """Yield the conversation again and again while a question is answered.

    What goes wrong becomes a sentence in it; what nobody foresaw is raised again after that.
    """
    conversation = before.opened(question.strip())
    exchange = conversation.exchanges[-1]
    turn = len(conversation.exchanges)
    yield conversation
    try:
        with closing(pipeline.stream(exchange.asked, history=before.history())) as events:
            for event in events:
                exchange = _after(event, exchange, turn, words)
                yield conversation.with_last(exchange)
    except YinjuError as error:
        sentence = words.refusal(exchange.asked, pipeline.settings.max_question) or words.error(error)
        yield conversation.with_last(replace(exchange, error=sentence))
    except Exception:
        _LOG.exception("a question in the chat was not answered")
        yield conversation.with_last(replace(exchange, error=words.broken))
        raise


def turned_away(conversation: Conversation, error: TooBusyError, words: Words) -> Conversation:
    """Say in the conversation that the last question was not taken, and when to ask again."""
    if not conversation.is_open:
        return conversation
    sentence = words.too_busy.format(seconds=error.retry_after)
    return conversation.with_last(replace(conversation.exchanges[-1], error=sentence))


def _after(event: Event, exchange: Exchange, turn: int, words: Words) -> Exchange:
    if isinstance(event, str):
        return replace(exchange, text=exchange.text + event)
    if isinstance(event, Answer):
        cards = answer_cards(event, event.documents.__getitem__, turn, words)
        return replace(exchange, text=event.answer, answer=replace(event, documents={}), cards=cards)
    return replace(exchange, found=len(event))


def messages(conversation: Conversation, words: Words) -> list[dict[str, str]]:
    """Return the conversation as messages of a chatbot; their HTML is all of our own making."""
    shown: list[dict[str, str]] = []
    for turn, exchange in enumerate(conversation.exchanges, 1):
        if exchange.asked:
            shown.append({"role": "user", "content": plain_block(_asked(exchange), "asked")})
        shown.append({"role": "assistant", "content": _reply(exchange, turn, words)})
    return shown


def _asked(exchange: Exchange) -> str:
    """Return the question as shown; one that was refused, perhaps for its length, only begins."""
    if exchange.error and len(exchange.asked) > _SHOWN_IF_REFUSED:
        return exchange.asked[:_SHOWN_IF_REFUSED] + "……"
    return exchange.asked


def _reply(exchange: Exchange, turn: int, words: Words) -> str:
    parts = [_understood(exchange, words)]
    known = {c.marker for c in exchange.answer.citations} if exchange.answer else set()
    claims = exchange.answer.claims if exchange.answer else ()
    highlights = exchange.answer.highlights if exchange.answer else ()
    marked = with_marks(exchange.text, claims, highlights)
    parts.append(answer_markup(marked, turn, known, words.unsupported))
    if not all(claim.supported for claim in claims):
        parts.append(plain_block(words.unsupported, "aside unsupported-note"))
    if exchange.error:
        parts.append(plain_block(exchange.error, "problem"))
    elif exchange.stopped:
        parts.append(plain_block(words.stopped, "aside"))
    elif exchange.is_open and not exchange.text:
        parts.append(plain_block(_waiting(exchange, words), "waiting"))
    elif known:
        places = inert(words.cited_places.format(count=len(known)))
        parts.append(f'<div class="aside"><a class="to-sources" href="#sources-{turn}">{places}</a></div>')
    return f'<div class="reply">{"".join(parts)}</div>'


def _understood(exchange: Exchange, words: Words) -> str:
    """Show the question as it was searched for, if that is not what was typed."""
    if exchange.answer is None or exchange.answer.understood.strip() == exchange.asked:
        return ""
    return plain_block(words.understood + exchange.answer.understood.strip(), "aside understood")


def _waiting(exchange: Exchange, words: Words) -> str:
    return words.searching if exchange.found is None else words.reading.format(count=exchange.found)


def sources(conversation: Conversation, words: Words) -> str:
    """Return the sources of every answer as HTML, the latest first and open."""
    answered = [(turn, e) for turn, e in enumerate(conversation.exchanges, 1) if e.cards or e.is_open]
    if not answered:
        return f'<div class="hint"><p>{escape(words.sources_hint)}</p></div>'
    (turn, latest), *earlier = reversed(answered)
    head = f'<section class="turn" id="sources-{turn}">{_heading(latest, words)}{latest.cards}</section>'
    return head + "".join(
        f'<details class="turn earlier" id="sources-{turn}"><summary><span>{escape(words.sources_of)}</span> '
        f"{escape(exchange.asked)}</summary>{exchange.cards}</details>"
        for turn, exchange in earlier
    )


def _heading(exchange: Exchange, words: Words) -> str:
    if exchange.answer is None:
        return f'<p class="waiting">{escape(_waiting(exchange, words))}</p>'
    notice = plain_block(exchange.answer.notice, "notice") if exchange.answer.notice else ""
    if exchange.answer.abstained:
        return notice
    copied = escape(copied_text(exchange.answer)).replace("\n", "&#10;")
    return (
        f'{notice}<button type="button" class="copy" data-text="{copied}"'
        f' data-copied="{escape(words.copied)}">'
        f"{escape(words.copy)}</button>"
    )
