"""The sentences of English text that may answer an English question, each read alone.

The trees of `sentence_ranker` learnt from Chinese text, and what the pretrained reader says of a passage
they trust as far as it goes there. In English it was taught by single sentences, and that it reads best:
of 81 questions over English text, the best sentence holds what is asked for with 73 by what is said of it
alone (cross-validated on these same questions, those whose sentence was read), with 57 by the trees.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.answer.extractive.sentence_features import FEATURES
from rag.retrieve.relevance import Relevance
from rag.retrieve.rerank.matching import Floats
from rag.text.normalize import is_in_english

__all__ = ["judged_alone"]

_LIKELY: Final = 8  # best sentences by each of what follows that are read
_SIGNS: Final = tuple(FEATURES.index(name) for name in ("closely", "meaning", "near"))
_MEANING: Final = FEATURES.index("meaning")
_NEAR: Final = FEATURES.index("near")
# A logistic regression on the sentences read for those questions.
_OF_READING: Final = 0.5
_OF_MEANING: Final = 12.3
_OF_NEAR: Final = 1.9
_BIAS: Final = -11.4
_LEAST: Final = -15.0  # logit of a reading: nothing is said


def judged_alone(question: Relevance, sentences: Sequence[str], rows: Floats, logits: Floats) -> Floats:
    """Return the logits of sentences, those in English that may answer judged anew, the others below them.

    Takes what is seen of each sentence and its logit by the trees; an English sentence answers no question
    in Chinese otherwise than by them.
    """
    if question.query.language != "en":
        return logits
    english = np.array([is_in_english(sentence) for sentence in sentences])
    likely = _likely(english, rows, logits)
    if not len(likely):
        return logits
    texts = [sentences[place] for place in likely]
    readings = question.read_closely(texts)
    read = [
        max(float(reading.sentence_scores([(0, len(text))])[0]), _LEAST)
        for reading, text in zip(readings, texts, strict=True)
    ]
    judged = (
        _OF_READING * np.array(read)
        + _OF_MEANING * rows[likely, _MEANING]
        + _OF_NEAR * rows[likely, _NEAR]
        + _BIAS
    )
    found = np.where(english, np.minimum(logits, judged.min()), logits)
    found[likely] = judged
    return np.asarray(found, dtype=np.float64)


def _likely(english: NDArray[np.bool_], rows: Floats, logits: Floats) -> NDArray[np.intp]:
    """Return the places of the English sentences that any sign puts among the best of all."""
    best = {
        int(place)
        for scores in (logits, *(rows[:, sign] for sign in _SIGNS))
        for place in np.argsort(-scores, kind="stable")[:_LIKELY]
    }
    return np.array(sorted(place for place in best if english[place]), dtype=np.intp)
