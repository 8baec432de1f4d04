"""The pieces that the static model has rows for."""

from collections.abc import Iterable
from typing import Final

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from rag.train.data.sampling import reservoir

__all__ = ["UNKNOWN", "train_vocabulary"]

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
