"""What goes into a prompt: as many passages and turns as a model can hold beside the question."""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from rag.answer.llm.base import Limits
from rag.answer.llm.output_filter import NOT_FOUND_SIGN
from rag.answer.llm.prompt import Prompt
from rag.errors import BackendError
from rag.text.sentences import sentence_ends
from rag.text.token_count import count_tokens
from rag.types.evidence import Passage
from rag.types.query import Language, Query, Turn

__all__ = ["messages_for"]

_USED: Final = 0.9  # of what a model holds: its tokens are not counted quite as ours
_FOR_HISTORY: Final = 4  # the share of what is left beside the question is one in so many
_NOTHING: Final = "(nothing)"
_ANY_FORM: Final = "Be short: a few sentences, or a list with one item a line where a list is asked for."
_LANGUAGES: Final[dict[Language, str]] = {
    "zh-Hans": "Simplified Chinese (简体中文)",
    "zh-Hant": "Traditional Chinese (繁體中文)",
    "en": "English",
}
_MARKERS: Final = re.compile(r"\[\d+\]")


def messages_for(
    prompt: Prompt, query: Query, passages: Sequence[Passage], limits: Limits, form: str = ""
) -> tuple[str, str]:
    """Return the system's and the user's message; raises BackendError if no passage fits.

    Passage `[n]` is `passages[n - 1]`; `form` says what to write, where that is known.
    """
    values = {
        "question": query.asked,
        "language": _LANGUAGES[query.language],
        "not_found": NOT_FOUND_SIGN,
        "form": form or _ANY_FORM,
        "fence": _fence(passages),
        "history": _NOTHING,
        "passages": "",
    }
    room = int(_USED * limits.context_tokens) - limits.answer_tokens
    room -= sum(map(count_tokens, prompt.filled(values)))
    if turns := _turns_within(query.history, room // _FOR_HISTORY):
        values["history"] = "\n".join(turns)
        room -= count_tokens(values["history"])
    shown = _passages_within(passages, room, values["fence"])
    if not shown:
        raise BackendError("beside the question no passage fits into what the model holds")
    values["passages"] = "\n\n".join(shown)
    return prompt.filled(values)


def _fence(passages: Sequence[Passage]) -> str:
    """Return a word that no passage holds: none can end itself and speak as somebody else."""
    text = "".join(passage.text for passage in passages)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _turns_within(history: Sequence[Turn], room: int) -> list[str]:
    """Return the latest turns that fit, in their order."""
    kept: list[str] = []
    for turn in reversed(history):
        line = f"{turn.role}: {_MARKERS.sub('', turn.content)}"
        room -= count_tokens(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept[::-1]


def _passages_within(passages: Sequence[Passage], room: int, fence: str) -> list[str]:
    """Return the best passages that fit, numbered and enclosed, the last one up to a sentence's end."""
    shown: list[str] = []
    for number, passage in enumerate(passages, 1):
        place = " › ".join(passage.heading_path) or passage.title
        start, end = f"<<<{fence}\n[{number}] {passage.document}: {place}\n", f"\n{fence}>>>"
        room -= count_tokens(start) + count_tokens(end) + 2
        text = _beginning(passage.text, room)
        if text:
            shown.append(start + text + end)
        if text != passage.text:
            break
        room -= count_tokens(text)
    return shown


def _beginning(text: str, room: int) -> str:
    """Return as many whole sentences from the start of a text as fit."""
    if count_tokens(text) <= room:
        return text
    start = kept = 0
    for end in sentence_ends(text):
        room -= count_tokens(text[start:end])
        start = end
        if room < 0:
            break
        kept = end
    return text[:kept].rstrip()
