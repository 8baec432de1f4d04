"""The settings of a training run of the embedding model."""

from dataclasses import dataclass

__all__ = ["TOY", "EmbeddingRecipe"]


@dataclass(frozen=True, slots=True)
class EmbeddingRecipe:
    """The settings of one training run; the defaults made the shipped model."""

    pieces: int = 45_000
    dimensions: int = 600
    epochs: int = 3
    batch: int = 2048
    learning_rate: float = 0.05
    temperature: float = 0.05
    longest: int = 384  # pieces of one text; the rest is cut off
    vocabulary_sample: int = 400_000  # texts the vocabulary is trained on
    questions: float = 3.0  # times an epoch that each question of a `qa_` file is seen
    dictionary: float = 0.4  # times an epoch that each entry of a `dict_` file is seen
    clozes: int = 300_000  # passages that are paired with words of their own
    cloze_passage: int = 48  # pieces of such a passage at least
    cloze_shortest: int = 6  # pieces that the words are taken from
    cloze_longest: int = 40
    cloze_kept: float = 0.5  # share of them that is taken
    alike: int = 128  # passages of one subject that share a batch, from the second epoch on
    seed: int = 20261121


TOY = EmbeddingRecipe(pieces=2000, dimensions=16, epochs=1, batch=256, clozes=200)
