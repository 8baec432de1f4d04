"""How long a text is, in tokens."""

from functools import cache
from importlib import resources

import tiktoken
from tiktoken.load import load_tiktoken_bpe

__all__ = ["count_tokens"]

# The splitting pattern of cl100k_base without its case rules: letters, digits by threes, marks.
_PATTERN = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+"


@cache
def _encoding() -> tiktoken.Encoding:
    """Load the vocabulary that ships with the project: tiktoken's own come from the network."""
    with resources.as_file(resources.files("rag") / "models" / "tokens.tiktoken") as path:
        return tiktoken.Encoding(
            "yinju", pat_str=_PATTERN, mergeable_ranks=load_tiktoken_bpe(str(path)), special_tokens={}
        )


def count_tokens(text: str) -> int:
    """Count the tokens of a text; an estimate of what a hosted model counts."""
    return len(_encoding().encode_ordinary(text))
