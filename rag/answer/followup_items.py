"""What a follow-up needs of the documents: the item that 第三个呢 points to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from rag.answer.extractive.answer_forms import Candidate
from rag.answer.plan import Plan
from rag.query.rewrite import asked_before, asks_for_item, without_ordinals
from rag.text.normalize import fold
from rag.types.query import Pointed, Query, Turn

__all__ = ["pointed_at"]

_LIST_OF: Final = {"en": "What are {}", "zh-Hans": "{}有哪些？", "zh-Hant": "{}有哪些？"}
_SPOKEN_OF: Final = 4  # characters that an item shares with the turns before
_WORTH: Final = 3.0  # of the logit: what it counts that the turns before name an item of the list

LookUp = Callable[[str], Plan]


def pointed_at(query: Query, look_up: LookUp) -> Query:
    """Return the question with the item it points to; as it is where no list has one of that number."""
    names_its_list = asks_for_item(query.text) and query.focus == query.text
    before = query.text if names_its_list else asked_before(query.history)
    base = without_ordinals(before)
    plan = look_up(base if base == before else _LIST_OF[query.language].format(base.strip("?？。 ")))
    best, most = None, float("-inf")
    for way, logit in plan.ways:
        if way.kind == "sentences" or len(way.items) < max(abs(query.item), 2):
            continue
        if names_its_list and logit < 0:
            continue
        score = logit + _WORTH * _speaks_of(query.history, way)
        if score > most:
            best, most = way, score
    if best is None:
        return query
    item = best.items[query.item - (query.item > 0)]
    topic, focus = query.text.removesuffix(query.focus).strip(), f"{item.text} {query.focus}"
    pointed = Pointed(item.text, best.document, item.span)
    return replace(query, text=f"{topic} {focus}".strip(), focus=focus, item=0, pointed=pointed)


def _speaks_of(history: Sequence[Turn], way: Candidate) -> float:
    """Tell whether the turns before name an item of a list."""
    said = fold("\n".join(turn.content for turn in history))
    return float(any(_shares(said, fold(item.text)) for item in way.items))


def _shares(said: str, item: str) -> bool:
    longest = SequenceMatcher(None, said, item, autojunk=False).find_longest_match().size
    return longest >= min(_SPOKEN_OF, len(item)) and longest >= len(item) // 2
