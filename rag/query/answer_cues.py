"""What a sentence must show to answer a question of its kind: a date, a number, a name."""

import re
from collections.abc import Sequence

from rag.query.answer_patterns import CUES
from rag.query.answer_type import Asks
from rag.text.marks import CLOSING, OPENING, SINGLE_CLOSING
from rag.text.normalize import fold
from rag.text.patterns import as_pattern_text

__all__ = ["defines", "has_cue"]


def has_cue(asks: Asks, sentence: str) -> bool:
    """Tell whether a sentence shows what questions of this kind want."""
    cue = CUES.get(asks)
    return bool(cue and cue.search(as_pattern_text(sentence)))


def defines(text: str, names: Sequence[str]) -> bool:
    """Tell whether a sentence says what a name stands for: “三亲”即…, “三亲”(…), 亲人、亲友、亲邻“三亲”."""
    folded = fold(text)
    return any(
        re.search(re.escape(name) + f'[{CLOSING}{SINGLE_CLOSING}"]?(?:即|是|指|就是|分别是|:|\\()', folded)
        or re.search(
            f"(?:[^,。;:、]{{2,12}}、){{2,}}[^,。;:、{OPENING}]{{2,12}}[{OPENING}]" + re.escape(name), folded
        )
        for name in names
    )
