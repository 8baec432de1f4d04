"""The settings of a training run of what answers."""

from dataclasses import dataclass, field
from typing import Final

from rag.train.fitting.trees import ForestRecipe

__all__ = ["FOLDS", "TOY", "AnswersRecipe"]

FOLDS: Final = 6  # that questions are cut into, each judged by what the others taught

# More of what speaks for an answer never makes it less likely: that keeps the trees from learning accidents.
_RISING: Final = (
    *("best", "second", "mean", "own", "near", "wide", "cosine", "fit", "read", "readable", "readable_most"),
    *("shape", "beside", "right_by", "which", "explains", "cue", "span", "span_shape", "seen_noun"),
    *("named", "named_in_path", "named_in_article"),
    *("words_here", "words_near", "words_wide", "words_in_article"),
    *("most_shape", "most_beside", "most_cosine", "dense_most", "listing"),
    *("meaning", "meaning_path", "most_meaning"),
    *("closely", "closely_readable", "closely_readable_most", "most_closely"),
)
_FALLING: Final = (
    *("unseen", "missing_here", "missing_near", "missing_in_article", "seen_rarest_missing"),
    *("word_missing_here", "word_missing_near", "word_missing_in_article", "other_year", "beyond"),
)


@dataclass(frozen=True, slots=True)
class AnswersRecipe:
    """The settings of one training run; the defaults made the shipped trees."""

    questions: int = 600  # public ones
    elsewhere: int = 260  # own ones that are asked over another library as well
    weight: float = 5.0  # of a reference question, where a public one weighs 1
    weight_of_confidence: float = 50.0  # the same, for the trees that say how sure
    of_judged: float = 2.0  # times that of a question that the thresholds are judged on
    ranker: ForestRecipe = field(
        default_factory=lambda: ForestRecipe(300, 16, 40, learning_rate=0.06, features=0.5, seed=1)
    )
    confidence: ForestRecipe = field(
        default_factory=lambda: ForestRecipe(
            *(250, 10, 20),
            learning_rate=0.04,
            features=0.3,
            seed=1,
            extra=True,
            rising=_RISING,
            falling=_FALLING,
        )
    )
    candidates: ForestRecipe = field(
        default_factory=lambda: ForestRecipe(150, 8, 20, learning_rate=0.05, features=0.3, seed=1)
    )
    seed: int = 20261121


_TOY: Final = ForestRecipe(trees=5, leaves=4, leaf=2, learning_rate=0.1, features=1.0, seed=1)
TOY: Final = AnswersRecipe(questions=10, elsewhere=5, ranker=_TOY, confidence=_TOY, candidates=_TOY)
