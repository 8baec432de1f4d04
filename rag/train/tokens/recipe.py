"""The small byte-pair vocabulary that tokens are counted with."""

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from rag.errors import InputError
from rag.train.data.sampling import reservoir

__all__ = ["train_token_vocabulary"]


def train_token_vocabulary(
    texts: Iterable[str], path: Path, size: int = 16_000, sample: int = 48_000, seed: int = 0
) -> dict[str, Any]:
    """Train byte-level BPE on a sample of the texts and write it as tiktoken reads it: base64 bytes, rank.

    Return what the run was.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    drawn = reservoir(texts, sample, seed)
    if not drawn:
        raise InputError("data", "the folder holds no *.txt.gz file of plain text")
    tokenizer.train_from_iterator(drawn, trainer)
    to_byte = _byte_alphabet()
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    merged = [bytes(to_byte[char] for char in piece) for piece, _ in vocabulary if len(piece) > 1]
    ranks = [bytes([value]) for value in range(256)] + merged
    lines = (f"{base64.b64encode(piece).decode()} {rank}\n" for rank, piece in enumerate(ranks))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), encoding="ascii")
    return {"texts": len(drawn), "recipe": {"size": size, "sample": sample, "seed": seed}}


def _byte_alphabet() -> dict[str, int]:
    """Return the byte that each character of byte-level BPE stands for (Radford et al., 2019)."""
    printable = [
        *range(ord("!"), ord("~") + 1),
        *range(ord("¡"), ord("¬") + 1),
        *range(ord("®"), ord("ÿ") + 1),
    ]
    others = [value for value in range(256) if value not in printable]
    return {chr(value): value for value in printable} | {
        chr(256 + i): value for i, value in enumerate(others)
    }
