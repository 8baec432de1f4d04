"""Passages cut into parts, as the sections of a document are, and what they are about."""

import re
from collections.abc import Iterator
from typing import Final

from rag.text.sentences import sentence_ends

__all__ = ["cuts", "subject_of"]

_SUBJECT: Final = re.compile("[（(，,。：:；;、]|是(?!否)")


def cuts(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Yield parts of whole sentences, of about `size` characters at most."""
    start = last = 0
    for end in sentence_ends(text):
        if end - start > size and last > start:
            yield start, last
            start = last
        last = end
    yield start, last


def subject_of(text: str) -> str:
    """Return what a passage begins with, if that may be its title."""
    found = _SUBJECT.split(text, maxsplit=1)[0].strip()
    return found if 2 <= len(found) <= 20 else ""
