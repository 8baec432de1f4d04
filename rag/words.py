"""Words of a question, cut by the shipped model's vocabulary."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer

__all__ = ["MODELS", "shipped_vocabulary", "words"]

MODELS: Final = Path(__file__).parent / "models"
_LETTER: Final = re.compile(r"\w")


@cache
def shipped_vocabulary() -> Tokenizer:
    """Read the vocabulary of the shipped static model."""
    return Tokenizer.from_file(str(MODELS / "static" / "tokenizer.json"))


def words(text: str) -> list[str]:
    """Cut normalised text into the vocabulary's pieces, marks left out, each once."""
    pieces = shipped_vocabulary().encode(text, add_special_tokens=False).tokens
    return [piece for piece in dict.fromkeys(pieces) if _LETTER.search(piece)]
