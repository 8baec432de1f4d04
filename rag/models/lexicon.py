"""What English words are called in Chinese."""

from bisect import bisect_left
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from rag.errors import ModelError
from rag.resources import MODELS

__all__ = ["SHIPPED", "Lexicon", "shipped_lexicon"]

SHIPPED: Final = MODELS / "lexicon" / "lexicon.safetensors"

# fmt: on
_LINE_FEED: Final = 10

_SCALE: Final = 255.0


class _Lines:
    """Lines of text as they lie in an array, cut only where they are looked at: there are many."""

    def __init__(self, array: NDArray[np.uint8]) -> None:
        self._bytes = array.tobytes()
        self._ends = np.append(np.flatnonzero(array == _LINE_FEED), len(array))

    def raw(self, place: int) -> bytes:
        """Return a line's bytes."""
        start = int(self._ends[place - 1]) + 1 if place else 0
        return self._bytes[start : int(self._ends[place])]

    def place(self, line: str) -> int | None:
        """Return where a line stands among sorted ones."""
        wanted = line.encode()
        place = bisect_left(range(len(self._ends)), wanted, key=self.raw)
        return place if place < len(self._ends) and self.raw(place) == wanted else None


class Lexicon:
    """What English words and phrases mean, and which characters are read how.

    Made by `yinju train lexicon`.
    """

    def __init__(self, path: Path = SHIPPED) -> None:
        """Read the arrays; raises ModelError."""
        try:
            with safe_open(path, framework="numpy") as file:
                arrays: Mapping[str, NDArray[Any]] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            self._keys, self._words = _Lines(arrays["keys"]), _Lines(arrays["words"])
            self._starts = np.cumsum(np.append(0, arrays["sizes"]), dtype=np.int64)
            self._ids, self._shares = arrays["ids"], arrays["shares"]
            lines = arrays["readings"].tobytes().decode("utf-8").split("\n")
            readings = (line.partition(" ") for line in lines)
            self._characters = {syllable: characters for syllable, _, characters in readings}
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise ModelError(f"{path} holds no lexicon: {error}") from error

    def __contains__(self, phrase: str) -> bool:
        return self._keys.place(phrase) is not None

    def meanings(self, phrase: str) -> list[tuple[str, float]]:
        """Return the Chinese words for a word, or words with a space between, and how probable each is."""
        place = self._keys.place(phrase)
        if place is None:
            return []
        start, end = int(self._starts[place]), int(self._starts[place + 1])
        return [
            (self._words.raw(int(id_)).decode("utf-8"), int(share) / _SCALE)
            for id_, share in zip(self._ids[start:end], self._shares[start:end], strict=True)
        ]

    def characters(self, syllable: str) -> str:
        """Return the characters read as a syllable of pinyin without its tone, the commonest first."""
        return self._characters.get(syllable, "")


@cache
def shipped_lexicon() -> Lexicon:
    """Read the shipped lexicon, once."""
    return Lexicon()
