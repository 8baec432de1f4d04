"""How long a text is, in tokens."""

import base64
from functools import cache

import tiktoken

from rag.resources import MODELS

__all__ = ["count_tokens"]

# The splitting pattern of cl100k_base without its case rules: letters, digits by threes, marks.
_PATTERN = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+"


@cache
def _encoding() -> tiktoken.Encoding:
    """Load the vocabulary that ships with the project: tiktoken's own come from the network.

    Read here, not by `tiktoken.load`: that keeps a copy by path and never looks at the file again.
    """
    lines = (MODELS / "tokens" / "tokens.tiktoken").read_text(encoding="ascii").splitlines()
    ranks = {base64.b64decode(piece): int(rank) for piece, rank in map(str.split, lines)}
    return tiktoken.Encoding("yinju", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens={})


def count_tokens(text: str) -> int:
    """Count the tokens of a text; an estimate of what a hosted model counts."""
    return len(_encoding().encode_ordinary(text))
