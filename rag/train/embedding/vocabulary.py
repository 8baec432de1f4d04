"""The pieces that the static model has rows for."""

import random
from collections.abc import Iterable
from typing import Final

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

__all__ = ["UNKNOWN", "reservoir", "train_vocabulary"]

UNKNOWN: Final = "[UNK]"


def train_vocabulary(texts: Iterable[str], size: int, sample: int, seed: int) -> Tokenizer:
    """Train a Unigram vocabulary (Kudo, 2018) of `size` pieces on `sample` of the texts.

    The tokenizer folds width and case itself; Traditional characters are expected to have been
    turned Simplified before (`rag.text.normalize.normalise`).
    """
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Digits(individual_digits=False)]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=[UNKNOWN], unk_token=UNKNOWN, show_progress=False, max_piece_length=12
    )
    tokenizer.train_from_iterator(reservoir(texts, sample, seed), trainer)
    return tokenizer


def reservoir(texts: Iterable[str], size: int, seed: int) -> list[str]:
    """Draw `size` texts, each equally likely, in one pass (Vitter's algorithm R)."""
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    kept: list[str] = []
    for index, text in enumerate(texts):
        if index < size:
            kept.append(text)
        elif (slot := rng.randrange(index + 1)) < size:
            kept[slot] = text
    return kept
