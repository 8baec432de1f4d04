"""The BEIR sets of a folder, and some of their questions."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Final

from eval.data.beir import BeirSet
from rag.errors import InputError

__all__ = ["draw_questions", "set_folders"]

_SEED: Final = 0


def set_folders(folder: Path) -> list[Path]:
    """Return the sets in a folder, by name, or the folder itself if it is one; raises InputError."""
    corpora = sorted([*folder.glob("corpus.jsonl"), *folder.glob("*/corpus.jsonl")])
    if not corpora:
        raise InputError("bench", f"{folder} holds no BEIR set: expected folders with a corpus.jsonl")
    return [path.parent for path in corpora]


def draw_questions(found: BeirSet, most: int | None) -> BeirSet:
    """Return the set with at most so many of its questions, the same in every run."""
    if most is None or most >= len(found.questions):
        return found
    chosen = set(random.Random(_SEED).sample(sorted(found.questions), most))  # noqa: S311 - no secret
    return replace(found, questions={id_: q for id_, q in found.questions.items() if id_ in chosen})
