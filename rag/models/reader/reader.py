"""The small reader: question and text are read apart, and what they share is shown to it."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from rag.models.reader.cut import Cut, cut, cut_all
from rag.models.reader.model import Network
from rag.models.reader.reading import Reading, nothing_read, reading_of
from rag.resources import MODELS

__all__ = ["SHIPPED", "Reader", "shipped_reader"]

SHIPPED: Final = MODELS / "reader" / "reader.safetensors"
_LONGEST_READ: Final = 600  # pieces of a text; what is beyond is not read
_LONGEST_ASKED: Final = 120  # pieces of a question


class Reader:
    """Reads texts for a question by the network that `yinju train reader` made."""

    def __init__(self, path: Path = SHIPPED) -> None:
        """Read the weights; raises ModelError."""
        self._network = Network.read(path)

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Read each text; one may begin with its heading and a line break."""
        asked = _first(cut(question), _LONGEST_ASKED)
        return [
            self._read(asked, _first(text, _LONGEST_READ), len(original))
            for text, original in zip(cut_all(texts), texts, strict=True)
        ]

    def _read(self, question: Cut, text: Cut, length: int) -> Reading:
        if not len(question) or not len(text):
            return nothing_read(length)
        logits = self._network.read_text(question, text)
        starts, ends = text.origin[text.starts], text.origin[text.ends - 1]
        return reading_of(length, (starts, logits.starts), (ends, logits.ends), logits.null)


def _first(text: Cut, most: int) -> Cut:
    return text if len(text) <= most else text.first(most)


@cache
def shipped_reader() -> Reader:
    """Read the shipped network, once."""
    return Reader()
