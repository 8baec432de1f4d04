"""Words of a question, cut by the shipped model's vocabulary."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer

__all__ = ["MODELS", "read_vocabulary", "words"]

MODELS: Final = Path(__file__).parent / "models"
_LETTER: Final = re.compile(r"\w")


@cache
def read_vocabulary(folder: Path) -> Tokenizer:
    """Read the vocabulary of a static model, once: it takes longer than all else at the start."""
    return Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))


def words(text: str) -> list[str]:
    """Cut normalised text into the vocabulary's pieces, marks left out, each once."""
    pieces = read_vocabulary(MODELS / "static").encode(text, add_special_tokens=False).tokens
    return [piece for piece in dict.fromkeys(pieces) if _LETTER.search(piece)]
